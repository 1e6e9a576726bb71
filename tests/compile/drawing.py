"""Short ways to draw boards for tests."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from nodes.catalogue import builtin
from studio.compile.checking import CheckedPart, Checking, CheckResult
from studio.compile.compiled import Compiled, check
from studio.model.project import Board, Node, Project, Wire
from studio.model.report import Issue, NodeReport, Totals
from studio.run.loop.data import Data
from studio.run.loop.objective import Objective
from studio.run.loop.training import Plan

TYPES = builtin().types


def node(id: str, type: str, uses: str | None = None, **params: Any) -> Node:
    """A node."""
    return Node(id, type, params, uses=uses)


def wire(text: str) -> Wire:
    """A wire: `a -> b`, `a.output -> b.input`; ports left out are `output` and `input`."""
    (source, source_port), (target, target_port) = (
        [*end.split("."), default][:2]
        for end, default in zip(text.split(" -> "), ("output", "input"), strict=True)
    )
    return Wire(source, source_port, target, target_port)


def board(
    nodes: Iterable[Node],
    wires: str = "",
    name: str = "Net",
    kind: Any = "network",
    **params: Any,
) -> Board:
    """A board; `wires` are separated by commas, and `a -> b -> c` is two wires."""
    found = []
    for chain in filter(None, (part.strip() for part in wires.split(","))):
        ends = chain.split(" -> ")
        found += [wire(f"{a} -> {b}") for a, b in pairwise(ends)]
    return Board(name, kind, {n.id: n for n in nodes}, tuple(found), params)


def chain(
    shape: tuple[Any, ...], *layers: Node, dtype: str = "float32", name: str = "Net"
) -> Board:
    """A network in which one node follows the other."""
    first = node("x", "Input", shape=shape, dtype=dtype)
    every = [first, *layers, node("y", "Output")]
    return board(every, " -> ".join(n.id for n in every), name)


def project(*boards: Board) -> Project:
    """A project of these boards."""
    return Project({b.name: b for b in boards})


def checked(*boards: Board) -> Compiled:
    """These boards, checked."""
    return check(project(*boards), TYPES)


@dataclass(frozen=True)
class Opened:
    """The only stage of a project, ready to be tried."""

    plan: Plan
    data: Callable[[], Data]
    objective: Callable[[], Objective]


def opened(compiled: Compiled) -> Opened:
    """What a project with one training board is trained by."""
    return stage_of(compiled.training().namespace())


def stage_of(space: Mapping[str, Any]) -> Opened:
    """The only stage that a file defines."""
    (stage,) = space["STAGES"]
    return Opened(stage.plan, stage.data, lambda: stage.objective(space["make_networks"]()))


def codes(compiled: Compiled) -> list[str]:
    """Codes of all issues."""
    return [issue.code for issue in compiled.issues]


def shape(compiled: Compiled, id: str, port: str = "output", board: str = "Net") -> str:
    """The shape of an output, as wires show it."""
    return str(compiled.reports[board][id].outputs[port])


SAMPLES: Mapping[str, Callable[[list[int]], Tensor]] = {
    "int64": lambda dims: torch.randint(0, 3, dims),
    "bool": lambda dims: torch.arange(math.prod(dims)).view(dims) % 2 == 0,
    "float32": torch.randn,
}
"""What goes into inputs, by element type: whole numbers that may name entries of any input."""


def sample(
    compiled: Compiled, board: str = "Net", sizes: Mapping[str, int] | None = None
) -> list[Tensor]:
    """A tensor for each input of a network, free dimensions at these sizes or 2."""
    found = []
    for input in compiled.project.boards[board].inputs:
        values = {**TYPES["Input"].defaults(), **input.params}
        names = [
            str(dim).partition("=") if isinstance(dim, str) else dim for dim in values["shape"]
        ]
        dims = [
            (sizes or {}).get(dim[0], int(dim[2] or 2)) if isinstance(dim, tuple) else dim
            for dim in names
        ]
        found.append(SAMPLES[values["dtype"]](dims))
    return found


def size_of(dim: int | str, sizes: Mapping[str, int]) -> int | None:
    """What a size in words comes to; None where it is not known."""
    if dim == "?":
        return None
    text = re.sub(r"(\d)(?=[A-Za-z_⌊(])", r"\1*", str(dim).replace("·", "*"))
    text = text.replace("⌊", "(").replace("⌋", ")").replace("/", "//")
    value = eval(text, {}, dict(sizes))
    assert isinstance(value, int)
    return value


def run(module: nn.Module, inputs: Iterable[Tensor]) -> tuple[Tensor, ...]:
    """Outputs of a network that neither learns nor drops anything."""
    with torch.no_grad():
        result = module.eval()(*inputs)
    return result if isinstance(result, tuple) else (result,)


State = tuple[Mapping[str, Mapping[str, NodeReport]], tuple[Issue, ...], Mapping[str, Totals]]


class Watcher:
    """Keeps what a checker says, as the window does."""

    def __init__(self) -> None:
        self.checking = Checking(TYPES)
        self.reports: dict[str, dict[str, NodeReport]] = {}

    def see(self, project: Project, parts: int | None = None) -> State | None:
        """Check a project; with `parts`, give up after so many of them."""
        steps = self.checking.check(project)
        for number, found in enumerate(steps):
            if isinstance(found, CheckedPart):
                reports = self.reports.setdefault(found.board, {})
                reports.update(found.reports)
                for id in found.gone:
                    reports.pop(id, None)
            else:
                assert isinstance(found, CheckResult)
                here = {name: self.reports.get(name, {}) for name in project.boards}
                return here, found.issues, found.totals
            if parts is not None and number + 1 >= parts:
                steps.close()
                return None
        raise AssertionError("a check ends with a result")


def with_nodes(before: Board, *nodes: Node) -> Board:
    """The board with nodes added or replaced."""
    return replace(before, nodes={**before.nodes, **{n.id: n for n in nodes}})
