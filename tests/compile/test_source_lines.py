"""Lines that are broken up mean what they meant in one piece."""

from __future__ import annotations

import ast

from hypothesis import given
from hypothesis import strategies as st

from studio.compile.source_lines import WIDTH, copies

WORDS = st.from_regex(r"[a-z]{1,40}", fullmatch=True).map(lambda word: f"n{word}")
MADE = st.builds(
    lambda name, arguments: f"{name}({', '.join(f'{word}={word}' for word in arguments)})",
    WORDS,
    st.lists(WORDS, max_size=8),
)


@given(st.integers(0, 3), WORDS, MADE, WORDS, st.booleans())
def test_copies_of_a_block(depth: int, name: str, made: str, count: str, spread: bool) -> None:
    text = copies(depth, "self.layers = ", name, made, f"_ in range({count})", spread)
    each = f"{made} for _ in range({count})"
    whole = f"self.layers = {name}({f'*({each})' if spread else each})"
    lines = text.split("\n")
    assert all(line.startswith("    " * depth) for line in lines)
    assert ast.dump(ast.parse(text.strip())) == ast.dump(ast.parse(whole))
    assert (len(lines) == 1) == (len(whole) + 4 * depth <= WIDTH)
