"""The checker process, seen from the window's end."""

from __future__ import annotations

import os
import queue
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from nodes.cards import from_json
from studio.model import trust
from studio.model.edits import RemoveNodes, SetParam, apply
from studio.model.messages import (
    Checked,
    CheckerReady,
    ExplainType,
    NodesChecked,
    SourceReady,
    TypeExplained,
)
from studio.model.project import Board, Node, Project, Wire
from studio.session.checker import Checker
from studio.session.helper_process import HelperGone
from tests.nodes.packages import install

PATIENCE = 60.0


class Heard:
    """What a checker said, in order."""

    def __init__(self) -> None:
        self.messages: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def until(self, kind: type, generation: int | None = None) -> list[Any]:
        """Everything up to a message of this kind (and generation)."""
        found: list[Any] = []
        end = time.monotonic() + PATIENCE
        while True:
            message = self.messages.get(timeout=max(0.01, end - time.monotonic()))
            found.append(message)
            right = generation is None or getattr(message, "generation", None) == generation
            if isinstance(message, kind) and right:
                return found


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def checker(heard: Heard) -> Iterator[Checker]:
    made = Checker(heard.messages.put)
    yield made
    made.close()


def drawn(layers: int = 3) -> Project:
    nodes = {"x": Node("x", "Input", {"shape": ("N", 8)})}
    nodes |= {f"fc{i}": Node(f"fc{i}", "Linear", {"out_features": 8 + i}) for i in range(layers)}
    nodes["y"] = Node("y", "Output")
    ids = list(nodes)
    wires = tuple(Wire(a, "output", b, "input") for a, b in pairwise(ids))
    return Project({"Net": Board("Net", "network", nodes, wires)})


def reported(messages: list[Any]) -> dict[str, Any]:
    return {
        id: report
        for message in messages
        if isinstance(message, NodesChecked)
        for id, report in message.reports.items()
    }


def test_edits_are_answered_with_what_changed(checker: Checker, heard: Heard) -> None:
    heard.until(CheckerReady)
    project = drawn()
    found = heard.until(SourceReady, checker.check(project))
    assert set(reported(found)) == set(project.boards["Net"].nodes)
    assert found[-1].sources["Net"].lines["fc1"]
    after = apply(project, [SetParam("Net", "fc1", "out_features", 32)])
    found = heard.until(SourceReady, checker.check(after))
    assert set(reported(found)) == {"fc1", "fc2"}
    assert "nn.Linear(8, 32)" in found[-1].sources["Net"].text
    gone = apply(after, [RemoveNodes("Net", frozenset({"fc2"}), bridge=True)])
    found = heard.until(SourceReady, checker.check(gone))
    assert [m.gone for m in found if isinstance(m, NodesChecked) and m.gone] == [{"fc2"}]
    totals = next(m for m in found if isinstance(m, Checked)).totals
    assert totals["Net"].parameters == 72 + 288


def test_errors_keep_the_last_good_source(checker: Checker, heard: Heard) -> None:
    project = drawn()
    heard.until(SourceReady, checker.check(project))
    wrong = apply(project, [SetParam("Net", "fc1", "out_features", 0)])
    found = heard.until(Checked, checker.check(wrong))
    assert [issue.node for issue in found[-1].issues] == ["fc1"]
    found = heard.until(Checked, checker.check(project))
    assert not [issue for issue in found[-1].issues if issue.severity == "error"]


def test_only_the_newest_of_many_is_answered_in_full(checker: Checker, heard: Heard) -> None:
    project, last = drawn(60), 0
    for width in range(20, 60):
        project = apply(project, [SetParam("Net", "fc0", "out_features", width)])
        last = checker.check(project)
    found = heard.until(SourceReady, last)
    answered = [m.generation for m in found if isinstance(m, Checked)]
    assert answered[-1] == last
    assert "nn.Linear(8, 59)" in found[-1].sources["Net"].text


def test_a_killed_checker_comes_back_with_everything(checker: Checker, heard: Heard) -> None:
    project = drawn()
    heard.until(SourceReady, checker.check(project))
    before = checker.pid
    checker.kill()
    found = heard.until(HelperGone)
    assert found[-1].name == "checker"
    found = heard.until(SourceReady)
    assert set(reported(found)) == set(project.boards["Net"].nodes)
    assert checker.pid != before


