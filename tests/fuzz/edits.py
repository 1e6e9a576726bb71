"""One random edit after another: checking on says what checking afresh says."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import strategies as st

from tests.compile import test_incremental
from tests.fuzz.documents import inner
from tests.fuzz.search import search
from tests.fuzz.sources import Sources
from tests.kill.table import Row


def rows(seconds: float, seed: int) -> Iterator[Row]:
    """Edit and compare; edit and write sources."""
    again = inner(test_incremental.test_checking_again_says_what_checking_afresh_says)
    what = "edits checked one after the other"
    yield search(what, again, st.data(), seconds / 2, seed, "as checked afresh")
    with Sources() as sources:
        row = search(
            "edits, as the checker process sees them", sources.edited, st.data(), seconds / 2, seed
        )
        sources.finish(row)
    yield row
