"""Cards are plain data: they go through JSON, and the window's catalogue holds nothing else."""

from __future__ import annotations

import json
import math
from dataclasses import fields, is_dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.cards import card, from_json, to_json
from nodes.catalogue import builtin, cards
from nodes.declare import NodeType, Param, Port

PLAIN = (str, int, float, type(None))


def foreign(value: object) -> list[object]:
    """What in a value is no plain data."""
    if type(value) in (*PLAIN, bool):
        return []
    if isinstance(value, tuple | frozenset):
        return [found for item in value for found in foreign(item)]
    if isinstance(value, dict):
        return foreign((*value.keys(), *value.values()))
    if is_dataclass(value) and type(value) in (NodeType, Param, Port):
        return foreign(tuple(getattr(value, field.name) for field in fields(value)))
    return [value]


@pytest.mark.parametrize("declared", builtin().types.values(), ids=lambda t: t.name)
def test_cards_go_through_json(declared: NodeType) -> None:
    text = to_json(declared)
    found = from_json(text)
    assert found == card(declared)
    assert foreign(found) == []
    assert to_json(found) == text
    assert json.loads(text).keys() <= {field.name for field in fields(NodeType)}


def test_the_windows_own_catalogue_holds_no_code() -> None:
    assert cards().keys() == builtin().types.keys()
    assert [bad for found in cards().values() for bad in foreign(found)] == []


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
    lambda inner: st.tuples(inner, inner),
    max_leaves=4,
)
params = st.builds(
    Param,
    st.text(),
    st.sampled_from(["int", "ints", "text"]),
    values,
    when=st.none() | st.tuples(st.text(), st.tuples(values)),
    low=st.none() | st.floats(allow_nan=False),
    choices=st.tuples(st.text()),
)
types = st.builds(
    NodeType,
    st.text(),
    st.text(),
    st.text(),
    inputs=st.tuples(st.builds(Port, st.text(), many=st.booleans())),
    params=st.tuples(params),
    boards=st.frozensets(st.sampled_from(["network", "block", "training"])),
    inferred=st.dictionaries(st.text(), st.tuples(st.text(), st.integers())),
    fixed=st.dictionaries(st.text(), values),
)


@given(types)
def test_any_card_comes_back_as_it_was(declared: NodeType) -> None:
    assert from_json(to_json(declared)) == card(declared)


@pytest.mark.parametrize("default", [object(), print, b"x", {1: math}])
def test_what_is_no_plain_value_is_named(default: object) -> None:
    declared = NodeType("Odd", "Other", "Odd.", params=(Param("size", "text", default),))
    with pytest.raises(ValueError, match="params size: default holds a"):
        to_json(declared)


@pytest.mark.parametrize("text", ["[]", "{}", "3", '{"name": "a"', '{"name": "a", "b": 1}'])
def test_what_is_no_card_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        from_json(text)
