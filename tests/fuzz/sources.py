"""A checker in a thread, as the window has one in a process, and all the sources it gave."""

from __future__ import annotations

import ast
import hashlib
import subprocess
import sys
import tempfile
import threading
import traceback
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from studio.compile.serve import serve
from studio.model.delta import between
from studio.model.messages import (
    Check,
    Checked,
    CheckerReady,
    ExplainType,
    SourceReady,
    TypeExplained,
)
from studio.model.project import Project
from tests.compile.test_incremental import EDITS, start
from tests.kill.table import Row


class Sources:
    """Sends projects and keeps the sources in a folder, for ruff to look at in the end."""

    def __enter__(self) -> Sources:
        self._folder = tempfile.TemporaryDirectory()
        self._fault = ""
        self._start()
        return self

    def __exit__(self, *error: object) -> None:
        self._pipe.close()
        self._thread.join()
        self._folder.cleanup()

    def _start(self) -> None:
        self._pipe, theirs = Pipe()
        self._thread = threading.Thread(target=self._serve, args=(theirs,))
        self._known, self._generation = Project(), 0
        self._thread.start()
        assert isinstance(self._pipe.recv(), CheckerReady)

    def _serve(self, connection: Any) -> None:
        with connection:
            try:
                serve(connection)
            except Exception:  # told by `see`, in the thread that waits for an answer
                self._fault = traceback.format_exc()

    def see(self, project: Project) -> Checked:
        """Check a project, and its sources if there are new ones."""
        self._generation += 1
        change, base = between(self._known, project), self._generation - 1
        self._pipe.send(Check(self._generation, change, base))
        self._known = project
        found: Checked = self._until(Checked)
        self._pipe.send(ExplainType("Linear"))
        self._until(TypeExplained)
        return found

    def _until(self, kind: type) -> Any:
        message: Any = None
        while not isinstance(message, kind):
            try:
                message = self._pipe.recv()
            except EOFError:
                fault, self._fault = self._fault, ""
                self._thread.join()
                self._start()
                raise AssertionError(f"the checker failed: {fault}") from None
            if isinstance(message, SourceReady):
                for name, source in message.sources.items():
                    if self._known.boards[name].kind != "training":  # those are no whole files
                        self.add(source.text)
        return message

    def add(self, text: str) -> None:
        """Keep a source; it must be Python."""
        ast.parse(text)
        name = hashlib.sha256(text.encode()).hexdigest()[:20]
        (Path(self._folder.name) / f"m{name}.py").write_text(text, encoding="utf-8")

    def edited(self, data: st.DataObject) -> None:
        """See one project after another."""
        current = start()
        for _ in range(data.draw(st.integers(1, 12))):
            if current.boards:
                on = current.boards[data.draw(st.sampled_from(list(current.boards)))]
                draw: Any = data.draw
                current = draw(st.sampled_from(EDITS))(draw, current, on)
            self.see(current)

    def finish(self, row: Row) -> None:
        """Let ruff look at all sources."""
        count = len(list(Path(self._folder.name).iterdir()))
        row.note = f"{count:,} different sources pass ruff"
        if count:
            ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache"]
            done = subprocess.run([*ruff, self._folder.name], capture_output=True, text=True)
            row.expect(done.returncode == 0, f"ruff: {done.stdout.strip()[-600:]}")
            if done.returncode:
                print(done.stdout[:4000], file=sys.stderr)
