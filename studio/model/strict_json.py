"""JSON as project files may hold it: finite numbers, no name twice, no depth without end."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable

from studio.model.files import FileError
from studio.model.values import Json

DEEPEST = 60
"""Levels of nesting in a file; what is deeper is no project."""

_TOO_DEEP = "it is nested too deeply to be a Netloom project."


def json_tree(text: str) -> Json:
    """What a text of JSON holds. Raises FileError, with the line where it is broken, and where a
    name is given twice, a number is not finite, or things lie too deep in each other."""
    try:
        data = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_whole,
            parse_float=_real,
            parse_constant=_constant,
        )
    except json.JSONDecodeError as error:
        raise FileError(
            f"line {error.lineno}, column {error.colno} is not valid JSON: {error.msg}."
        ) from error
    except RecursionError as error:
        raise FileError(_TOO_DEEP) from error
    level: list[Json] = [data]
    for _ in range(DEEPEST):
        level = [part for item in level for part in _parts(item)]
        if not level:
            return data
    raise FileError(_TOO_DEEP)


def _parts(value: Json) -> Iterable[Json]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise FileError(f"{twice[:60]!r} is given twice in the same place.")
    return found


def _whole(text: str) -> int:
    if len(text) > 1000:
        raise FileError(f"the number {text[:20]}… is too long.")
    return int(text)


def _real(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise FileError(f"numbers must be finite, and {text[:20]} is not.")
    return number


def _constant(text: str) -> float:
    raise FileError(f"{text} is not a number that a project may hold.")


def json_line(value: Json) -> str:
    """A value as JSON in one line. Raises ValueError where it holds a number that is not finite."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    alone = any("\ud800" <= sign <= "\udfff" for sign in text) if not text.isascii() else False
    return json.dumps(value, allow_nan=False) if alone else text
