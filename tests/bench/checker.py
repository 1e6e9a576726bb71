"""For how long the checker cannot be interrupted, and what it costs to ask it again."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from studio.compile.checking import Checking
from studio.model.project import Board, Node, Project
from tests.bench.table import Row, seconds
from tests.compile.drawing import TYPES, board, node, project

LOOSE = 240
LEVELS = 12
ROUNDS = 5


def unwired() -> Project:
    """A chain of 60 convolutions, and many more that nothing is wired to."""
    layers = [node(f"conv{n}", "Conv2d", out_channels=8 + n, padding=1) for n in range(60)]
    wired = [node("image", "Input", shape=("N", 3, 32, 32)), *layers, node("result", "Output")]
    loose = [node(f"loose{n}", "Conv2d", out_channels=8 + n, padding=1) for n in range(LOOSE)]
    return project(board([*wired, *loose], " -> ".join(n.id for n in wired)))


def nested() -> Project:
    """Blocks in blocks, each twice in the next and one of these repeated."""
    first = node("a", "Linear", out_features=8), node("b", "ReLU")
    blocks = [_block("B0", "x -> a -> b -> y", *first)]
    for level in range(1, LEVELS):
        inner = f"B{level - 1}"
        uses = node("a", "Block", block=inner, repeat=2), node("b", "Block", block=inner)
        blocks.append(_block(f"B{level}", "x -> a.x, a.y -> b.x, b.y -> y", *uses))
    return project(*blocks)


def _block(name: str, wires: str, *inside: Node) -> Board:
    nodes = [node("x", "Input", shape=("N", 8)), *inside, node("y", "Output")]
    return board(nodes, wires, name, "block")


def rows() -> Iterator[Row]:
    """The longest stretch between two parts, and a check of what did not change."""
    loose, blocks = unwired(), nested()
    _longest(Checking(TYPES), loose)  # torch loads what it needs
    longest = [_longest(Checking(TYPES), loose) for _ in range(ROUNDS)]
    yield Row(
        f"{LOOSE} nodes without inputs: longest uninterruptible stretch",
        statistics.median(longest) * 1000,
        100,
        "ms",
    )
    checking = Checking(TYPES)
    list(checking.check(blocks))
    again = [seconds(lambda: list(checking.check(blocks))) for _ in range(ROUNDS)]
    yield Row(
        f"{LEVELS} nested repeated blocks: check again when nothing changed",
        statistics.median(again) * 1000,
        10,
        "ms",
    )


def _longest(checking: Checking, drawn: Project) -> float:
    """Seconds of the longest stretch in which a newer project would have to wait."""
    last, longest = time.perf_counter(), 0.0
    for _ in checking.check(drawn):
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    return longest
