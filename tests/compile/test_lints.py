"""Advice on what runs and learns badly: what is told and mended, and what is no fault."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nodes.declare import NodeType, Port
from studio.compile.checking import Checking, CheckResult
from studio.compile.compiled import check
from studio.model.edits import apply
from studio.model.gallery import (
    architectures,
    gallery,
    shipped_blocks,
    shipped_project,
    template,
)
from studio.model.project import Board, Node, Project
from studio.model.report import Issue
from studio.model.templates import with_training
from tests.compile.drawing import TYPES, board, chain, node, project

CHECKING = Checking(TYPES)
"""One for all, as it remembers what it ran."""
LINEAR = node("fc", "Linear", out_features=10)
FLAT = node("flat", "Flatten")


def classifier(*ending: Node, loss: str = "CrossEntropy", port: str = "logits") -> list[Board]:
    """A network that ends so, and a board that trains it on digits."""
    nodes = [
        node("digits", "DigitsData", size=8),
        node("net", "Network", network="Net"),
        node("loss", loss),
        node("update", "Update"),
    ]
    wires = f"digits.image -> net.x, net.y -> loss.{port}, digits.label -> loss.target"
    training = board(nodes, f"{wires}, loss.loss -> update.loss", "Train", "training")
    return [chain(("N", 1, 8, 8), FLAT, *ending), training]


def issues(drawn: Project) -> tuple[Issue, ...]:
    *_, result = CHECKING.check(drawn)
    assert isinstance(result, CheckResult)
    return result.issues


def told(*boards: Board) -> list[tuple[str, str, str, tuple[str, str]]]:
    return [(i.code, i.board, i.node, i.inside) for i in issues(project(*boards))]


def mended(*boards: Board) -> list[str]:
    """Labels of the fixes of the only issue, each of which leaves none."""
    drawn = project(*boards)
    (issue,) = issues(drawn)
    for fix in issue.fixes:
        assert not issues(apply(drawn, fix.edits)), fix.label
    return [fix.label for fix in issue.fixes]


ENDINGS: list[tuple[list[Node], str, str, str, str]] = [
    ([LINEAR, node("p", "Softmax")], "CrossEntropy", "scores-wanted", "p", "Take p out"),
    ([LINEAR, node("p", "Sigmoid")], "CrossEntropy", "scores-wanted", "p", "Take p out"),
    ([LINEAR, node("p", "Softmax")], "NLL", "logs-wanted", "p", "Make p a LogSoftmax"),
    ([LINEAR], "NLL", "logs-wanted", "fc", "Insert a LogSoftmax before loss"),
    ([LINEAR, node("r", "ReLU")], "CrossEntropy", "activation-at-end", "r", "Take r out"),
    ([LINEAR, node("d", "Dropout")], "CrossEntropy", "dropout-at-end", "d", "Take d out"),
    (
        [LINEAR, node("p", "Softmax"), node("same", "Identity")],
        "CrossEntropy",
        "scores-wanted",
        "p",
        "Take p out",
    ),
]


@pytest.mark.parametrize(("ending", "loss", "code", "at", "fix"), ENDINGS)
def test_what_a_loss_wants(ending: list[Node], loss: str, code: str, at: str, fix: str) -> None:
    port = "log_probability" if loss == "NLL" else "logits"
    boards = classifier(*ending, loss=loss, port=port)
    assert told(*boards) == [(code, "Train", "loss", ("Net", at))]
    assert mended(*boards) == [fix]


@pytest.mark.parametrize(
    ("ending", "loss"),
    [
        ([LINEAR], "CrossEntropy"),
        ([LINEAR, node("p", "LogSoftmax")], "NLL"),
        ([LINEAR, node("p", "LogSoftmax")], "CrossEntropy"),
        ([node("d", "Dropout"), LINEAR], "CrossEntropy"),
        ([node("wide", "Linear"), node("r", "ReLU"), LINEAR], "MultiMargin"),
    ],
)
def test_what_a_loss_is_content_with(ending: list[Node], loss: str) -> None:
    port = "log_probability" if loss == "NLL" else "logits"
    assert not told(*classifier(*ending, loss=loss, port=port))


def test_yes_or_no() -> None:
    def boards(*ending: Node, loss: str, port: str) -> list[Board]:
        nodes = [
            node("digits", "DigitsData", size=8),
            node("same", "Constant", shape=(1, 64), value=0.0),
            node("sum", "Add"),
            node("flat", "Flatten"),
            node("net", "Network", network="Net"),
            node("loss", loss),
            node("update", "Update"),
        ]
        wires = (
            "digits.image -> flat, flat -> net.x, flat -> sum.inputs, same -> sum.inputs, "
            f"sum -> loss.target, net.y -> loss.{port}, loss.loss -> update.loss"
        )
        last = node("out", "Linear", out_features=64)
        return [
            chain(("N", 64), last, *ending),
            board(nodes, wires, "Train", "training"),
        ]

    scores, sure = ("BCEWithLogits", "logits"), ("BCE", "probability")
    p = node("p", "Sigmoid")
    assert not told(*boards(p, loss=sure[0], port=sure[1]))
    assert not told(*boards(loss=scores[0], port=scores[1]))
    assert mended(*boards(p, loss=scores[0], port=scores[1])) == ["Take p out"]
    assert mended(*boards(loss=sure[0], port=sure[1])) == ["Insert a Sigmoid before loss"]
    logs = node("p", "LogSigmoid")
    assert mended(*boards(logs, loss=sure[0], port=sure[1])) == ["Make p a Sigmoid"]


def test_probabilities_that_another_output_needs_are_gone_past() -> None:
    net, training = classifier(LINEAR)
    every = [*net.nodes.values(), node("p", "Softmax"), node("sure", "Output")]
    net = board(every, "x -> flat -> fc -> p -> y, p -> sure")
    assert mended(net, training) == ["Go past p"]


def test_a_block_at_the_end_is_looked_into() -> None:
    net, training = classifier(node("end", "Block", block="End"))
    net = board(net.nodes.values(), "x -> flat -> end.x, end.y -> y")
    end = chain(("N", 64), LINEAR, node("p", "Softmax"), name="End")
    end = Board("End", "block", end.nodes, end.wires)
    assert told(net, end, training) == [("scores-wanted", "Train", "loss", ("End", "p"))]
    assert mended(net, end, training) == ["Take p out"]


@pytest.mark.parametrize(("last", "code"), [("ReLU", ["activation-at-end"]), ("Identity", [])])
def test_an_activation_after_a_regression(tmp_path: Path, last: str, code: list[str]) -> None:
    np.savez(tmp_path / "d.npz", x=np.ones((40, 3), "f4"), y=np.ones((40, 1), "f4"))
    nodes = [
        node("table", "ArraysData", path=str(tmp_path / "d.npz")),
        node("net", "Network", network="Net"),
        node("loss", "MSE"),
        node("update", "Update"),
    ]
    wires = "table.x -> net.x, net.y -> loss.prediction, table.y -> loss.target"
    boards = [
        chain(("N", 3), node("fc", "Linear", out_features=1), node("last", last)),
        board(nodes, f"{wires}, loss.loss -> update.loss", "Train", "training"),
    ]
    assert [found[0] for found in told(*boards)] == code
    if code:
        assert mended(*boards) == ["Take last out"]


IN_A_ROW: list[tuple[tuple[Any, ...], list[Node], list[str]]] = [
    ((64,), [node("a", "Linear"), LINEAR], ["Insert a ReLU after a"]),
    ((64,), [node("a", "Linear"), node("d", "Dropout"), LINEAR], ["Insert a ReLU after a"]),
    ((3, 8, 8), [node("a", "Conv2d"), node("b", "Conv2d")], ["Insert a ReLU after a"]),
    ((64,), [node("t", "Tanh"), node("a", "Linear"), LINEAR], ["Insert a Tanh after a"]),
    ((64,), [node("a", "Linear"), node("r", "ReLU"), LINEAR], []),
    ((64,), [node("a", "Linear"), node("n", "LayerNorm"), LINEAR], []),
    ((64,), [node("a", "Linear", out_features=4), node("b", "Linear", out_features=64)], []),
    ((8, 8, 8), [node("a", "Conv2d", out_channels=8, groups=8), node("b", "Conv2d")], []),
    ((8, 8, 8), [node("a", "Conv2d", kernel_size=(1, 3)), node("b", "Conv2d")], []),
    ((8, 8, 8), [node("a", "Conv2d"), node("f", "Flatten"), LINEAR], []),
    ((8, 8), [node("a", "Linear"), node("f", "Flatten"), LINEAR], []),
]


@pytest.mark.parametrize(("shape", "layers", "fixes"), IN_A_ROW)
def test_layers_in_a_row(shape: Sequence[int], layers: list[Node], fixes: list[str]) -> None:
    net = chain(("N", *shape), *layers)
    assert [found[0] for found in told(net)] == ["no-activation"] * len(fixes)
    if fixes:
        assert mended(net) == fixes


def test_a_layer_that_others_read_too_is_no_waste() -> None:
    nodes = [node("x", "Input", shape=("N", 64)), node("a", "Linear"), LINEAR]
    nodes += [node("y", "Output"), node("code", "Output")]
    assert not told(board(nodes, "x -> a -> fc -> y, a -> code"))


MIXED: list[tuple[tuple[Any, ...], str, list[str]]] = [
    (("T", "N", 16), "LSTM", ["samples-second"]),
    ((20, "N", 16), "TransformerEncoder", ["samples-second"]),
    (("N", "T", 16), "LSTM", []),
    (("B", "T", 16), "LSTM", []),
    (("N", 64, 64, 3), "Conv2d", ["channels-last"]),
    (("N", 3, 64, 64), "Conv2d", []),
    (("N", 64, 64, 64), "Conv2d", []),
]


@pytest.mark.parametrize(("shape", "layer", "code"), MIXED)
def test_axes_in_another_order(shape: tuple[Any, ...], layer: str, code: list[str]) -> None:
    net = chain(shape, node("it", layer))
    assert [found[0] for found in told(net)] == code
    if code:
        assert mended(net)[0].startswith("Insert a Permute after x")


def test_mixed_axes_are_told_once() -> None:
    net = chain(("T", "N", 16), node("it", "LSTM"), node("again", "LSTM"))
    assert [found[:3] for found in told(net)] == [("samples-second", "Net", "it")]


@pytest.mark.parametrize(
    ("shape", "layer", "fixes"),
    [
        (("N", "T", 16), "Conv1d", ["Insert a Permute: features first"]),
        (("N", 16, "L"), "LSTM", ["Insert a Permute: positions first"]),
        (("N", "T", "C"), "LSTM", []),
    ],
)
def test_positions_in_the_place_of_features(
    shape: tuple[Any, ...], layer: str, fixes: list[str]
) -> None:
    net = chain(shape, node("it", layer))
    assert told(net)[0][:3] == ("free-size", "Net", "it")
    assert mended(net) == fixes


def test_what_another_package_declares_counts() -> None:
    """A type is known by what its card says, whoever wrote it."""
    bend = NodeType("Bend", "Mine", "", (Port("input"),), nature="activation", forward="{input}")
    sure = (Port("output", means="probabilities"),)
    likely = NodeType("Likely", "Mine", "", (Port("input"),), sure, forward="{input}")
    every = {**TYPES, "Bend": bend, "Likely": likely}

    def codes(*boards: Board) -> list[str]:
        return [issue.code for issue in check(project(*boards), every).issues]

    assert not codes(*classifier(node("a", "Linear"), node("b", "Bend"), LINEAR))
    assert codes(*classifier(node("a", "Linear"), LINEAR)) == ["no-activation"]
    assert codes(*classifier(LINEAR, node("b", "Bend"))) == ["activation-at-end"]
    assert codes(*classifier(LINEAR, node("p", "Likely"))) == ["scores-wanted"]


@pytest.mark.parametrize(("batch", "code"), [(1, ["batch-of-one"]), (2, [])])
def test_a_batch_of_one_value(batch: int, code: list[str]) -> None:
    net, training = classifier(node("a", "Linear"), node("n", "BatchNorm1d"), LINEAR)
    digits = node("digits", "DigitsData", size=8, batch_size=batch)
    training = Board("Train", "training", {**training.nodes, "digits": digits}, training.wires)
    assert [found[0] for found in told(net, training)] == code
    if code:
        assert told(net, training)[0][3] == ("Net", "n")
        assert mended(net, training) == ["Set batch_size to 64"]


@pytest.mark.parametrize("name", [*gallery(), *architectures()])
def test_nobody_is_told_what_a_practitioner_would_call_wrong(name: str) -> None:
    drawn = template(name)
    assert not issues(drawn)
    if drawn.training is None:
        trained = issues(with_training(drawn, TYPES))
        assert not [issue for issue in trained if issue.severity == "warning"]


@pytest.mark.parametrize("name", shipped_blocks())
def test_nor_of_blocks_that_come_with_netloom(name: str) -> None:
    assert not issues(shipped_project(name))
