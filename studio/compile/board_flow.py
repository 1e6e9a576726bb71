"""What is known of a use of a board, and how uses of boards hold each other.

A block that gets the same values and the same flows in two places is one flow there, so flows make
up a graph without circles instead of a tree: nesting and repeating a block adds a node or two to
it, where a tree would double with each level.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import Any

import networkx as nx

from studio.compile import scanning
from studio.compile.flows import Flow, Flows
from studio.compile.node_shapes import Outcome, Shared
from studio.compile.parameter_values import Environment, frozen
from studio.compile.sizes import typical
from studio.compile.structure import Structure
from studio.model.project import Board


@dataclass(eq=False)
class BoardFlow:
    """All that is known of one use of a board. `typical` is how large free dimensions are that are
    declared, `given` what flows into its Input nodes, None for what they declare themselves.
    `outcomes` lacks nodes that could not be reached; `children` are the flows of the boards that
    nodes stand for."""

    board: Board
    structure: Structure
    environment: Environment
    typical: Mapping[str, int]
    given: Mapping[str, Flow] | None = None
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    inputs: dict[str, Flows] = field(default_factory=dict)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    shared: dict[str, Shared | None] = field(default_factory=dict)
    children: dict[str, BoardFlow] = field(default_factory=dict)
    further: dict[str, tuple[BoardFlow, ...]] = field(default_factory=dict)
    """Of nodes that repeat a block with another value for each copy: the flows of all copies but
    the first."""

    @property
    def depends_on(self) -> object:
        """What decides all the rest, as long as its board and those inside stay the same."""
        given = None if self.given is None else tuple(self.given.items())
        return self.board.name, frozen(self.environment), given

    def take_over(self, last: BoardFlow) -> None:
        """Begin with all that was known last time."""
        for mine, theirs in zip(self._tables, last._tables, strict=True):
            mine.update(theirs)

    def leave(self, id: str) -> None:
        """Forget what belongs to a node's outcome. The outcome itself keeps its place."""
        for table in (self.values, self.shared, self.children, self.further):
            table.pop(id, None)

    def keep_order(self, last: BoardFlow) -> None:
        """Put nodes into the order in which they are computed, where they no longer are."""
        if list(self.outcomes) != list(last.outcomes) or list(self.children) != list(last.children):
            for table in self._tables:
                known = {id: table[id] for id in self.structure.order if id in table}
                table.clear()
                table.update(known)

    @property
    def _tables(self) -> tuple[dict[str, Any], ...]:
        """What is known of each node."""
        return self.outcomes, self.inputs, self.values, self.shared, self.children, self.further

    @property
    def outputs(self) -> dict[str, Flow]:
        """What reached the Output nodes."""
        return {
            node.id: self.inputs[node.id]["input"][0]
            for node in self.board.outputs
            if node.id in self.outcomes and not self.outcomes[node.id].failed
        }

    @property
    def complete(self) -> bool:
        """Whether every node was computed without an error."""
        return len(self.outcomes) == len(self.board.nodes) and not any(
            outcome.failed for outcome in self.outcomes.values()
        )

    @property
    def parameters(self) -> int:
        """Learned values of the whole board; a network that is used twice has them once."""
        if self.board.kind == "training":
            networks = {child.board.name: child for child in self.children.values()}
            return sum(child.parameters for child in networks.values())
        return sum(outcome.parameters for outcome in self.outcomes.values())

    @cached_property
    def activations(self) -> int:
        """Values that all nodes put out for one sample, inside blocks too; what a block is given
        was put out by another node. Asked for at the end."""
        count, given = 0, {n.id for n in self.board.inputs} if self.board.kind == "block" else ()
        for id, outcome in self.outcomes.items():
            if outcome.failed or id in given:
                continue
            if id in self.children:
                count += sum(times * child.activations for child, times in self.inside(id))
            else:
                count += sum(prod(found.shape[1:]) for found in outcome.outputs.values())
        return count

    @property
    def uses(self) -> Iterator[tuple[str, BoardFlow]]:
        """Nodes that stand for boards, and what is known of each of these."""
        for id in self.children:
            for child, _ in self.inside(id):
                yield id, child

    def inside(self, id: str) -> list[tuple[BoardFlow, int]]:
        """The flows of the board that a node stands for, and how often each is computed."""
        if id in self.further:
            return [(child, 1) for child in (self.children[id], *self.further[id])]
        return [(self.children[id], self.copies(id))]

    @cached_property
    def multiply_adds(self) -> int:
        """Multiplications with addition of all nodes for one sample, inside blocks too. Asked for
        at the end."""
        return sum(map(self.multiply_adds_of, self.outcomes))

    def multiply_adds_of(self, id: str) -> int:
        """Those of a node, of all copies where it stands for a block."""
        if id in self.children and not self.outcomes[id].failed:
            return sum(child.multiply_adds * times for child, times in self.inside(id))
        return self.outcomes[id].multiply_adds

    @cached_property
    def differing(self) -> int:
        """How many copies of blocks are computed one by one in it, at any depth. Asked for at the
        end."""
        found = 1
        for id, child in self.children.items():
            every = (child, *self.further.get(id, ()))
            many = sum(copy.differing for copy in every)
            found = found + many if len(every) > 1 else max(found, child.differing)
        return found

    def copies(self, id: str) -> int:
        """How often a node that stands for a board computes it: once for each copy or step."""
        if self.board.nodes[id].scans:
            return typical(scanning.steps(self.children[id].board, self.inputs[id]))
        return int(self.values[id].get("repeat", 1))


def nesting(
    roots: Iterable[BoardFlow], without: Collection[BoardFlow] = ()
) -> nx.DiGraph[BoardFlow]:
    """These flows and all inside them, each once, and an edge from each to those that its nodes
    stand for; its `node` is the first of these nodes. What is `without` is not entered."""
    waiting = list(roots)
    graph: nx.DiGraph[BoardFlow] = nx.DiGraph()
    graph.add_nodes_from(waiting)
    for flow in waiting:
        for id, child in flow.uses:
            if child in without:
                continue
            if child not in graph:
                waiting.append(child)
            if not graph.has_edge(flow, child):
                graph.add_edge(flow, child, node=id)
    return graph
