"""What the checker process does with projects, and all the sources it gives, for ruff."""

from __future__ import annotations

import ast
import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from studio.compile.checker_process import serve
from studio.model.delta import between
from studio.model.messages import Check, SourceReady
from studio.model.project import Project
from tests.compile.test_incremental import EDITS, start
from tests.kill.table import Row


class Sources:
    """Has projects checked and keeps the sources in a folder."""

    def __enter__(self) -> Sources:
        self._folder = tempfile.TemporaryDirectory()
        return self

    def __exit__(self, *error: object) -> None:
        self._folder.cleanup()

    def see(self, projects: Iterable[Project]) -> None:
        """Check projects one after the other, as the process does that a window edits with."""
        window: Any = Window(projects, self)
        serve(window)

    def add(self, text: str) -> None:
        """Keep a source; it must be Python."""
        ast.parse(text)
        name = hashlib.sha256(text.encode()).hexdigest()[:20]
        (Path(self._folder.name) / f"m{name}.py").write_text(text, encoding="utf-8")

    def edited(self, data: st.DataObject) -> None:
        """See one project after another."""
        self.see(edits(data))

    def finish(self, row: Row) -> None:
        """Let ruff look at all sources."""
        count = len(list(Path(self._folder.name).iterdir()))
        row.note = f"{count:,} different sources pass ruff"
        if count:
            ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache"]
            done = subprocess.run([*ruff, self._folder.name], capture_output=True, text=True)
            row.expect(done.returncode == 0, f"ruff: {done.stdout.strip()[-600:]}")


class Window:
    """The other end of a checker's pipe: sends a project whenever everything is answered."""

    def __init__(self, projects: Iterable[Project], sources: Sources) -> None:
        self._projects, self._sources = iter(projects), sources
        self._known, self._generation = Project(), 0

    def recv(self) -> Check:
        """The next project; at the end the window is gone."""
        project = next(self._projects, None)
        if project is None:
            raise EOFError
        base, change = self._generation, between(self._known, project)
        self._generation, self._known = base + 1, project
        return Check(self._generation, change, base)

    def poll(self) -> bool:
        """Nothing waits."""
        return False

    def send(self, message: object) -> None:
        """Keep the sources that come."""
        if isinstance(message, SourceReady):
            for name, source in message.sources.items():
                if self._known.boards[name].kind != "training":  # those are no whole files
                    self._sources.add(source.text)


def edits(data: st.DataObject) -> Iterator[Project]:
    """A project and what becomes of it."""
    current, draw = start(), data.draw
    for _ in range(draw(st.integers(1, 12))):
        if current.boards:
            on = current.boards[draw(st.sampled_from(list(current.boards)))]
            current = draw(st.sampled_from(EDITS))(data, current, on)
        yield current
