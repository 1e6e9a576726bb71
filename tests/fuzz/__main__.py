"""Runs all groups, or those named, and prints the table; exit code 1 where anything failed."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import tempfile

from tests.kill.table import Row, as_markdown

GROUPS = {"documents": 3, "gallery": 2, "boards": 4, "edits": 3, "hostile": 3, "pasting": 2}
GROUPS |= {"folders": 3, "fixes": 2}
"""With their shares of the time."""

SECONDS = 300.0


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser("python -m tests.fuzz", description=__doc__)
    parser.add_argument("groups", nargs="*", help=f"some of {', '.join(GROUPS)}")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="time for all of them")
    parser.add_argument("--seed", type=int, default=0, help="another one tries other things")
    chosen = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    rows: list[Row] = []
    names = chosen.groups or list(GROUPS)
    with tempfile.TemporaryDirectory() as home:
        for name in ("CONFIG", "DATA", "CACHE", "STATE"):
            os.environ[f"XDG_{name}_HOME"] = home
        for name in names:
            share = chosen.seconds * GROUPS[name] / sum(GROUPS[other] for other in names)
            for row in importlib.import_module(f"tests.fuzz.{name}").rows(share, chosen.seed):
                print(f"{row.what}: {row.times:,} times, {len(row.wrong)} failed", file=sys.stderr)
                rows.append(row)
    print(as_markdown(rows, "failed"))
    return 1 if any(row.wrong for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
