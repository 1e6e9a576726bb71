"""Blocks become classes: which sizes are literals, which are constructor arguments.

A size that always equals one of the block's own parameters, or an expression over them, is written
so. Else a size that is the same wherever the block is used is a literal; sizes that differ but
always agree share one argument; multiples become expressions (`4 * dim`). A block's own parameters
are always arguments.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import networkx as nx

from nodes.declare import NodeType
from studio.compile.board_flow import BoardFlow, nesting
from studio.model.block_values import compute, computed, names_in
from studio.model.copy_numbers import COPY
from studio.model.expression import Expression
from studio.model.names import unused
from studio.model.project import Board

TELLING = 8
"""From this size on, a size that equals a parameter of the block is taken to be that parameter."""


@dataclass(eq=False)
class ClassPlan:
    """How the class of a board is written. `arguments` maps a constructor argument to its value in
    each use; `texts` gives the source of each inferred size and of each argument passed on;
    `written` are sizes that the board itself names, with their values."""

    board: Board
    uses: list[BoardFlow]
    arguments: dict[str, list[Any]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    written: list[tuple[str, list[Any]]] = field(default_factory=list)
    given: set[str] = field(default_factory=set)
    """Parameters of the board that a node which stands for it gives a value."""

    @property
    def following(self) -> list[str]:
        """Parameters of the board that follow from others unless they are given, each after those
        that it follows from."""
        graph: nx.DiGraph[str] = nx.DiGraph()
        params = {name: v for name, v in self.board.params.items() if computed(v)}
        graph.add_nodes_from(params)
        graph.add_edges_from(
            (n, name) for name, v in params.items() for n in names_in(v) & params.keys()
        )
        return list(nx.lexicographical_topological_sort(graph, list(params).index))

    @property
    def first(self) -> BoardFlow:
        """The use that structure is read from: it never differs between uses."""
        return self.uses[0]

    def argument(self, use: BoardFlow, name: str) -> Any:
        """An argument's value in one use."""
        return self.arguments[name][next(i for i, u in enumerate(self.uses) if u is use)]


def plans(roots: Sequence[BoardFlow], types: Mapping[str, NodeType]) -> list[ClassPlan]:
    """Plans for the boards of these flows and all blocks inside them, inner ones first."""
    found: dict[str, ClassPlan] = {}
    for flow in nx.dfs_postorder_nodes(nesting(roots)):
        found.setdefault(flow.board.name, ClassPlan(flow.board, [])).uses.append(flow)
        for id, child in flow.children.items():
            params = flow.board.nodes[id].params
            found[child.board.name].given |= {n for n, v in params.items() if v is not None}
    for plan in found.values():
        _fill(plan, found, types)
    return list(found.values())


def plan_of(training: BoardFlow, types: Mapping[str, NodeType]) -> ClassPlan:
    """The plan of a training board, which is used nowhere else and is handed its networks."""
    plan = ClassPlan(training.board, [training])
    for id in training.outcomes:
        _fill_sizes(plan, id, types[training.board.nodes[id].type])
    return plan


def _fill(plan: ClassPlan, found: Mapping[str, ClassPlan], types: Mapping[str, NodeType]) -> None:
    for name in plan.board.params:
        plan.arguments[name] = [use.environment[name] for use in plan.uses]
    plan.written = list(_written(plan))
    for id, node in plan.board.nodes.items():
        if node.role == "block" and node.uses is not None:
            continue
        if node.role == "block":
            inner = found[plan.first.children[id].board.name]
            for name in inner.arguments:
                if name not in inner.board.params:
                    plan.texts[id, name] = _passed(plan, inner, name, id)
        else:
            _fill_sizes(plan, id, types[node.type])


def _fill_sizes(plan: ClassPlan, id: str, node_type: NodeType) -> None:
    for name in node_type.inferred:
        if name in plan.first.outcomes[id].inferred:
            values = [use.outcomes[id].inferred[name] for use in plan.uses]
            plan.texts[id, name] = _text(plan, values, name, id)


def _passed(plan: ClassPlan, inner: ClassPlan, name: str, id: str) -> str:
    """Source of an argument that a block does not declare itself, and that a node hands to it; one
    that differs between its copies is looked up by their number."""
    copies = [[inner.argument(child, name) for child, _ in use.inside(id)] for use in plan.uses]
    if all(value == values[0] for values in copies for value in values):
        return _text(plan, [values[0] for values in copies], name, id)
    return f"{_text(plan, [tuple(values) for values in copies], name, id)}[{COPY}]"


def _text(plan: ClassPlan, values: list[Any], name: str, id: str) -> str:
    """Source of a value that may differ between uses; makes it an argument if nothing else fits."""
    small = type(values[0]) is int and values[0] < TELLING
    if small and all(value == values[0] for value in values):
        return repr(values[0])
    for text, others in plan.written:
        if others == values:
            return text
    if len(set(values)) == 1:
        return repr(values[0])
    for known, others in plan.arguments.items():
        if others == values:
            return known
    for known, others in plan.arguments.items():
        if multiple := _multiple(known, others, values):
            return multiple
    taken = {*plan.arguments, *plan.board.nodes}
    new = name if name not in taken else unused(f"{id}_{name}", taken)
    plan.arguments[new] = values
    return new


def _written(plan: ClassPlan) -> Iterator[tuple[str, list[Any]]]:
    """A block's own parameters and the expressions over them that it holds, with their values."""
    for name in plan.board.params:
        yield name, plan.arguments[name]
    for node in plan.board.nodes.values():
        for value in node.params.values():
            if not isinstance(value, Expression) or value.alone:
                continue
            if value.names <= plan.first.environment.keys():
                whole = isinstance(value.value(plan.first.environment), int)
                text = str(value) if whole else f"int({value})"
                yield text, [compute(value, use.environment) for use in plan.uses]


def _multiple(name: str, others: Sequence[Any], values: Sequence[Any]) -> str | None:
    if not all(type(other) is int and other > 0 for other in others):
        return None
    pairs = list(zip(others, values, strict=True))
    for factor in range(2, 17):
        if all(value == factor * other for other, value in pairs):
            return f"{factor} * {name}"
        if all(value * factor == other for other, value in pairs):
            return f"{name} // {factor}"
    return None
