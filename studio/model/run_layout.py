"""A run's folder: where everything is in it, and what its lines and files hold.

Trainer, window and command line know a run by this module alone. What is missing or broken in a
folder reads as empty: a run that was killed, or that somebody else has touched, can still be shown.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from studio.model.checkpoint_folders import newest
from studio.model.files import write_atomically
from studio.model.plain_json import (
    as_number,
    as_text,
    as_values,
    is_number,
    parsed,
    read_object,
    to_bytes,
)
from studio.model.value_names import upgraded

FORMAT = 2
"""Version of the layout. In the first, project and source lay in the run's folder itself, and a
checkpoint was a file."""

MARK = "netloom_run"
"""Field of the environment that holds the version; by it a run is told from other folders."""

PROJECT = "project"
"""Field of the environment that holds the uid of the project that was trained."""

PATHS = "paths"
"""Field of the environment that says where the project's paths begin, from the run's folder."""

BUSY = frozenset({"preparing", "training", "paused"})
"""States in which a run is under way; it has ended in all others."""

LAST_TEST = "last_test"
"""Split of the test that the last weights got; "test" is that of the best ones."""

_OLD_LAST = "last_"
"""What names of values from the last weights began with before they had a line of their own."""


@dataclass(frozen=True, slots=True)
class SegmentLayout:
    """Where everything is of a stretch of a run that one project and its source made. Nothing there
    is written again."""

    folder: Path

    @property
    def project(self) -> Path:
        """The project that is trained."""
        return self.folder / "project.json"

    @property
    def source(self) -> Path:
        """The Python that the trainer runs."""
        return self.folder / "source.py"

    @property
    def data(self) -> Path:
        """How the samples of each stage were divided, and what their classes are called."""
        return self.folder / "data.json"

    @property
    def beginning(self) -> Path:
        """At which step it began, when, and with what."""
        return self.folder / "segment.json"


@dataclass(frozen=True, slots=True)
class RunLayout:
    """Where everything is in a run's folder."""

    folder: Path

    @property
    def segments(self) -> Path:
        """Folder of the segments: a new one each time that the run goes on."""
        return self.folder / "segments"

    @property
    def segment_number(self) -> int:
        """The number of the last segment. Those of older runs that never went on have none: they
        are segment 0."""
        try:
            names = [path.name for path in self.segments.iterdir()]
        except OSError:
            return 0
        return max((int(name) for name in names if name.isascii() and name.isdigit()), default=0)

    def segment(self, number: int | None = None) -> SegmentLayout:
        """A segment; the last one where none is named."""
        number = self.segment_number if number is None else number
        return SegmentLayout(self.segments / str(number) if number else self.folder)

    @property
    def metrics(self) -> Path:
        """A `MetricsLine` a line, appended while it trains."""
        return self.folder / "metrics.jsonl"

    @property
    def state(self) -> Path:
        """Where the run stands: a `SavedState`."""
        return self.folder / "state.json"

    @property
    def environment(self) -> Path:
        """With what it was made, and the mark."""
        return self.folder / "environment.json"

    def figure(self, node: str, step: int) -> Path:
        """What a node of the training board showed after so many steps."""
        return self.folder / "figures" / f"{node}-{step}.png"

    @property
    def log(self) -> Path:
        """What happened when, for people."""
        return self.folder / "log.txt"

    @property
    def lock(self) -> Path:
        """Locked by the process that trains here."""
        return self.folder / "owner.lock"

    @property
    def owner(self) -> Path:
        """Which process that is, since when, on which machine."""
        return self.folder / "owner.json"

    @property
    def inbox(self) -> Path:
        """Folder of what is asked of that process, a file each; see `run_inbox`."""
        return self.folder / "inbox"

    @property
    def checkpoints(self) -> Path:
        """Folder of the checkpoints; see `checkpoint_folders`."""
        return self.folder / "checkpoints"

    @property
    def last(self) -> Path:
        """The checkpoint from which the run goes on."""
        return newest(self.checkpoints, "last")

    @property
    def best(self) -> Path:
        """The checkpoint with the weights that were best."""
        return newest(self.checkpoints, "best")

    @property
    def modified(self) -> float:
        """When something was written last, in seconds since 1970; 0 where that is not known."""
        for path in (self.metrics, self.state, self.folder):
            try:
                return path.stat().st_mtime
            except OSError:
                continue
        return 0.0


