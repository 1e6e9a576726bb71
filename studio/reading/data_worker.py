"""The data worker: looks into the files of one data source, within limits, and ends.

A question comes as JSON and an answer goes as JSON: nothing that came from a file is unpickled
elsewhere. It starts without torch, and with numpy only where a source needs that.
"""

from __future__ import annotations

import importlib
import json
import signal
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout, suppress
from dataclasses import asdict, dataclass
from typing import Any

from nodes.described import DataDescription, DataField


@dataclass(frozen=True, slots=True)
class Question:
    """Which function of which module describes the source of these values, within how much memory
    and time."""

    module: str
    function: str
    values: dict[str, Any]
    megabytes: int
    seconds: int


def main() -> None:
    """Answer the question on the standard input."""
    question = Question(**json.load(sys.stdin))
    _limit(question)
    with redirect_stdout(sys.stderr):  # a source of another package may print
        answer = _answer(question)
    json.dump(answer, sys.stdout)


def read_answer(text: bytes) -> DataDescription | str:
    """What a worker wrote: a description, or why there is none. Raises ValueError where it wrote
    something else."""
    try:
        found = json.loads(text)
        if "problem" in found:
            return str(found["problem"])
        fields = {name: _field(field) for name, field in found["fields"].items()}
        return DataDescription(fields, found["samples"], found["takes"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("this is no answer of a data worker") from error


def _field(found: Mapping[str, Any]) -> DataField:
    plain: Any = {n: tuple(v) if isinstance(v, list) else v for n, v in found.items()}
    return DataField(**plain)


def _answer(question: Question) -> dict[str, Any]:
    try:
        describe = getattr(importlib.import_module(question.module), question.function)
        description: DataDescription = describe(question.values)
        return asdict(description)
    except ValueError as error:
        return {"problem": str(error)}
    except OSError as error:
        return {"problem": f"{error.filename} cannot be read: {error.strerror or error}"}
    except MemoryError:
        return {"problem": f"looking into it takes more than {question.megabytes:,} MB"}
    except Exception as error:  # a library may raise anything at a damaged file
        return {"problem": f"it cannot be looked into ({type(error).__name__}: {error})"}


def _limit(question: Question) -> None:
    """Where the system can, keep this process from taking more than it may."""
    if sys.platform == "win32":
        return
    import resource

    signal.alarm(question.seconds + 1)  # should nobody be left who waits for an answer
    size = question.megabytes * 2**20
    for limit, most in ((resource.RLIMIT_AS, size), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):  # macOS has no limit of that kind, or a lower one holds
            resource.setrlimit(limit, (most, most))
