"""Writes the classes of a training once more, with a tap on every value.

The training file stays plain. Each tapped class follows from the plain one of its name, and differs
in what computes it: after every node stands `x = _tap("Board.node.output", x)`, and what a node
stands for is called within `with _tap.inside("node"):`, or `inside("node", 3)` for a copy of a
repeated block. So whoever plays `_tap` sees each value, knows by which way of nodes it came about,
and decides what goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.compile.checking import Checking
from studio.compile.class_plan import plans
from studio.compile.class_writer import ClassWriter
from studio.compile.module_source import networks_used, uses
from studio.compile.node_statements import TAP
from studio.compile.objective_writer import ObjectiveWriter
from studio.compile.source_lines import Source
from studio.compile.training_source import execute, loop_names, training_recipe
from studio.model.project import Project


@dataclass(frozen=True)
class TappedSource:
    """Tapped classes, by the names of plain ones, as text; `lines` as in the plain source."""

    text: str
    lines: Mapping[int, tuple[str, str]]
    filename: str
    names: tuple[str, ...]

    def classes(self, plain: Mapping[str, Any], tap: object) -> dict[type, type]:
        """Each plain class of a training's namespace, and the one that hands its values to `tap`:
        a thing to call with a key and a value, that has a context `inside(node, copy)`."""
        namespace = execute(self.text, self.filename, {**plain, TAP: tap})
        return {plain[name]: namespace[name] for name in self.names}


def tapped_source(project: Project, checking: Checking) -> TappedSource:
    """The tapped classes of a checked project's training. Raises CannotCompile."""
    names, source, types = loop_names(project, checking), Source(), checking.types
    flows = [flow for name in networks_used(project) for flow in uses(checking, name)]
    every = plans(flows, types)
    by_name = {plan.board.name: plan for plan in every}
    copied = training_recipe(project, checking, names).copied
    for plan in every:
        source.extend(ClassWriter(plan, by_name, types, copied, tapped=True).write())
        source.add("\n")
    for board in project.stages:
        writer = ObjectiveWriter(checking.flows[board.name], types, copied, names, tapped=True)
        source.extend(writer.write())
        source.add("\n")
    written = (*by_name, *(board.name for board in project.stages))
    return TappedSource(source.text, source.nodes, "<netloom taps>", written)
