"""Measures everything and prints the table; names of groups on the command line choose some."""

from __future__ import annotations

import importlib
import os
import sys

from tests.bench.table import as_markdown

GROUPS = (
    "training",
    "updates",
    "load",
    "beside",
    "checking",
    "checker",
    "importing",
    "canvas",
    "window",
)


def main() -> None:
    """Print the table, and nothing beside it."""
    os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
    rows = []
    for group in sys.argv[1:] or GROUPS:
        rows += list(importlib.import_module(f"tests.bench.{group}").rows())
    print(as_markdown(rows))


if __name__ == "__main__":
    main()
