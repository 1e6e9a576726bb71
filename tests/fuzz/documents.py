"""Projects as strange as a file may hold, and their files damaged: as in the suite, for longer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from tests.fuzz.search import search
from tests.kill.table import Row
from tests.model import test_files
from tests.model.projects import projects


def inner(test: Any) -> Any:
    """What a test of Hypothesis does with one example."""
    return test.hypothesis.inner_test


def rows(seconds: float, seed: int) -> Iterator[Row]:
    """Nothing is lost, and what cannot be read is told."""
    both = st.tuples(projects(), st.data())
    kept = inner(test_files.test_nothing_is_lost)
    damaged = inner(test_files.test_damaged_files_load_or_say_why)
    wrong = inner(test_files.test_values_of_the_wrong_kind_load_or_say_why)
    part = seconds / 3
    yield search("projects written and read", kept, projects(), part, seed, "the same again")
    said = "read, or refused in a sentence"
    yield search("texts of projects damaged", lambda c: damaged(*c), both, part, seed, said)
    yield search("values of the wrong kind", lambda c: wrong(*c), both, part, seed, said)
