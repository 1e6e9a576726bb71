"""Where the runs of the project stand: this window's as their trainers say, others as listed."""

from __future__ import annotations

import time
from pathlib import Path

from studio.model.messages import RunState
from studio.model.run_layout import BUSY
from studio.model.run_owner import OwnerNote
from studio.session.metrics_reader import Listed
from studio.session.runs import Run, standing

GONE = "The trainer stopped unexpectedly{why}. The run can be resumed from its last checkpoint."


class KnownRuns:
    """States of runs by folder. `lost` says of those whose trainer went without a word what there
    is to do; `owners` who trains those that other processes do."""

    def __init__(self) -> None:
        self.states: dict[Path, RunState] = {}
        self.lost: dict[Path, str] = {}
        self.owners: dict[Path, OwnerNote] = {}
        self._own: set[Path] = set()
        """Under way in this window's own trainers."""
        self._ended: dict[Path, float] = {}
        """When those ended: what was read of them before is older than what their trainers said."""

    def forget(self) -> None:
        """Another project is open."""
        for known in (self.states, self.lost, self.owners, self._own, self._ended):
            known.clear()

    @property
    def own(self) -> frozenset[Path]:
        """Runs that this window trains now."""
        return frozenset(self._own)

    @property
    def under_way(self) -> frozenset[Path]:
        """Runs that somebody trains now."""
        return frozenset(
            folder
            for folder, state in self.states.items()
            if state.state in BUSY and folder not in self.lost
        )

    def begin(self, folder: Path) -> None:
        """This window starts a run, or goes on with one."""
        self._own.add(folder)
        self.lost.pop(folder, None)
        self.owners.pop(folder, None)
        self.states[folder] = RunState(folder, "preparing")

    def told(self, state: RunState) -> bool:
        """A trainer says where its run stands; whether that is a run of this project."""
        if state.folder not in self._own:
            return False
        self.states[state.folder] = state
        if state.state not in BUSY:
            self._end(state.folder)
        return True

    def gone(self, folder: Path | None, reason: str) -> bool:
        """A trainer ended by itself; whether a run of this project ended with it."""
        if folder is None or folder not in self._own:
            return False
        self.lost[folder] = GONE.format(why=f" ({reason.rstrip('.')})" if reason else "")
        self._end(folder)
        return True

    def _end(self, folder: Path) -> None:
        self._own.discard(folder)
        self._ended[folder] = time.monotonic()

    def listed(self, listed: Listed) -> None:
        """Folders say where their runs stand."""
        found = {run.folder for run in listed.runs}
        for folder in set(self.states) - found - self._own:
            if self._ended.get(folder, 0.0) < listed.at:
                self._drop(folder)
        for run in listed.runs:
            if run.folder not in self._own and self._ended.get(run.folder, 0.0) < listed.at:
                self._read(run)

    def _read(self, run: Run) -> None:
        state = standing(run)
        said = self.states.get(run.folder)
        if said is not None and said.state == state.state and said.done == state.done:
            state = said  # with what folders do not say
        lost = self.lost.get(run.folder, GONE.format(why=""))
        self._drop(run.folder)
        self.states[run.folder] = state
        if run.lost:
            self.lost[run.folder] = lost
        elif run.owner is not None:
            self.owners[run.folder] = run.owner

    def _drop(self, folder: Path) -> None:
        for known in (self.states, self.lost, self.owners):
            known.pop(folder, None)
