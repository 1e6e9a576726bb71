"""Tensors that do not fit together: what is offered so that they do."""

from __future__ import annotations

from typing import Any

import pytest

from studio.compile.compiled import check
from studio.model.edits import apply
from tests.compile.drawing import TYPES, board, checked, node, project

Shape = tuple[Any, ...]

MISFITS: list[tuple[str, list[Shape], list[str]]] = [
    ("Add", [(8, 28, 28), (4, 28, 28)], ["a 1×1 Conv2d after a", "a 1×1 Conv2d after b"]),
    ("Add", [(64, 28, 28), (128, 14, 14)], ["a 1×1 stride-2 Conv2d after a"]),
    ("Add", [(64, "H=28", "W=28"), (64, 7, 7)], ["a 1×1 stride-4 Conv2d after a"]),
    ("Add", [(64, 28), (128, 14)], ["a 1-wide stride-2 Conv1d after a"]),
    ("Add", [(64, 8, 8, 8), (128, 4, 4, 4)], ["a 1×1×1 stride-2 Conv3d after a"]),
    ("Add", [("T", 64), ("T", 32)], ["a Linear after a", "a Linear after b"]),
    ("Concatenate", [("T", 64), ("T", 32)], ["dim to 2"]),
    ("Concatenate", [(8, 8, 8), (8, 8, 4)], ["dim to 3"]),
    ("Concatenate", [(64, 28, 28), (32, 24, 24)], []),
]


@pytest.mark.parametrize(("type", "shapes", "offered"), MISFITS)
def test_each_fix_leaves_nothing_to_mend(
    type: str, shapes: list[Shape], offered: list[str]
) -> None:
    inputs = [node(id, "Input", shape=("N", *s)) for id, s in zip("ab", shapes, strict=True)]
    nodes = [*inputs, node("joined", type), node("y", "Output")]
    net = board(nodes, "a -> joined.inputs, b -> joined.inputs, joined -> y")
    (issue,) = checked(net).issues
    assert issue.code == "shapes-differ"
    assert [fix.label.partition(" ")[2] for fix in issue.fixes] == offered
    for fix in issue.fixes:
        assert not check(apply(project(net), fix.edits), TYPES).issues, fix.label