# ---- metrics -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MetricsLine:
    """Mean values since the line before of the same split, by names as in `value_names`."""

    step: int
    epoch: float
    seconds: float
    split: str
    values: Mapping[str, float]

    def to_text(self) -> str:
        """The line, with its end."""
        return json.dumps({**asdict(self), "values": json_values(self.values)}) + "\n"


def json_values(values: Mapping[str, float]) -> dict[str, float | str]:
    """Values for a JSON file; those that are not finite as words."""
    return {n: value if math.isfinite(value) else str(value) for n, value in values.items()}


def metrics_lines(text: bytes) -> list[MetricsLine]:
    """The lines in a piece of a metrics file. One that was cut short by a crash, or is none of
    ours, is left out, and so are values that no trainer writes."""
    lines = [line for line in text.splitlines() if line.strip()]
    try:
        found = json.loads(b"[" + b",".join(lines) + b"]")
    except (ValueError, RecursionError):
        found = [parsed(line) for line in lines]
    return [line for some in map(_metrics_line, found) for line in some]


def read_metrics(layout: RunLayout) -> list[MetricsLine]:
    """All metrics of a run so far. Raises OSError where there are some that cannot be read."""
    try:
        return metrics_lines(layout.metrics.read_bytes())
    except FileNotFoundError:
        return []


def last_values(lines: Iterable[MetricsLine], split: str) -> Mapping[str, float]:
    """The values of a split's last line; empty where it has none."""
    return next((line.values for line in list(lines)[::-1] if line.split == split), {})


def _metrics_line(found: object) -> Iterator[MetricsLine]:
    if not isinstance(found, dict):
        return
    values, split, step = found.get("values"), found.get("split"), found.get("step")
    if not isinstance(values, dict) or not isinstance(split, str) or not is_number(step):
        return
    known = as_values(values)
    place = int(as_number(step)), as_number(found.get("epoch")), as_number(found.get("seconds"))
    last = {name for name in known if split == "test" and name.startswith(_OLD_LAST)}
    first = {name: value for name, value in known.items() if name not in last}
    yield MetricsLine(*place, split, upgraded(first))
    if last:
        found_last = {name.removeprefix(_OLD_LAST): known[name] for name in last}
        yield MetricsLine(*place, LAST_TEST, upgraded(found_last))


# ---- state and environment ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SavedState:
    """Where a run stands, as its folder says, anew every second while it trains: `done` of `total`
    steps, seconds of work, the values that validation gave for the best weights so far."""

    state: str = ""
    done: int = 0
    total: int = 0
    seconds: float = 0.0
    device: str = ""
    message: str = ""
    best: Mapping[str, float] = field(default_factory=dict)
    pid: int = 0
    epochs: int = 0
    left: float | None = None
    """Seconds that it will take on; None where that is not known."""


def write_state(layout: RunLayout, state: SavedState, lasting: bool = True) -> None:
    """Say where a run stands. Raises FileError."""
    fields = {**asdict(state), "best": json_values(state.best)}
    write_atomically(layout.state, to_bytes(fields), lasting)


def read_state(layout: RunLayout) -> SavedState:
    """Where a run stands."""
    found = read_object(layout.state)
    best = found.get("best")
    return SavedState(
        as_text(found.get("state")),
        int(as_number(found.get("done"))),
        int(as_number(found.get("total"))),
        as_number(found.get("seconds")),
        as_text(found.get("device")),
        as_text(found.get("message")),
        upgraded(as_values(best)),
        int(as_number(found.get("pid"))),
        int(as_number(found.get("epochs"))),
        None if found.get("left") is None else as_number(found["left"]),
    )


def write_environment(layout: RunLayout, environment: Mapping[str, Any]) -> None:
    """Say with what a run is made, and that it is one. Raises FileError."""
    write_atomically(layout.environment, to_bytes({**environment, MARK: FORMAT}))


def read_environment(layout: RunLayout) -> Mapping[str, Any]:
    """With what a run was made; empty where nothing says so."""
    return read_object(layout.environment)


def is_run(folder: Path) -> bool:
    """Whether a folder is a run that Netloom made."""
    return MARK in read_environment(RunLayout(folder))
