"""Random projects, well formed but as strange as a file may hold."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any, get_args

from hypothesis import strategies as st

from nodes.declare import BoardKind
from studio.model.expression import Expression
from studio.model.names import problem_with
from studio.model.notes import Note
from studio.model.project import Board, Node, Project, Wire
from studio.model.settings import SETTINGS, Settings
from studio.model.values import Raw

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True).filter(lambda n: not problem_with(n))
TEXTS = st.one_of(
    st.text(max_size=8), st.sampled_from(['"', "'", "{node}", "\\", "\n", "é", "\ud800"])
)
NUMBERS = st.one_of(st.integers(-(2**70), 2**70), st.floats(allow_nan=False, allow_infinity=False))
PLAIN = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)
JSON: st.SearchStrategy[Any] = st.recursive(
    PLAIN,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)
EXPRESSIONS = st.sampled_from(["dim", "4 * dim", "-(a + 1) // 2", "1.5"]).map(Expression)
OBJECTS = st.dictionaries(TEXTS, JSON, max_size=3).filter(lambda d: list(d) != ["="]).map(Raw)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(PLAIN, EXPRESSIONS, OBJECTS),
    lambda inner: st.lists(inner, max_size=3).map(tuple),
    max_leaves=5,
)
TYPES = st.one_of(TEXTS, st.sampled_from(["Input", "Linear", "Block", "Network", "Output"]))


def without_uids(text: str) -> str:
    """A project's text, less the uids: those of new nodes are never the same."""
    return re.sub(r'"uid": "[^"]*"', '"uid": ""', text)


def extras(*known: str) -> st.SearchStrategy[dict[str, Any]]:
    """Fields of a later version."""
    return st.dictionaries(TEXTS.filter(lambda key: key not in known), JSON, max_size=2)


BOARD_FIELDS = tuple(known.name for known in fields(Board))
PLACES = st.floats(-1e6, 1e6).map(lambda place: place + 0.0)  # never -0.0
NOTES = st.lists(
    st.builds(
        Note,
        TEXTS,
        st.tuples(PLACES, PLACES),
        st.tuples(PLACES, PLACES),
        TEXTS,
        extras("text", "at", "size", "colour"),
    ),
    max_size=2,
)
SETTINGS_OF_ITS_OWN = st.builds(
    lambda known, more: {**more, **known},
    st.fixed_dictionaries({}, optional={"epochs": st.integers(1, 9), "seed": st.just(3)}),
    extras(*(param.name for param in SETTINGS)),
)
UNREAD = st.lists(JSON | st.just("gone.output -> away.input"), max_size=2)
PARAMS = st.dictionaries(TEXTS, VALUES, max_size=3)
NAMED = st.dictionaries(NAMES, VALUES, max_size=2)
IDS = st.lists(NAMES, max_size=4, unique=True)
OF_A_NODE = extras("type", "uid", "at", "uses", "params")
OF_A_BOARD = extras(*BOARD_FIELDS)
OF_A_PROJECT = extras("netloom", "uid", "settings", "boards", "variables")
KINDS: st.SearchStrategy[BoardKind] = st.sampled_from(get_args(BoardKind))
STAGES = st.none() | st.integers(-2, 5)
STRANGE = st.dictionaries(
    NAMES, st.fixed_dictionaries({"kind": st.sampled_from(["stage", None, 3])}), max_size=2
)
SETTINGS_OF_ALL = st.builds(
    Settings,
    st.integers(1, 10**6),
    st.sampled_from(["auto", "cpu", "cuda:1"]),
    st.sampled_from(["float32", "bf16", "fp16"]),
    st.integers(0, 2**63 - 1),
    extra=extras(*(param.name for param in SETTINGS)),
)
UIDS = st.sampled_from(["", "9f", "é"])


@st.composite
def boards(draw: st.DrawFn, name: str) -> Board:
    ids = draw(IDS)
    nodes = {
        id: Node(
            id,
            draw(TYPES),
            draw(PARAMS),
            (draw(PLACES), draw(PLACES)),
            draw(st.none() | st.sampled_from(ids) | TEXTS),
            draw(OF_A_NODE),
        )
        for id in ids
    }
    ends = st.sampled_from(ids or [""])
    wires = st.lists(st.builds(Wire, ends, NAMES, ends, NAMES), max_size=4, unique=True)
    return Board(
        name,
        draw(KINDS),
        nodes,
        tuple(draw(wires)) if ids else (),
        draw(NAMED),
        draw(OF_A_BOARD),
        tuple(draw(NOTES)),
        tuple(draw(NOTES)),
        draw(STAGES),
        draw(SETTINGS_OF_ITS_OWN),
        tuple(draw(UNREAD)),
    )


@st.composite
def projects(draw: st.DrawFn) -> Project:
    names = draw(IDS)[:3]
    strange = {name: board for name, board in draw(STRANGE).items() if name not in names}
    drawn = {name: draw(boards(name)) for name in names}
    return Project(
        drawn, draw(SETTINGS_OF_ALL), draw(OF_A_PROJECT), draw(UIDS), None, draw(NAMED), strange
    )
