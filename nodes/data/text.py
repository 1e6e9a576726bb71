"""Texts of the reader's own."""

from __future__ import annotations

import io
from collections.abc import Iterator
from importlib import import_module

from nodes.data.sources import check_shares, sample_shares
from nodes.declare import TRAINING, NodeType, Param, Port, Values
from nodes.described import DataDescription, DataField
from nodes.plain_files import plain_file

_LARGEST = 256 * 2**20
"""Bytes of a text: it is kept in memory, several times as large."""

_CHUNK = 2**20


def describe_text(values: Values) -> DataDescription:
    """How many characters a text has, and which. Raises ValueError and OSError."""
    check_shares(values)
    path, length = values["path"], values["length"]
    count, found = 0, set[str]()
    try:
        for piece in _pieces(path):
            count += len(piece)
            found.update(piece)
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not a text file in UTF-8") from error
    shares = values["validation"], values["test"]
    shortest = min(share for share in (*shares, 1 - sum(shares)) if share or not sum(shares))
    if round(count * shortest) < length + 2:
        raise ValueError(f"the text has {count:,} characters, too few for samples of {length}")
    characters = tuple(sorted(found))
    field = DataField(("N", f"T={length}"), "int64", "tokens", len(characters), characters)
    return DataDescription({"tokens": field, "target": field}, count // length, "text")


def _pieces(path: str) -> Iterator[str]:
    """The text bit by bit; without a path, Python's language reference."""
    if not path:
        topics = import_module("pydoc_data.topics").topics
        yield "\n".join(topics.values())
        return
    with plain_file(path, _LARGEST) as file, io.TextIOWrapper(file, encoding="utf-8") as text:
        yield from iter(lambda: text.read(_CHUNK), "")


TEXT_DATA = NodeType(
    "TextData",
    "Data",
    "Characters of a text, to predict the next one.",
    outputs=(
        Port("tokens", "int", dims="N T", summary="Character numbers."),
        Port("target", "int", summary="The same, one further."),
    ),
    params=(
        Param("path", "path", "", "A text file in UTF-8; empty: Python's own language reference."),
        Param(
            "length", "int", 64, "Characters in one sample.", low=1, unit="characters", always=True
        ),
        *sample_shares(0.1, 0.0),
    ),
    boards=TRAINING,
    role="data",
    batch="batch_size",
    dataset="nodes.datasets.text.Characters",
    describe=describe_text,
    follows={"length": ("tokens", -1)},
    arguments=("path", "length", "validation", "test"),
    forward="",
    keywords="data language model gpt characters",
    glyph="Aa",
    short="text_data",
)