def test_help(checker: Checker, heard: Heard) -> None:
    for name, said in [("Conv2d", "convolution"), ("LSTM", "memory"), ("Strange", "")]:
        checker.explain(question := ExplainType(name, (("stride", 2),)))
        answer = heard.until(TypeExplained)[-1]
        assert answer.asked == question
        assert said in " ".join(part.text for part in answer.help.words)


# ---- nodes that are never done -----------------------------------------------------------------

DEADLY = '''
"""Layers that end their process, or never end."""

import os
import signal
import time

from torch import nn

from nodes.declare import NodeType, Param, Port


class Deadly(nn.Module):
    def __init__(self, size):
        super().__init__()
        if size == 3:
            os._exit(5)
        if size == 5:
            os.kill(os.getpid(), signal.SIGKILL)
        while size == 4:
            time.sleep(0.01)

    def forward(self, input):
        return input


DEADLY = NodeType(
    "Deadly",
    "Activation",
    "Not to be run.",
    inputs=(Port("input"),),
    params=(Param("size", "int", 1, "What it does.", always=True),),
    layer="deadly_layers.Deadly",
    arguments=("size",),
)
'''


@pytest.fixture
def deadly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package whose layer a checker does not survive."""
    install(tmp_path, "deadly_layers", DEADLY)
    monkeypatch.syspath_prepend(tmp_path)


CODE = """
import torch

from nodes.declare import NodeType, Param, Port, Problem


def check(values, shapes):
    if values["size"] == 7:
        yield Problem("odd", "{node} must not be 7")


SIZE = Param("size", "int", 1, "A number.")
FINE = NodeType(
    "Fine",
    "Activation",
    "All of it may have code.",
    inputs=(Port("input"),),
    params=(SIZE,),
    forward=lambda values, shapes: f"{values['size']} * {{input}}",
    check=check,
)
ODD = NodeType("Odd", "Activation", "Half.", params=(Param("dtype", "text", torch.half),))
"""


def test_plugins_with_code_reach_the_window_without_it(
    heard: Heard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "layers_with_code", CODE)
    install(tmp_path, "layers_that_leave", "raise SystemExit(3)")
    monkeypatch.syspath_prepend(tmp_path)
    checker = Checker(heard.messages.put)
    try:
        ready = heard.until(CheckerReady)[-1]
        (fine,) = map(from_json, ready.cards)
        assert (fine.name, fine.params[0].summary, fine.check) == ("Fine", "A number.", None)
        assert "layers_with_code" not in sys.modules, "the window imports nothing of a plug-in"
        assert "layers_that_leave could not be loaded: 3" in str(ready.errors)
        assert "Odd of the plug-in layers_with_code was left out" in str(ready.errors)
        assert "params dtype: default holds a dtype" in str(ready.errors)
        board = drawn().boards["Net"]
        nodes = {**board.nodes, "fine": Node("fine", "Fine", {"size": 7})}
        wires = (*board.wires, Wire("fc0", "output", "fine", "input"))
        checker.check(Project({"Net": Board("Net", "network", nodes, wires)}))
        issues = heard.until(Checked)[-1].issues
        assert "fine must not be 7" in [issue.message for issue in issues], "its code runs there"
    finally:
        checker.close()


def with_deadly(size: int) -> Project:
    board = drawn().boards["Net"]
    nodes = {**board.nodes, "bad": Node("bad", "Deadly", {"size": size})}
    wires = (*board.wires, Wire("fc0", "output", "bad", "input"))
    return Project({"Net": Board("Net", "network", nodes, wires)})


def answered(heard: Heard) -> tuple[int, list[str], set[str]]:
    """How often the checker died until it answered, what it could not check, what it could."""
    found = heard.until(Checked)
    gone = sum(isinstance(message, HelperGone) for message in found)
    told = [issue.message for issue in found[-1].issues if issue.code == "not-checked"]
    return gone, told, set(reported(found))


@pytest.mark.usefixtures("deadly")
@pytest.mark.parametrize(
    ("size", "why"),
    [(3, "it ended the checker (it stopped with code 5)"), (4, "longer"), (5, "signal 9")],
)
def test_what_killed_the_checker_is_not_sent_again(
    heard: Heard, monkeypatch: pytest.MonkeyPatch, size: int, why: str
) -> None:
    monkeypatch.setattr("studio.session.checker.PATIENCE", 5.0)
    checker = Checker(heard.messages.put)
    try:
        assert [from_json(text).name for text in heard.until(CheckerReady)[-1].cards] == ["Deadly"]
        checker.check(with_deadly(1))
        assert answered(heard)[:2] == (0, [])
        project = with_deadly(size)
        checker.check(project)
        gone, told, known = answered(heard)
        assert gone == (2 if size == 5 else 1), "who was killed may have been so by chance"
        assert len(told) == 1
        assert "bad could not be checked" in told[0]
        assert why in told[0]
        assert known >= {"x", "fc0", "fc1", "fc2", "y"}
        elsewhere = apply(project, [SetParam("Net", "fc2", "out_features", 99)])
        checker.check(elsewhere)
        assert answered(heard)[:2] == (0, told), "left alone while nothing before it changes"
        checker.check(apply(elsewhere, [SetParam("Net", "bad", "size", 2)]))
        assert answered(heard)[:2] == (0, [])
    finally:
        checker.close()


def test_a_node_is_not_blamed_for_a_checker_that_somebody_killed(
    checker: Checker, heard: Heard
) -> None:
    heard.until(CheckerReady)
    for layers in (200, 300):  # never twice at the same node
        checker.check(drawn(layers))
        heard.until(NodesChecked)
        checker.kill()
        gone, told, _ = answered(heard)
        while not gone:
            gone, told, _ = answered(heard)
        assert (gone, told) == (1, [])


ENDLESS = """
from torch import Tensor

