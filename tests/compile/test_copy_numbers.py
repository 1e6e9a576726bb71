"""Values that depend on the number of a repeated block's copy."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from torch import nn

from studio.compile.compiled import check
from studio.model.expression import Expression
from studio.model.operations.block_node import unpack_block
from studio.model.operations.block_parameters import add_block_parameter
from studio.model.operations.drawn_board import DrawnBoard
from studio.model.operations.edited import Refusal
from studio.model.operations.variables import set_variable
from studio.model.project import Board
from tests.compile.drawing import TYPES, Watcher, board, checked, node, project, run, sample, shape
from tests.compile.test_blocks import agree, clean


def part(**params: Any) -> Board:
    """A convolution of some width and a dropout of some rate."""
    return board(
        [
            node("x", "Input", shape=("N", 2, 6, 6)),
            node("conv", "Conv2d", out_channels=Expression("width"), padding=1),
            node("drop", "Dropout", p=Expression("rate")),
            node("y", "Output"),
        ],
        "x -> conv -> drop -> y",
        "Part",
        "block",
        **{"width": 2, "rate": 0.0, **params},
    )


def repeated(**params: Any) -> Board:
    params = {"block": "Part", "repeat": 4, **params}
    return board(
        [node("x", "Input", shape=("N", 2, 6, 6)), node("parts", "Block", **params),
         node("y", "Output")],
        "x -> parts.x, parts.y -> y",
    )  # fmt: skip


def test_a_rate_rises_from_copy_to_copy(tmp_path: Path) -> None:
    found = checked(part(), repeated(rate=Expression("0.1 * copy / copies")))
    assert not found.errors
    source = found.source("Net")
    assert "Part(width=2, rate=0.1 * copy / 4) for copy in range(4)" in source
    drops = [m.p for m in found.network("Net").modules() if isinstance(m, nn.Dropout)]
    assert drops == [0.1 * number / 4 for number in range(4)]
    clean(found, tmp_path)


def test_sizes_are_checked_copy_by_copy(tmp_path: Path) -> None:
    net = repeated(width=Expression("4 * 2 ** copy"), repeat=3)
    found = checked(part(), net)
    assert not found.errors
    assert shape(found, "parts", "y") == "N×16×6×6"
    source = found.source("Net")
    assert "width=4 * 2**copy" in source
    assert "nn.Conv2d(width // 2, width" in source
    sizes = [(2, 4), (4, 8), (8, 16)]
    by_hand = nn.Sequential(*(nn.Conv2d(*size, 3, padding=1) for size in sizes))
    agree(found, by_hand)
    assert found.totals["Net"].parameters == sum(p.numel() for p in by_hand.parameters())
    multiply_adds = sum(36 * 9 * a * b for a, b in sizes)
    assert found.totals["Net"].multiply_adds == multiply_adds
    clean(found, tmp_path)


def test_a_size_that_follows_no_formula_is_looked_up(tmp_path: Path) -> None:
    found = checked(part(), repeated(width=Expression("4 + copy"), repeat=3))
    assert "Part(width=4 + copy, rate=0.0, in_channels=(2, 4, 5)[copy])" in found.source("Net")
    agree(
        found, nn.Sequential(*(nn.Conv2d(a, b, 3, padding=1) for a, b in [(2, 4), (4, 5), (5, 6)]))
    )
    clean(found, tmp_path)


def test_a_block_repeats_inside_a_block_by_its_own_parameters(tmp_path: Path) -> None:
    inner = repeated(
        rate=Expression("most * copy / copies"), repeat=Expression("depth"),
        width=Expression("(copy + 1) * base"),
    )  # fmt: skip
    stage = Board("Stage", "block", inner.nodes, inner.wires, {"depth": 2, "most": 0.2, "base": 2})
    nodes = [node("x", "Input", shape=("N", 2, 6, 6)),
             node("one", "Block", block="Stage"),
             node("two", "Block", block="Stage", depth=3, most=0.5, base=4),
             node("y", "Output")]  # fmt: skip
    net = board(nodes, "x -> one.x, one.y -> two.x, two.y -> y")
    found = checked(part(), stage, net)
    assert not found.errors
    source = found.source("Net")
    assert "width=(copy + 1) * base" in source
    assert "rate=most * copy / depth" in source
    module = found.network("Net")
    drops = [m.p for m in module.modules() if isinstance(m, nn.Dropout)]
    assert drops == [0, 0.1, 0, 0.5 / 3, 1 / 3]
    assert run(module, sample(found))[0].shape == (2, 12, 6, 6)
    clean(found, tmp_path)


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"rate": Expression("copy / 2")}, "parts: copy 3: rate must be a number from 0 to 1"),
        ({"rate": Expression("1 / copy")}, "parts: rate: '1 / copy' cannot be computed"),
        ({"rate": Expression("copy / 9"), "tied": True}, "share their weights are one"),
        ({"rate": Expression("cpoy / 9")}, "rate: 'cpoy / 9' names cpoy, which is not known"),
        ({"repeat": Expression("copies")}, "over a block's parameters"),
    ],
)
def test_what_cannot_be_is_told_with_the_copy(params: dict[str, Any], words: str) -> None:
    found = checked(part(), repeated(**params))
    assert [words in issue.message for issue in found.errors] == [True], found.errors


def test_copies_of_copies_are_not_computed_without_end() -> None:
    inner = repeated(rate=Expression("most * copy / copies"), repeat=60)
    stage = Board("Stage", "block", inner.nodes, inner.wires, {"most": 0.5})
    nodes = [
        node("x", "Input", shape=("N", 2, 6, 6)),
        node("y", "Output"),
        node("many", "Block", block="Stage", repeat=900, most=Expression("copy / 900")),
    ]
    found = checked(part(), stage, board(nodes, "x -> many.x, many.y -> y"))  # fmt: skip
    (told,) = found.errors
    assert told.message.startswith("many: more than 1,000 copies are given different values")


def test_the_names_are_kept_free_and_older_files_keep_theirs() -> None:
    start = project(part(), repeated())
    with pytest.raises(Refusal, match="'copy' is about the copies"):
        add_block_parameter(start, "Part", "copy")
    with pytest.raises(Refusal, match="'copies' is about the copies"):
        set_variable(start, "copies", 3)
    old = replace(project(part(), repeated(rate=Expression("copy / 10"))), variables={"copy": 5})
    found = check(old, TYPES)
    assert not found.errors
    drops = [m.p for m in found.network("Net").modules() if isinstance(m, nn.Dropout)]
    assert drops == [0.5] * 4


def test_one_copy_is_unpacked_as_the_first() -> None:
    start = project(part(), repeated(rate=Expression("copies / 4 - copy / 2"), repeat=1))
    after = unpack_block(DrawnBoard.of(start, "Net", TYPES), "parts").project
    assert after.boards["Net"].nodes["drop"].params["p"] == 0.25


def test_edits_are_checked_as_afresh() -> None:
    watcher = Watcher()
    for text in ("8 * (copy + 1)", "4 * (copy + 1)", "4", "4 * (copy + 1)"):
        net = repeated(width=Expression(text), repeat=2)
        state = watcher.see(project(part(), net))
        assert state is not None
        fresh = checked(part(), net)
        assert state[1] == fresh.issues
        assert state[2] == fresh.totals
        assert state[0]["Net"] == fresh.reports["Net"]


def test_a_constant_expression_needs_no_number() -> None:
    found = checked(part(), repeated(width=Expression("4 - 2")))
    assert not found.errors
    assert "Part(width=4 - 2, rate=0.0) for _ in range(4)" in found.source("Net")
