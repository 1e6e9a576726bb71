"""Random text on the clipboard, pasted on boards of every kind."""

from __future__ import annotations

import json
from collections.abc import Iterator

from hypothesis import strategies as st

from studio.model.operations.clipboard import from_clipboard, paste, to_clipboard
from studio.model.operations.drawn_board import DrawnBoard
from studio.model.operations.edited import Refusal
from studio.model.project import Board, Project
from studio.model.project_reading import parse
from studio.model.project_writing import to_text
from tests.compile.drawing import TYPES
from tests.compile.test_incremental import start
from tests.fuzz.search import search
from tests.kill.table import Row
from tests.model.projects import JSON, projects

PIECES = [
    '"netloom"',
    ": 1",
    "{",
    "}",
    "[",
    "]",
    '"boards"',
    '"nodes"',
    '"a"',
    ",",
    "\ud800",
    "1e9",
]


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Nothing like nodes, nearly nodes, and nodes."""
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return draw(st.text() | st.lists(st.sampled_from(PIECES)).map(" ".join))
    if kind == 1:
        return json.dumps({"netloom": 1, "boards": draw(JSON)})
    project = draw(projects())
    text = to_text(project)
    if kind == 2 and project.boards:
        board = draw(st.sampled_from(list(project.boards.values())))
        text = to_clipboard(board, board.nodes)
    place = draw(st.integers(0, len(text)))
    return text[:place] + draw(st.sampled_from(["", "", *PIECES])) + text[place:]


def told(refusal: Refusal) -> None:
    """A refusal says something."""
    assert len(str(refusal)) > 10


def into(case: tuple[str, bool]) -> None:
    """Paste a text, on each board twice."""
    text, empty = case
    try:
        part = from_clipboard(text)
    except Refusal as refusal:
        told(refusal)
        return
    project = Project({"Net": Board("Net", "network")}) if empty else start()
    for name in project.boards:
        for _ in range(2):
            try:
                edited = paste(DrawnBoard.of(project, name, TYPES), part, (1e6, -3.5))
            except Refusal as refusal:
                told(refusal)
                break
            ids = edited.selected or frozenset()
            before, project = project.boards[name], edited.project
            assert set(project.boards[name].nodes) == set(before.nodes) | ids
            assert not ids & set(before.nodes)
            assert len(ids) == len(part.nodes)
    assert parse(to_text(project)) == project


def rows(seconds: float, seed: int) -> Iterator[Row]:
    """Paste as text; and with a real clipboard on a real canvas."""
    cases = st.tuples(texts(), st.booleans())
    yield search("texts pasted", into, cases, seconds / 2, seed, "saved and read again")
    from tests.fuzz.canvas import Hand

    with Hand() as hand:
        what = "texts pasted into a window"
        yield search(what, hand.paste, texts(), seconds / 2, seed, "undone again")
