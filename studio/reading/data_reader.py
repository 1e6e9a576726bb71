"""Asks what data sources will give, and remembers what they said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nodes.declare import NodeType, Values
from nodes.described import DataDescription
from studio.reading.data_worker import Question, read_answer

SECONDS = 10
"""That the files of a source may take to look into; less than a checker's node may take."""

MEGABYTES = 1024
"""Of addresses that looking may take, libraries included."""

MOST = 500
"""Answers remembered."""

_START = "import sys; sys.path[:] = sys.argv[1:]; from studio.reading import data_worker as w; "
_START += "w.main()"

_ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL")}
"""Each thread of a library for matrices takes addresses, and none is needed."""


_AGAIN = "choose another, or open the project again to try once more"


class DataReader:
    """Files are looked into by a worker process, each question by one of its own, which is ended
    where it takes too long. Answers hold, also where a file ended the worker, until the file is
    another."""

    def __init__(self, seconds: int = SECONDS, megabytes: int = MEGABYTES) -> None:
        self._seconds, self._megabytes = seconds, megabytes
        self._answers: dict[object, DataDescription | str] = {}

    def describe(self, node_type: NodeType, values: Mapping[str, Any]) -> DataDescription:
        """What a data source of these parameters will give. Raises ValueError, in a sentence."""
        if node_type.describe is None:
            raise ValueError(f"{node_type.name} does not say what it gives")
        given = {name: values[name] for name in node_type.arguments}
        paths = [param.name for param in node_type.params if param.kind == "path"]
        files = [str(given[name]) for name in paths if given.get(name)]
        key = (node_type.name, repr(given), tuple(map(_stamp, files)))
        if key not in self._answers:
            if len(self._answers) >= MOST:
                self._answers.clear()
            self._answers[key] = self._ask(node_type.describe, given, files)
        answer = self._answers[key]
        if isinstance(answer, str):
            raise ValueError(answer)
        return answer

    def _ask(
        self, describe: Callable[[Values], DataDescription], given: Values, files: list[str]
    ) -> DataDescription | str:
        if files:
            return self._sent(describe, given, " and ".join(files))
        try:
            return describe(given)
        except ValueError as error:
            return str(error)

    def _sent(
        self, describe: Callable[[Values], DataDescription], given: Values, files: str
    ) -> DataDescription | str:
        """The answer of a worker. It is not waited for after it was ended: a process that hangs in
        a file system cannot be ended at once."""
        where = describe.__module__, describe.__qualname__
        question = Question(*where, dict(given), self._megabytes, self._seconds)
        worker = subprocess.Popen(
            [sys.executable, "-c", _START, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **_ONE_THREAD},
        )
        try:
            text, _ = worker.communicate(json.dumps(asdict(question)).encode(), self._seconds)
        except subprocess.TimeoutExpired:
            worker.kill()
            return f"{files} was not looked through within {self._seconds} seconds; {_AGAIN}"
        with suppress(ValueError):
            if not worker.returncode:
                return read_answer(text)
        ended = f"by signal {-worker.returncode}" if worker.returncode < 0 else "without an answer"
        return f"{files} ended the process that looked into it ({ended}); {_AGAIN}"


def _stamp(path: str) -> tuple[int, ...] | None:
    """By what a file is known to be the same as before; None where there is none."""
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
