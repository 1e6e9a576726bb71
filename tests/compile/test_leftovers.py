"""Boards that hold more than they need still become clean source that runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.compile.drawing import board, checked, codes, node, run, sample


def test_a_node_that_nothing_uses_is_no_unused_variable(tmp_path: Path) -> None:
    nodes = [
        node("x", "Input", shape=("N", 4)),
        node("left", "ReLU"),
        node("linear", "Linear", out_features=3),
        node("y", "Output"),
    ]
    found = checked(board(nodes, "x -> left, x -> linear, linear -> y"))
    assert not found.errors
    path = tmp_path / "net.py"
    path.write_text(found.source("Net"))
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", str(path)]
    assert subprocess.run(ruff, check=False).returncode == 0


def test_a_network_with_parameters_needs_no_arguments() -> None:
    nodes = [node("x", "Input", shape=("N", 4)), node("y", "Output")]
    found = checked(board(nodes, "x -> y", width=16, scale=0.5))
    assert codes(found) == []
    assert "width: int = 16, scale: float = 0.5" in found.source("Net")
    (value,) = sample(found)
    assert run(found.network("Net"), [value])[0].equal(value)
