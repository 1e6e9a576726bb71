"""Expressions over a project's variables on boards: shapes, source, what is said of a wrong one."""

from __future__ import annotations

from dataclasses import replace

from studio.compile.compiled import Compiled, check
from studio.model.expression import Expression
from studio.model.values import Value
from tests.compile.drawing import TYPES, Watcher, board, chain, node, project, run, sample, shape


def drawn(text: str, **variables: Value) -> Compiled:
    """A network with a layer of a computed size."""
    net = chain(("N", 4), node("fc", "Linear", out_features=Expression(text)))
    return check(replace(project(net), variables=variables), TYPES)


def test_a_network_may_name_them() -> None:
    found = drawn("4 * dim", dim=8)
    assert not found.issues
    assert shape(found, "fc") == "N×32"
    assert "nn.Linear(4, 32)" in found.source("Net")
    assert run(found.network("Net"), sample(found))[0].shape == (2, 32)


def test_a_block_may_name_them_beside_its_own_parameters() -> None:
    inside = board(
        [
            node("x", "Input", shape=("N", 4)),
            node("fc", "Linear", out_features=Expression("width * dim")),
            node("y", "Output"),
        ],
        "x -> fc -> y",
        "Part",
        "block",
        width=2,
    )
    net = board(
        [
            node("x", "Input", shape=("N", 4)),
            node("part", "Block", block="Part", width=Expression("dim + 1")),
            node("y", "Output"),
        ],
        "x -> part.x, part.y -> y",
    )
    found = check(replace(project(inside, net), variables={"dim": 3}), TYPES)
    assert not found.issues
    assert shape(found, "part", "y") == "N×12"
    assert "width * 3" in found.source("Net")
    assert run(found.network("Net"), sample(found))[0].shape == (2, 12)


def test_what_cannot_be_computed_is_told_at_its_node() -> None:
    for found in (drawn("4 * dim"), drawn("4 * dim", other=2)):
        assert [(issue.severity, issue.node) for issue in found.issues] == [("error", "fc")]
        assert "over the project's variables" in found.issues[0].message


def test_another_value_is_another_shape() -> None:
    watcher, first = Watcher(), drawn("dim", dim=8).project
    for dim in (8, 5, 8):
        state = watcher.see(replace(first, variables={"dim": dim}))
        assert state is not None
        assert str(state[0]["Net"]["fc"].outputs["output"]) == f"N×{dim}"
        assert state[1] == ()
