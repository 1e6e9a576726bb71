"""Gallery projects with something changed, removed, renamed or copied somewhere."""

from __future__ import annotations

import ast
import copy
import json
import random
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from studio.compile.compiled import check
from studio.compile.training_source import CannotCompile
from studio.model.files import FileError
from studio.model.project_reading import parse
from studio.model.project_writing import to_text
from tests.kill.table import Row

GALLERY = Path(__file__).parents[2] / "projects"

VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1,
    2,
    3,
    7,
    64,
    10**6,
    2**31,
    10**30,
    0.5,
    -1e300,
    "",
    "N",
    "T=3",
    "x",
    "'; import os",
    "\n",
    [],
    [1, 2],
    [0],
    ["N", 1],
    {},
    {"=": "dim"},
    {"=": "1 / 0"},
    {"=": "9 * 9 * 9999999999"},
    {"type": "Linear"},
    {"type": "Unknown"},
)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container in a JSON value with each of its keys or places."""
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from places(value[key])


def damage(project: Any, chance: random.Random) -> None:
    """Change, remove, rename or copy something somewhere."""
    holder, key = chance.choice(list(places(project)))
    kind = chance.random()
    if kind < 0.15:
        del holder[key]
    elif kind < 0.3 and isinstance(holder, dict):
        holder[chance.choice(["x", "a b", "for", *map(str, holder)])] = holder.pop(key)
    elif kind < 0.5:
        other, place = chance.choice(list(places(project)))
        holder[key] = copy.deepcopy(other[place])
    else:
        holder[key] = copy.deepcopy(chance.choice(VALUES))


def take_in(text: str) -> str:
    """Load, check and compile; what became of it."""
    try:
        project = parse(text)
    except FileError:
        return "refused"
    assert parse(to_text(project)) == project
    compiled = check(project)
    try:
        for board in project.boards.values():
            ast.parse(
                compiled.training().text
                if board.kind == "training"
                else compiled.source(board.name)
            )
    except CannotCompile:
        return "told as an issue"
    return "fine"


def rows(seconds: float, seed: int) -> Iterator[Row]:
    """Go on until the time is up or a fault is found."""
    chance, counts, end = random.Random(seed), dict[str, int](), time.monotonic() + seconds
    row = Row("gallery projects damaged, checked, compiled")
    originals = [json.loads(path.read_text()) for path in sorted(GALLERY.glob("*.json"))]
    while time.monotonic() < end and not row.wrong:
        project = copy.deepcopy(chance.choice(originals))
        for _ in range(chance.choice((1, 1, 1, 2, 5))):
            damage(project, chance)
        text = json.dumps(project)
        row.times += 1
        try:
            found = take_in(text)
        except Exception as error:  # whatever it is, it is what we look for
            traceback.print_exc()
            print(text, file=sys.stderr)
            row.wrong.append(f"{type(error).__name__}: {error}")
        else:
            counts[found] = counts.get(found, 0) + 1
    row.note = ", ".join(f"{count:,} {found}" for found, count in sorted(counts.items()))
    yield row
