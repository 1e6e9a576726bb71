"""Random text in every field of a project, through `netloom check` and `netloom export`."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from studio.cli import main
from studio.model.names import problem_with
from tests.cli.conftest import tiny
from tests.cli.test_hostile import PLACES, TEXTS, outside_of_strings
from tests.fuzz.search import search
from tests.kill.table import Row

MARK = "wn3d"

PIECES = [
    "'",
    '"',
    "\\",
    "\n",
    "\r",
    "\u2028",
    "{",
    "}",
    "(",
    ")",
    ";",
    "#",
    "\0",
    "\ud800",
    "é",
    " ",
    ".",
    "->",
    "import os",
    "=",
    "\x1b[0m",
    "__",
    "%s",
    "$(",
    "`",
    "../",
    "1",
    "pwn3d",
]


def texts() -> st.SearchStrategy[str]:
    """Text that would break out of quotes, lines, names and shells; it always holds the mark."""
    free = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=6).map("".join)
    marked = st.tuples(free, free).map(lambda ends: f"{ends[0]}p{MARK}{ends[1]}")
    return marked | st.sampled_from(TEXTS)


def command(*arguments: object) -> tuple[int, str, str]:
    """Code and output of `netloom` in this process."""
    out, error = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as end:  # argparse
            code = int(end.code or 0)
    return code, out.getvalue(), error.getvalue()


def told(code: int, error: str) -> None:
    """A command did it, or said in one line why not."""
    assert "fault of its own" not in error, error
    assert "Traceback" not in error, error
    assert code == 0 or len(error.splitlines()) == 1, error


def enter(project: Any, folder: Path, case: tuple[str, str, str]) -> None:
    """Put a text into a field, and let the command line have the file."""
    place, text, target = case
    project = copy.deepcopy(project)
    find, change = PLACES[place]
    change(find(project), text)
    path, out = folder / "project.json", folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    path.write_text(json.dumps(project), encoding="utf-8")
    before = set(Path.cwd().iterdir())
    code, told_out, error = command("check", path, "--json")
    assert "fault of its own" not in error, error
    if code == 0 or told_out:
        json.loads(told_out)
    else:
        told(code, error)
    out.mkdir(exist_ok=True)
    code, _, error = command("export", path, "--to", target, "-o", out)
    told(code, error)
    for file in out.iterdir():
        if file.suffix == ".py" and problem_with(text):
            assert MARK not in outside_of_strings(file.read_text(encoding="utf-8"))
        file.unlink()
    assert set(Path.cwd().iterdir()) == before


def rows(seconds: float, seed: int) -> Iterator[Row]:
    """Try all fields."""
    targets = st.sampled_from(["python", *["script"] * 7])  # the first is proved, which takes time
    cases = st.tuples(st.sampled_from(list(PLACES)), texts(), targets)
    with tempfile.TemporaryDirectory() as name, contextlib.chdir(name):
        work = Path(name, "work")
        work.mkdir()
        yield search(
            "hostile text in every field, by command line",
            lambda case: enter(tiny(), work, case),
            cases,
            seconds,
            seed,
            "told in a line, or harmless",
        )
