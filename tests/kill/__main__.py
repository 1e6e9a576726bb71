"""Runs all groups, or those named, and prints the table; exit code 1 where anything was lost."""

from __future__ import annotations

import argparse
import importlib
import random
import sys
import tempfile
from pathlib import Path

from tests.kill.table import Row, as_markdown

GROUPS = ("saving", "training", "helpers", "window", "outlived")
ROUNDS = 6


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser("python -m tests.kill", description=__doc__)
    parser.add_argument("groups", nargs="*", help=f"some of {', '.join(GROUPS)}")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="times each thing is killed")
    parser.add_argument("--seed", type=int, default=0, help="another one kills at other moments")
    chosen = parser.parse_args()
    rows: list[Row] = []
    for group in chosen.groups or GROUPS:
        chance = random.Random(f"{group} {chosen.seed}")
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            module = importlib.import_module(f"tests.kill.{group}")
            for row in module.rows(chosen.rounds, chance, Path(folder)):
                print(f"{row.what}: {row.times} times, {len(row.wrong)} lost", file=sys.stderr)
                rows.append(row)
    print(as_markdown(rows, "lost"))
    return 1 if any(row.wrong for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
