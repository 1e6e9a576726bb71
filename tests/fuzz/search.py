"""Looks for an example that fails, with Hypothesis, for some seconds."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

import hypothesis
from hypothesis import HealthCheck, strategies

from tests.kill.table import Row

BATCH = 40
"""Examples between two looks at the clock."""


def search(
    what: str,
    test: Callable[[Any], object],
    cases: strategies.SearchStrategy[Any],
    seconds: float,
    seed: int,
    note: str = "",
) -> Row:
    """Try cases until the time is up or one fails; that one is made small and printed."""
    row, end = Row(what, note=note), time.monotonic() + seconds

    def counted(case: Any) -> None:
        row.times += 1
        test(case)

    quick = hypothesis.settings(
        max_examples=BATCH,
        deadline=None,
        database=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    while time.monotonic() < end and not row.wrong:
        seed += 1_000_003
        try:
            hypothesis.seed(seed)(quick(hypothesis.given(case=cases)(counted)))()
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            traceback.print_exception(error)
            print("\n".join(getattr(error, "__notes__", [])), file=sys.stderr)
            row.wrong.append(f"{type(error).__name__}: {' '.join(str(error).split())[:300]}")
    return row