START = {start}


def forever(x: Tensor) -> Tensor:
    while True:
        x = x + 1
    return x
"""


@pytest.mark.parametrize("start", ["0", "sum(iter(int, 1))"], ids=["called", "loaded"])
def test_code_that_never_ends_is_told(
    heard: Heard, monkeypatch: pytest.MonkeyPatch, start: str
) -> None:
    board, text = drawn().boards["Net"], ENDLESS.format(start=start)
    nodes = {**board.nodes, "own": Node("own", "Code", {"code": text})}
    wires = (*board.wires, Wire("fc0", "output", "own", "x"))
    trust.trust(text)
    checker = Checker(heard.messages.put)
    try:
        checker.check(drawn())
        assert answered(heard)[:2] == (0, [])
        monkeypatch.setattr("studio.session.checker.PATIENCE", 5.0)
        checker.check(Project({"Net": Board("Net", "network", nodes, wires)}))
        gone, (told,), known = answered(heard)
        assert gone == 1
        assert told.startswith("own could not be checked: it took longer than 5 seconds")
        assert known >= {"x", "fc0", "fc1", "fc2", "y"}
    finally:
        checker.close()


DEADLY_DATA = """
import os

from nodes.declare import TRAINING, NodeType, Param, Port


def describe(values):
    os.kill(os.getpid(), 9)


DEADLY_DATA = NodeType(
    "DeadlyData",
    "Data",
    "Ends the process that looks into it.",
    outputs=(Port("x"),),
    params=(Param("path", "path", ""),),
    boards=TRAINING,
    role="data",
    describe=describe,
    arguments=("path",),
    forward="",
)
"""


@pytest.mark.parametrize(
    ("type", "path", "says"),
    [
        ("DeadlyData", __file__, "ended the process that looked into it"),
        ("TextData", "/dev/zero", "it is no plain file"),
        ("ArraysData", "pipe", "it is no plain file"),
    ],
)
@pytest.mark.skipif(os.name != "posix", reason="there are no such files here")
def test_no_file_takes_the_checker_with_it(
    heard: Heard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, type: str, path: str, says: str
) -> None:
    install(tmp_path, "deadly_data", DEADLY_DATA)
    monkeypatch.syspath_prepend(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    checker = Checker(heard.messages.put)
    try:
        heard.until(CheckerReady)
        data = Node("data", type, {"path": str(tmp_path / path)})
        boards = {**drawn().boards, "Train": Board("Train", "training", {"data": data})}
        messages = heard.until(SourceReady, checker.check(Project(boards)))
        issues = [found for m in messages if isinstance(m, Checked) for found in m.issues]
        assert [issue.node for issue in issues if says in issue.message] == ["data"]
        assert {"fc1", "y"} <= set(reported(messages))
        assert not any(isinstance(message, HelperGone) for message in messages)
    finally:
        checker.close()
