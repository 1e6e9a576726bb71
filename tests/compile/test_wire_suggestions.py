"""What is offered to an input that nothing is wired to, and what looking for it costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from nodes.declare import NodeType
from studio.compile.checking import CheckedPart, Checking
from studio.compile.compiled import check
from studio.compile.flows import Flows
from studio.compile.node_shapes import Outcome, Remembered, Shared
from studio.compile.wire_suggestions import TRIES, TRIES_IN_ALL
from studio.model.edits import AddWire, apply
from studio.model.project import Board, Node, Project
from tests.compile.drawing import TYPES, Watcher, board, chain, checked, node, project


def unwired(count: int) -> Board:
    """Outputs of many shapes, all in use, and many nodes that are too large for all but two."""
    layers = [node(f"c{n}", "Conv2d", out_channels=8, kernel_size=2) for n in range(30)]
    nodes = [node("x", "Input", shape=("N", 3, 32, 32)), *layers, node("y", "Output")]
    loose = [node(f"loose{n}", "Conv2d", kernel_size=31, out_channels=n + 1) for n in range(count)]
    return board([*nodes, *loose], " -> ".join(n.id for n in nodes))


def test_looking_is_bounded_and_may_be_given_up_at_each_input(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    outcome = Remembered.outcome

    def counted(
        memory: Remembered,
        node_type: NodeType,
        values: Mapping[str, Any],
        inputs: Flows,
        shared: Shared | None,
    ) -> Outcome:
        asked.append(node_type.name)
        return outcome(memory, node_type, values, inputs, shared)

    same, checking = project(unwired(240)), Checking(TYPES)
    for _ in checking.check(same):
        pass
    monkeypatch.setattr(Remembered, "outcome", counted)
    each = []
    for part in checking.check(same):  # knows all nodes, so only suggestions ask
        each.append(len(asked))
        asked.clear()
        assert not isinstance(part, CheckedPart) or not part.reports
    assert len(each) == 240 + 1
    assert max(each) <= TRIES
    assert sum(each) <= TRIES_IN_ALL


def test_what_is_offered_does_not_depend_on_what_was_tried_before() -> None:
    watcher, one, other = Watcher(), project(unwired(12)), project(unwired(3))
    for drawn in (other, one, other, one):
        watcher.see(drawn, parts=4)
        assert watcher.see(drawn) == Watcher().see(drawn)


def test_the_node_is_run_to_find_the_one_that_fits() -> None:
    nodes = [
        node("small", "Input", shape=("N", 3, 8, 8)),
        node("large", "Input", shape=("N", 3, 32, 32)),
        node("flat", "Input", shape=("N", 32)),
        node("conv", "Conv2d", kernel_size=16),
        node("y", "Output"),
    ]
    found = checked(board(nodes, "conv -> y"))
    fixes = [f.label for i in found.issues if i.code == "missing-input" for f in i.fixes]
    assert fixes == ["Connect large"]


def training(network: Board, data: Node, *others: Node, wires: str = "") -> Project:
    """A training board of these nodes, the network and an update."""
    nodes = [data, node("net", "Network", network=network.name), *others, node("update", "Update")]
    return project(network, board(nodes, wires, "Training", "training"))


def offered(drawn: Project) -> dict[str, str]:
    """Empty input -> the output that is offered to it."""
    wires = [
        edit.wire
        for issue in check(drawn, TYPES).issues
        if issue.code == "missing-input"
        for fix in issue.fixes
        for edit in fix.edits
        if isinstance(edit, AddWire)
    ]
    return {f"{w.target}.{w.target_port}": f"{w.source}.{w.source_port}" for w in wires}


DIGITS = node("digits", "DigitsData", size=8)
SCORES = chain(("N", 1, 8, 8), node("flat", "Flatten"), node("head", "Linear", out_features=10))
SAME = chain(("N", 1, 8, 8), node("conv", "Conv2d", out_channels=1, padding=1))
CLASSES = (node("loss", "CrossEntropy"), node("accuracy", "Accuracy"))


def test_a_fresh_training_board_is_wired_by_its_fixes() -> None:
    drawn = training(SCORES, DIGITS, *CLASSES)
    issues = check(drawn, TYPES).issues
    assert offered(drawn) == {
        "net.x": "digits.image",
        "loss.logits": "net.y",
        "loss.target": "digits.label",
        "accuracy.logits": "net.y",
        "accuracy.target": "digits.label",
        "update.loss": "loss.loss",
    }
    edits = [e for i in issues if i.code == "missing-input" for f in i.fixes for e in f.edits]
    assert not check(apply(drawn, edits), TYPES).issues


def test_the_label_is_offered_to_the_target_also_once_the_network_is_fed() -> None:
    found = offered(training(SCORES, DIGITS, *CLASSES, wires="digits.image -> net.x"))
    assert found["loss.target"] == found["accuracy.target"] == "digits.label"
    assert found["loss.logits"] == found["accuracy.logits"] == "net.y"
    assert found["update.loss"] == "loss.loss"


def test_scores_for_too_few_classes_are_not_offered() -> None:
    few = chain(("N", 1, 8, 8), node("flat", "Flatten"), node("head", "Linear", out_features=3))
    found = offered(training(few, DIGITS, node("loss", "CrossEntropy")))
    assert "loss.logits" not in found


def test_data_of_a_size_that_the_network_does_not_declare_is_not_offered() -> None:
    large = node("digits", "DigitsData", size=12)
    assert "net.x" not in offered(training(SCORES, large, *CLASSES))


@pytest.mark.parametrize("network", [SCORES, SAME])
def test_data_is_not_compared_with_itself(network: Board) -> None:
    found = offered(training(network, DIGITS, node("loss", "MSE")))
    assert found == {"net.x": "digits.image", "update.loss": "loss.loss"}


def test_an_output_and_what_it_should_be_are_told_apart_one_after_the_other() -> None:
    fed, loss = "digits.image -> net.x", node("loss", "MSE")
    first = offered(training(SAME, DIGITS, loss, wires=fed))
    assert first == {"loss.prediction": "net.y", "update.loss": "loss.loss"}
    second = offered(training(SAME, DIGITS, loss, wires=f"{fed}, net.y -> loss.prediction"))
    assert second["loss.target"] == "digits.image"


def test_two_texts_that_both_fit_are_left_to_the_person() -> None:
    table = node("table", "Embedding", num_embeddings=200)
    head = node("head", "Linear", out_features=200)
    network = chain(("N", "T=64"), table, head, dtype="int64")
    text, loss = node("text", "TextData"), node("loss", "CrossEntropy")
    assert offered(training(network, text, loss)) == {
        "loss.logits": "net.y",
        "update.loss": "loss.loss",
    }
    found = offered(training(network, text, loss, wires="text.tokens -> net.x"))
    assert found["loss.target"] == "text.target"
