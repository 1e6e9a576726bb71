"""What the checker says of a project: shapes, counts, issues and the edits that would fix them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from studio.model.edits import Edit

Unchecked: TypeAlias = Mapping[tuple[str, str], str]
"""Board and node -> why a node is not to be checked, as the end of a sentence."""

Dim: TypeAlias = int | str
"""A size, the name of a free dimension or a rule over some (`N`, `2T+1`, `H·W`), or `?`. Divisions
are rounded down, in brackets (`⌊(H+2)/3⌋`) or alone (`H/2`)."""


@dataclass(frozen=True, slots=True)
class Signal:
    """What a wire carries: its shape and element type (`float32`, `int64`, …). `limit`: whole
    numbers on it are below this, where the data says so (tokens, classes)."""

    shape: tuple[Dim, ...]
    dtype: str
    limit: int | None = None

    def __str__(self) -> str:
        return "×".join(str(dim) for dim in self.shape) or "scalar"


@dataclass(frozen=True, slots=True)
class Fix:
    """An edit that would remove an issue, as a button says it."""

    label: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Issue:
    """What is wrong, where, why, and what would fix it."""

    code: str
    severity: Literal["error", "warning"]
    message: str
    board: str
    node: str = ""
    port: str = ""
    other: str = ""
    """The node at the other end of the wire concerned."""
    fixes: tuple[Fix, ...] = ()
    inside: tuple[str, str] = ("", "")
    """The board and node that it points to, where these are others: a layer of the network that
    stands on a training board."""

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """Board and node of all that it is about, the first where it is told."""
        return ((self.board, self.node), *([self.inside] if self.inside[0] else []))


@dataclass(frozen=True, slots=True)
class NodeReport:
    """What is known of one node: `inputs` and `outputs` by port, its own parameter count, its
    multiply-adds for one sample, and the arguments read off its inputs."""

    inputs: Mapping[str, tuple[Signal, ...]] = field(default_factory=dict)
    outputs: Mapping[str, Signal] = field(default_factory=dict)
    parameters: int = 0
    multiply_adds: int = 0
    inferred: Mapping[str, int] = field(default_factory=dict)


class CheckedProject(Protocol):
    """What is known of a project that was checked to the end."""

    @property
    def reports(self) -> Mapping[str, Mapping[str, NodeReport]]:
        """By board and node."""

    @property
    def issues(self) -> tuple[Issue, ...]:
        """All that is wrong."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts of a whole board. `activations` is the number of values all nodes put out for one
    sample; with 4 bytes each, and parameters likewise, a lower bound on memory."""

    parameters: int = 0
    multiply_adds: int = 0
    activations: int = 0


@dataclass(frozen=True, slots=True)
class BoardSource:
    """Python source of a board; `lines` maps a node to the lines that it is in, counted from 1."""

    text: str = ""
    lines: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
