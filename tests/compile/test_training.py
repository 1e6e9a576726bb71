"""The training board as a file: what it computes, what is computed again, what is trained."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from nodes.declare import TRAINING, NodeType, Param, Port
from studio.compile.checking import Checking, CheckResult
from studio.compile.compiled import Compiled, check
from studio.compile.training_source import CannotCompile, CompiledTraining, compile_training
from studio.model.edits import apply
from studio.model.project import Board, Node, Wire
from studio.run.loop.objective import At
from tests.compile.drawing import TYPES, board, chain, checked, codes, node, opened, project, wire


def classifier(*more: Node, wires: str = "", data: Any = None, **update: Any) -> list[Board]:
    net = chain(("N", 1, 8, 8), node("flat", "Flatten"), node("fc", "Linear", out_features=10))
    nodes = [
        data or node("digits", "DigitsData", size=8),
        node("net", "Network", network="Net"),
        node("loss", "CrossEntropy"),
        node("accuracy", "Accuracy"),
        node("update", "Update", **update),
        *more,
    ]
    common = (
        "digits.image -> net.x, net.y -> loss.logits, digits.label -> loss.target,"
        "net.y -> accuracy.logits, digits.label -> accuracy.target, loss.loss -> update.loss"
    )
    return [net, board(nodes, common + wires, "Training", "training")]


def steps(training: CompiledTraining, batch: dict[str, torch.Tensor]) -> Any:
    (stage,), networks = training.namespace()["STAGES"], training.namespace()["make_networks"]()
    objective, updates = stage.objective(networks), stage.plan.updates
    at = At(0, 1, frozenset(updates), frozenset(updates))
    return objective.networks, list(objective.training_steps(batch, at)), updates


def test_a_classifier() -> None:
    found = checked(*classifier(learning_rate=0.5, optimizer="SGD"))
    assert not found.issues
    batch = {"image": torch.randn(6, 1, 8, 8), "label": torch.randint(0, 10, (6,))}
    networks, (step,), updates = steps(found.training(), batch)
    logits = networks["Net"](batch["image"])
    torch.testing.assert_close(step.loss, F.cross_entropy(logits, batch["label"]))
    right = (logits.argmax(-1) == batch["label"]).float().mean()
    torch.testing.assert_close(step.values["metric/accuracy"], right)
    assert updates["update"].networks == ("Net",)
    assert (updates["update"].learning_rate, updates["update"].optimizer) == (0.5, "SGD")


def test_the_data_is_made_with_its_settings() -> None:
    data = node("digits", "DigitsData", size=8, batch_size=17, test=0.3)
    space = checked(*classifier(data=data)).training().namespace()
    (stage,) = space["STAGES"]
    assert stage.plan.batch_size == 17
    made = stage.data()
    assert made.size("test") == pytest.approx(0.3 * 1797, abs=12)


def test_lines_lead_back_to_nodes() -> None:
    training = checked(*classifier()).training()
    lines = training.text.splitlines()
    found = {lines[number - 1].strip(): origin for number, origin in training.lines.items()}
    assert found['net = self.networks["Net"](batch["image"])'] == ("Training", "net")
    assert ("Net", "fc") in found.values()


def gan() -> list[Board]:
    one = chain(("N", 16), node("fc", "Linear", out_features=64), name="Make")
    first = chain(
        ("N", 1, 8, 8), node("flat", "Flatten"), node("fc", "Linear", out_features=16), name="Code"
    )
    judge = chain(("N", 64), node("fc", "Linear", out_features=10), name="Judge")
    nodes = [
        node("digits", "DigitsData", size=8),
        node("code", "Network", network="Code", state="frozen"),
        node("make", "Network", network="Make"),
        node("judge", "Network", network="Judge"),
        node("loss", "CrossEntropy"),
        node("other", "CrossEntropy", label_smoothing=0.1),
        node("update", "Update", networks=("Judge",)),
        node("update2", "Update", networks=("Make",), every=2),
    ]
    wires = (
        "digits.image -> code.x, code.y -> make.x, make.y -> judge.x, judge.y -> loss.logits,"
        "digits.label -> loss.target, judge.y -> other.logits, digits.label -> other.target,"
        "loss.loss -> update.loss, other.loss -> update2.loss"
    )
    return [one, first, judge, board(nodes, wires, "Training", "training")]


def test_two_updates_compute_afresh_what_the_first_changed() -> None:
    found = checked(*gan())
    assert not found.issues
    training = found.training()
    space = training.namespace()
    (stage,) = space["STAGES"]
    updates = stage.plan.updates
    assert updates["update"].networks == ("Judge",)
    assert updates["update2"].networks == ("Make",)
    assert updates["update2"].every == 2
    objective = stage.objective(space["make_networks"]())
    networks = objective.networks
    batch = {"image": torch.randn(6, 1, 8, 8), "label": torch.randint(0, 10, (6,))}
    both = frozenset(updates)
    generator = objective.training_steps(batch, At(0, 2, both, both))
    first = next(generator)
    with torch.no_grad():
        networks["Judge"].fc.weight.zero_()
        networks["Judge"].fc.bias.zero_()
    second = next(generator)
    assert first.update == "update"
    assert second.update == "update2"
    assert second.loss.item() == pytest.approx(torch.log(torch.tensor(10.0)).item())


def test_an_update_of_nothing() -> None:
    frozen = classifier()
    nodes = {**frozen[1].nodes, "net": frozen[1].nodes["net"].with_param("state", "frozen")}
    training = Board("Training", "training", nodes, frozen[1].wires)
    assert codes(checked(frozen[0], training)) == ["idle-update"]
    assert codes(checked(*classifier(networks=("nobody",)))) == ["idle-update"]
    assert codes(checked(*classifier(networks=("Net",)))) == []


def test_weights_of_two_networks_cannot_be_the_same() -> None:
    net, training = classifier()
    nodes = {**training.nodes, "net": training.nodes["net"].with_param("instance", "shared")}
    shared = chain(("N", 1, 8, 8), node("flat", "Flatten"), name="Shared")
    other = node("other", "Network", network="Shared", instance="shared")
    training = replace(training, nodes={**nodes, "other": other})
    found = checked(net, shared, with_wires(training, "digits.image -> other.x"))
    assert [(issue.code, issue.node) for issue in found.errors] == [("instance", "other")]
    for fix, name in zip(found.errors[0].fixes, ("Shared", "shared_shared"), strict=True):
        mended = apply(found.project, fix.edits)
        assert not check(mended, TYPES).errors
        assert mended.boards["Training"].nodes["other"].instance == name


def test_regression() -> None:
    net = chain(("N", 1, 8, 8), node("conv", "Conv2d", out_channels=1, padding=1))
    nodes = [
        node("digits", "DigitsData", size=8),
        node("net", "Network", network="Net"),
        node("loss", "MSE"),
        node("update", "Update"),
    ]
    wires = (
        "digits.image -> net.x, net.y -> loss.prediction, digits.image -> loss.target,"
        "loss.loss -> update.loss"
    )
    found = checked(net, board(nodes, wires, "Training", "training"))
    assert not found.issues
    batch = {"image": torch.randn(3, 1, 8, 8), "label": torch.zeros(3)}
    networks, (step,), _ = steps(found.training(), batch)
    wanted = F.mse_loss(networks["Net"](batch["image"]), batch["image"])
    torch.testing.assert_close(step.loss, wanted)


def test_sequences_are_classified_at_every_position() -> None:
    net = chain(
        ("N", "T"),
        node("e", "Embedding", num_embeddings=200),
        node("head", "Linear", out_features=200),
        dtype="int64",
    )
    nodes = [
        node("text", "TextData", length=12),
        node("net", "Network", network="Net"),
        node("loss", "CrossEntropy", label_smoothing=0.2),
        node("accuracy", "Accuracy"),
        node("update", "Update"),
    ]
    wires = (
        "text.tokens -> net.x, net.y -> loss.logits, text.target -> loss.target,"
        "net.y -> accuracy.logits, text.target -> accuracy.target, loss.loss -> update.loss"
    )
    found = checked(net, board(nodes, wires, "Training", "training"))
    assert not found.errors
    batch = {key: torch.randint(0, 99, (3, 12)) for key in ("tokens", "target")}
    networks, (step,), _ = steps(found.training(), batch)
    logits = networks["Net"](batch["tokens"])
    wanted = F.cross_entropy(logits.transpose(1, 2), batch["target"], label_smoothing=0.2)
    torch.testing.assert_close(step.loss, wanted)


def test_several_outputs_and_names_that_nearly_collide() -> None:
    net = board(
        [
            node("x", "Input", shape=("N", 1, 8, 8)),
            node("flat", "Flatten"),
            node("a", "Linear"),
            node("b", "Linear"),
            node("y", "Output"),
            node("z", "Output"),
        ],
        "x -> flat -> a -> y, flat -> b -> z",
    )
    nodes = [
        node("digits", "DigitsData", size=8),
        node("net", "Network", network="Net"),
        node("net_z", "CrossEntropy"),
        node("update", "Update"),
    ]
    wires = (
        "digits.image -> net.x, net.z -> net_z.logits, digits.label -> net_z.target,"
        "net_z.loss -> update.loss"
    )
    found = checked(net, board(nodes, wires, "Training", "training"))
    batch = {"image": torch.randn(3, 1, 8, 8), "label": torch.zeros(3, dtype=torch.int64)}
    networks, (step,), _ = steps(found.training(), batch)
    wanted = F.cross_entropy(networks["Net"](batch["image"])[1], batch["label"])
    torch.testing.assert_close(step.loss, wanted)


def refused(found: Compiled) -> str:
    with pytest.raises(CannotCompile) as caught:
        found.training()
    return str(caught.value)


def test_what_cannot_be_trained() -> None:
    assert "no training board" in refused(checked(chain(("N", 4))))
    two = [*classifier(node("more", "DigitsData"))]
    assert "keep one data source" in refused(checked(*two))
    assert "(1 more)" in refused(
        checked(chain(("N",), node("a", "Conv2d"), name="Other"), *classifier(networks=("no",)))
    )


def test_a_network_compiles_while_the_training_is_wrong() -> None:
    found = checked(*classifier(networks=("nobody",)))
    assert found.errors
    assert found.network("Net") is not None


HALVES = NodeType(
    "Halves",
    "Shape",
    "Two parts of a batch of rows.",
    inputs=(Port("input"),),
    outputs=(Port("left"), Port("right")),
    params=(Param("sizes", "ints", (5, 5), "Columns of each."),),
    boards=TRAINING,
    forward="torch.split({input}, [{sizes}], 1)",
    targets="{left}, {right}",
)


def test_a_node_with_two_outputs_and_a_parameter_of_two_numbers() -> None:
    net, training = classifier(node("halves", "Halves"), node("second", "MSE"))
    training = replace(training, wires=training.wires[:-1])
    wires = (
        "net.y -> halves.input, halves.left -> second.prediction, halves.left -> second.target,"
        "second.loss -> update.loss"
    )
    found = check(project(net, with_wires(training, wires)), {**TYPES, "Halves": HALVES})
    assert not found.errors
    text = found.training().text
    assert "halves, _ = torch.split(net, [5, 5], 1)" in text
    both = wires.replace("halves.left -> second.target", "halves.right -> second.target")
    found = check(project(net, with_wires(training, both)), {**TYPES, "Halves": HALVES})
    assert "halves, halves_right = torch.split(net, [5, 5], 1)" in found.training().text


def test_a_loss_is_one_number() -> None:
    net, training = classifier()
    wires = tuple(w for w in training.wires if w.target != "update")
    wrong = replace(training, wires=(*wires, Wire("net", "y", "update", "loss")))
    found = checked(net, wrong)
    told = [(issue.code, issue.node, issue.message) for issue in found.errors]
    assert told == [
        (
            "one-number",
            "update",
            "update takes one number, but net gives N×10; put a mean or a sum of it there",
        )
    ]


def test_training_boards_are_stages() -> None:
    net, training = classifier(learning_rate=0.5)
    wires = tuple(
        replace(w, target="slow", target_port="loss") if w.target == "update" else w
        for w in training.wires
    )
    nodes = {id: n for id, n in training.nodes.items() if id != "update"}
    slow = node("slow", "Update", learning_rate=0.1)
    second = replace(
        training,
        name="Second",
        nodes={**nodes, "slow": slow},
        wires=wires,
        settings={"epochs": 3},
    )
    found = checked(net, training, second)
    assert found.issues == ()
    space = found.training().namespace()
    assert [stage.name for stage in space["STAGES"]] == ["Training", "Second"]
    assert [stage.plan.epochs for stage in space["STAGES"]] == [10, 3]
    assert list(space["make_networks"]()) == ["Net"]
    turned = checked(net, replace(training, stage=2), replace(second, stage=1))
    names = [stage.name for stage in turned.training().namespace()["STAGES"]]
    assert names == ["Second", "Training"]


def with_wires(training: Board, text: str) -> Board:
    more = tuple(wire(part.strip()) for part in text.split(","))
    return replace(training, wires=(*training.wires, *more))


def test_a_project_that_moved_reads_the_data_beside_it(tmp_path: Path) -> None:
    net, training = classifier(data=node("digits", "ArraysData", path="small.npz"))
    moved = training.wires[0], training.wires[2]
    ports = dict(zip(moved, ("x", "y"), strict=True))
    wires = tuple(replace(w, source_port=ports.get(w, w.source_port)) for w in training.wires)
    wires = tuple(
        replace(w, source_port="y") if w.target == "accuracy" and w.source == "digits" else w
        for w in wires
    )
    drawn, checking = project(net, replace(training, wires=wires)), Checking(TYPES)
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        np.savez(tmp_path / name / "small.npz", x=np.zeros((40, 1, 8, 8)), y=np.arange(40) % 10)
        here = replace(drawn, folder=tmp_path / name)
        found = [part for part in checking.check(here) if isinstance(part, CheckResult)]
        assert found[0].issues == ()
        assert str(tmp_path / name) in compile_training(here, checking).text


@pytest.mark.parametrize("batch_size", [16, 64])
def test_noise_follows_the_batch(batch_size: int) -> None:
    making = chain(("N", 32), node("fc", "Linear", out_features=64))
    nodes = [
        node("digits", "DigitsData", size=8, batch_size=batch_size),
        node("noise", "Noise", size=32),
        node("net", "Network", network="Net"),
        node("flat", "Flatten"),
        node("loss", "MSE"),
        node("update", "Update"),
    ]
    wires = "digits.image -> noise.batch, noise -> net.x, net.y -> loss.prediction,"
    wires += "digits.image -> flat, flat -> loss.target, loss.loss -> update.loss"
    compiled = checked(making, board(nodes, wires, "Train", "training"))
    assert str(compiled.reports["Train"]["noise"].outputs["output"]) == "N×32"
    stage = opened(compiled)
    batch = stage.data().batch("training", torch.arange(batch_size))
    at = At(0, 1, frozenset(["update"]), frozenset(["update"]))
    (step,) = stage.objective().training_steps(batch, at)
    assert step.loss.isfinite()
