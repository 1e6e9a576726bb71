"""The checker process's loop, over a pipe."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from multiprocessing import Pipe
from typing import Any

import pytest

from studio.compile import checker_process
from studio.compile.checker_process import board_source, serve
from studio.compile.checking import Checking
from studio.model.delta import between
from studio.model.edits import SetParam
from studio.model.messages import Analyse, Analysed, Check, Checked, CheckerReady, SourceReady
from studio.model.project import Board, Project
from studio.model.report import BoardSource
from tests.compile.drawing import chain, node, project


@pytest.fixture
def pipe() -> Iterator[Any]:
    """The window's end of a checker that is ready."""
    ours, theirs = Pipe()
    thread = threading.Thread(target=serve, args=(theirs,))
    thread.start()
    assert isinstance(ours.recv(), CheckerReady)
    yield ours
    ours.close()
    thread.join()


def until(pipe: Any, kind: type) -> list[Any]:
    """What comes, up to a message of that kind."""
    found = [pipe.recv()]
    while not isinstance(found[-1], kind):
        found.append(pipe.recv())
    return found


def test_a_change_of_what_another_process_knew_waits_for_the_whole(pipe: Any) -> None:
    one = project(chain(("N", 4), node("linear", "Linear")))
    other = project(chain(("N", 4), node("linear", "Linear", out_features=3)))
    pipe.send(Check(5, between(one, other), 4))
    pipe.send(Check(6, between(Project(), one)))
    assert {message.generation for message in until(pipe, Checked)} == {6}
    pipe.send(Check(7, between(one, other), 6))
    *_, reports, done = until(pipe, Checked)
    assert str(reports.reports["linear"].outputs["output"]) == "N×3"
    assert done.generation == 7


def test_source_is_written_again_only_where_something_changed(
    pipe: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []

    def write(project: Project, checking: Checking, board: Board) -> BoardSource:
        written.append(board.name)
        return board_source(project, checking, board)

    monkeypatch.setattr(checker_process, "board_source", write)
    one = project(chain(("N", 4), node("a", "Linear"), name="A"), chain(("N", 4), name="B"))
    other = SetParam("A", "a", "out_features", 3).apply(one)
    pipe.send(Check(1, between(Project(), one)))
    assert set(until(pipe, SourceReady)[-1].sources) == {"A", "B"}
    pipe.send(Check(2, between(one, one), 1))
    until(pipe, Checked)
    pipe.send(Check(3, between(one, other), 2))
    assert set(until(pipe, SourceReady)[-1].sources) == {"A"}
    assert written == ["A", "B", "A"]


def test_costs_are_told_when_they_are_asked_for(pipe: Any) -> None:
    one = project(chain(("N", 4), node("a", "Linear", out_features=8), name="A"))
    pipe.send(Check(1, between(Project(), one)))
    pipe.send(Analyse(1))
    counts, whole = [m.analysis for m in until(pipe, Analysed)[-1:] + until(pipe, Analysed)[-1:]]
    assert (counts.nodes["A"]["a"].parameters, counts.nodes["A"]["a"].memory) == (40, None)
    kept = 32 * 8 * 4
    assert whole.nodes["A"]["a"].memory == 4 * 4 * 40 + 2 * 4 + kept
    assert not counts.forecasts
    (forecast,) = whole.forecasts
    assert forecast.fits
    pipe.send(Analyse(1))
    assert until(pipe, Analysed)[-1].analysis == whole, "what is known is told at once"
    pipe.send(Analyse(0))
    pipe.send(Check(2, between(one, one), 1))
    assert not any(isinstance(message, Analysed) for message in until(pipe, Checked))
