"""Saves two versions of a large project over each other, for ever: what `saving` kills."""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

from studio.model.project import Board, Node, Project, Wire
from studio.model.project_file import save

NODES = 3000


def version(number: int) -> Project:
    """One of the two versions; the second is longer."""
    nodes = {
        f"n{i}": Node(
            f"n{i}", "Linear", {"out_features": number * 1000 + i}, (i * 10.0, 0.0), uid=f"{i}"
        )
        for i in range(NODES * number)
    }
    wires = tuple(Wire(a, "output", b, "input") for a, b in pairwise(nodes))
    return Project({"Net": Board("Net", "network", nodes, wires)})


def main(path: Path) -> None:
    """Save until killed."""
    versions = [version(1), version(2)]
    print("ready", flush=True)
    while True:
        for project in versions:
            save(project, path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
