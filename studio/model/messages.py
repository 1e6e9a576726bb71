"""What the window and its helper processes say to each other, and what is asked of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from nodes.described import Takes
from studio.model.analysis import Analysis
from studio.model.board_path import BoardPath
from studio.model.data_parts import Part
from studio.model.delta import Delta
from studio.model.figures import Figure
from studio.model.project import Project
from studio.model.report import BoardSource, Issue, NodeReport, Totals, Unchecked
from studio.model.type_help import TypeHelp
from studio.model.values import Value

# ---- window -> checker -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Check:
    """Check this project; `generation` comes back with every answer. The checker keeps the last
    project: `change` is relative to that of generation `base`, and only the newest of several
    waiting is worked out. Base 0 is an empty project of which nothing was ever told. Nodes to be
    left `unchecked` are told with the reason. What is at a `place` inside another board is told
    besides, as it is there."""

    generation: int
    change: Delta
    base: int = 0
    unchecked: Unchecked = field(default_factory=dict)
    place: BoardPath | None = None


@dataclass(frozen=True, slots=True)
class ExplainType:
    """Ask for the help of a node type, with pictures of what it does at these values of its
    parameters; others are as usual."""

    type: str
    values: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Analyse:
    """Ask what the project of this generation costs. There is no answer where a newer one came
    meanwhile, and there are two where it takes time: first what can be counted."""

    generation: int


# ---- checker -> window -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CheckerReady:
    """The checker is there; `cards` are those of node types that do not come with Netloom, or
    are others with the torch that is installed, as JSON; `errors` is what failed to load."""

    cards: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NodesChecked:
    """Reports of a board that differ from the last ones sent; `gone` nodes have none any more.
    Where there is a `way`, they are of what stands at its end inside that board."""

    generation: int
    board: str
    reports: Mapping[str, NodeReport]
    gone: frozenset[str] = frozenset()
    way: tuple[str, ...] = ()

    @property
    def path(self) -> BoardPath:
        """Of what they are."""
        return BoardPath(self.board, self.way)


@dataclass(frozen=True, slots=True)
class Checked:
    """A check is complete: all issues of the project and the totals of each board, `inside` those
    of the place that was asked about. `silenced` are warnings that nobody wants to be told."""

    generation: int
    issues: tuple[Issue, ...]
    totals: Mapping[str, Totals]
    inside: Mapping[BoardPath, Totals] = field(default_factory=dict)
    silenced: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class Analysed:
    """What a project costs."""

    generation: int
    analysis: Analysis


@dataclass(frozen=True, slots=True)
class SourceReady:
    """Source of the boards whose source changed. A board with errors keeps its last good one."""

    generation: int
    sources: Mapping[str, BoardSource]


@dataclass(frozen=True, slots=True)
class TypeExplained:
    """The help that was asked for."""

    asked: ExplainType
    help: TypeHelp


# ---- anybody -> whoever trains in a folder: see `run_inbox` --------------------------------------


@dataclass(frozen=True, slots=True)
class Pause:
    """Hold the run after the step under way."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on with a paused run."""


@dataclass(frozen=True, slots=True)
class Stop:
    """End the run after the step under way, with a checkpoint."""


@dataclass(frozen=True, slots=True)
class SetLearningRate:
    """Change the base learning rate of one update, or of all where `update` is empty."""

    value: float
    update: str = ""


# ---- window -> a trainer of its own -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Train:
    """Start a run in `folder` (new, made by the trainer). With `resume`, `folder` is an existing
    run that goes on from its last checkpoint: with its own project but for the number of epochs,
    or, where it was `edited`, with this one. A new one begins with what fits of the weights of
    another, where one is named."""

    project: Project
    folder: Path
    resume: bool = False
    edited: bool = False
    weights: Path | None = None


@dataclass(frozen=True, slots=True)
class OpenRun:
    """Look into the networks of this run from now on: as they are where it trains, else as its
    checkpoint has them. A `snapshot` is that of a run which trains in another process, on the CPU
    and with its last weights."""

    folder: Path
    snapshot: bool = False


@dataclass(frozen=True, slots=True)
class ShareCores:
    """So many runs of this window are under way: use no more than your share of the cores."""

    runs: int


@dataclass(frozen=True, slots=True)
class GoOnAlone:
    """Whether the run goes on where the window ends; else it stops then, with a checkpoint."""

    wanted: bool


@dataclass(frozen=True, slots=True)
class Look:
    """Ask for the figures of a probe. `node` is a path inside the network (`blocks.0.attention`),
    `sample` an index into `part`; `value` replaces the sample where the person drew or typed one.
    """

    ticket: int
    probe: str
    network: str
    node: str = ""
    part: Part = "validation"
    sample: int = 0
    value: NDArray[np.float32] | str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


State: TypeAlias = Literal["preparing", "training", "paused", "finished", "stopped", "failed"]
STATES: Mapping[str, State] = {state: state for state in get_args(State)}
"""The states of a run, by what they are called."""

# ---- trainer -> window -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TrainerReady:
    """The trainer is there; devices it can use by name, the automatic choice first."""

    devices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Probes:
    """What can be looked at in the networks that are loaded now: network -> node path -> names of
    probes; `samples` counts them by part; `takes` says what `Look.value` may be."""

    networks: Mapping[str, Mapping[str, tuple[str, ...]]]
    samples: Mapping[str, int]
    takes: Takes = ""
    image_size: tuple[int, int] = (0, 0)
    folder: Path | None = None
    """The run whose networks they are."""
    slow: frozenset[str] = frozenset()
    """Probes that a training does not wait for."""
    errors: tuple[str, ...] = ()
    """Probes of other packages that failed to load."""
    places: Mapping[str, Mapping[str, tuple[str, str]]] = field(default_factory=dict)
    """Network -> node path -> the board that the node is drawn on, and its id."""


@dataclass(frozen=True, slots=True)
class NotOpened:
    """The networks of a run could not be loaded; why, in a sentence."""

    folder: Path
    reason: str


@dataclass(frozen=True, slots=True)
class RunState:
    """Where the run stands, told at every change and a few times a second: `done` of `total`
    steps, seconds gone and seconds left (None: not known yet), memory in bytes."""

    folder: Path
    state: State
    done: int = 0
    total: int = 0
    seconds: float = 0.0
    left: float | None = None
    device: str = ""
    memory: int = 0
    message: str = ""
    board: str = ""
    node: str = ""
    epochs: int = 0


@dataclass(frozen=True, slots=True)
class Looked:
    """The answer to a `Look` of that ticket; `error` says why there are no figures."""

    ticket: int
    figures: tuple[Figure, ...] = ()
    error: str = ""


ToChecker: TypeAlias = Check | ExplainType | Analyse
FromChecker: TypeAlias = (
    CheckerReady | NodesChecked | Checked | Analysed | SourceReady | TypeExplained
)
ToTrainer: TypeAlias = (
    Train | OpenRun | Look | ShareCores | GoOnAlone | Pause | Resume | Stop | SetLearningRate
)
FromTrainer: TypeAlias = TrainerReady | Probes | NotOpened | RunState | Looked
