"""What networkx says of a board before any tensor moves: cycles, missing and doubly fed inputs,
wires to ports that are not there, nodes that lead nowhere."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx

from nodes.declare import STRUCTURAL, NodeType, Role
from studio.compile.dead_branches import dead_branches
from studio.model.block_values import block_values
from studio.model.edits import RemoveNodes, RemoveWires, RenameBoard, RenameNode
from studio.model.names import problem_with, problem_with_class, unused
from studio.model.ports import Ports, ports_of, refusal
from studio.model.project import Board, Node, Project, Wire
from studio.model.report import Fix, Issue
from studio.model.roles import with_role

ASKED_AGAIN: frozenset[Role] = STRUCTURAL - {"output"} | {"data"}
"""Roles of nodes that depend on more than their parameters and what flows into them."""


@dataclass(frozen=True, slots=True)
class Structure:
    """A board's ports, the wires into each node, an order in which nodes can be computed (those on
    or behind a cycle left out) and the place of each in it, who follows whom, nodes that depend on
    more than their parameters and what flows into them, nodes that are wrong by themselves, and
    issues."""

    ports: Mapping[str, Ports]
    into: Mapping[str, tuple[Wire, ...]]
    order: tuple[str, ...]
    place: Mapping[str, int]
    followers: Mapping[str, tuple[str, ...]]
    asked_again: frozenset[str]
    broken: frozenset[str]
    issues: tuple[Issue, ...]

    @property
    def sound(self) -> bool:
        """Whether the board can be used in others, as far as its structure goes."""
        return not any(issue.severity == "error" for issue in self.issues)


def examine(project: Project, board: Board, types: Mapping[str, NodeType]) -> Structure:
    """The structure of a board."""
    ports = {id: ports_of(project, board, node, types) for id, node in board.nodes.items()}
    into = {id: tuple(board.into(id)) for id in board.nodes}
    graph = _graph(board)
    issues = [
        *_cycles(board, graph),
        *_recursion(project, board),
        *_wire_problems(board, ports),
        *(issue for id in board.nodes for issue in _input_problems(board, id, ports[id], into[id])),
        *_names(project, board),
        *_misplaced(board, types),
        *(_whole_training(board, types) if board.kind == "training" else _whole(board)),
    ]
    broken = frozenset(issue.node for issue in issues if issue.severity == "error" and issue.node)
    issues += dead_branches(board, graph, types, broken)
    order = _order(graph)
    return Structure(
        ports,
        into,
        order,
        {id: number for number, id in enumerate(order)},
        {id: tuple(graph.successors(id)) for id in board.nodes},
        frozenset(node.id for node in board.nodes.values() if _is_asked_again(node, types)),
        broken,
        tuple(issues),
    )


def _is_asked_again(node: Node, types: Mapping[str, NodeType]) -> bool:
    node_type = types.get(node.type)
    return node_type is None or node_type.role in ASKED_AGAIN or node.uses is not None


def _graph(board: Board) -> nx.DiGraph[str]:
    """What has to be computed before what: also the owner of weights before who uses them."""
    shared = [
        (str(node.uses), node.id)
        for node in board.nodes.values()
        if node.uses in board.nodes and node.uses != node.id
    ]
    if not shared:
        return board.graph
    graph: nx.DiGraph[str] = board.graph.copy()
    graph.add_edges_from(shared)
    return graph


def _order(graph: nx.DiGraph[str]) -> tuple[str, ...]:
    """Topological order that keeps to the order of the board where it can, without what cannot be
    ordered."""
    place = {id: number for number, id in enumerate(graph)}
    names = list(graph)
    waiting = {id: graph.in_degree(id) for id in graph}
    ready = [place[id] for id, degree in waiting.items() if degree == 0]
    order: list[str] = []
    while ready:
        id = names[heapq.heappop(ready)]
        order.append(id)
        for follower in graph.successors(id):
            waiting[follower] -= 1
            if waiting[follower] == 0:
                heapq.heappush(ready, place[follower])
    return tuple(order)


def _cycles(board: Board, graph: nx.DiGraph[str]) -> Iterator[Issue]:
    if nx.is_directed_acyclic_graph(graph):
        return
    for group in nx.strongly_connected_components(graph):
        names = [id for id in board.nodes if id in group]
        if len(names) == 1 and not graph.has_edge(names[0], names[0]):
            continue
        first = next((id for id in names if not group.issuperset(graph.predecessors(id))), names[0])
        closing = _closing(graph.subgraph(names), first)
        wires = [w for w in board.wires if (w.source, w.target) in closing]
        fixes: tuple[Fix, ...] = ()
        if len({(w.source, w.target) for w in wires}) == len(closing):
            ends = f"wire {wires[0].source} → {wires[0].target}"
            label = f"Remove the {ends if len(wires) == 1 else f'{len(wires)} wires that go back'}"
            fixes = (Fix(label, (RemoveWires(board.name, frozenset(wires)),)),)
        listed = ", ".join(names[:6]) + ("…" if len(names) > 6 else "")
        yield Issue(
            "cycle",
            "error",
            f"{listed} feed each other in a circle, so none can be computed first; remove a wire"
            if len(names) > 1
            else f"{listed} feeds itself, so it can never be computed; remove the wire",
            board.name,
            wires[0].target if wires else first,
            other=wires[0].source if wires else "",
            fixes=fixes,
        )


def _closing(graph: nx.DiGraph[str], first: str) -> set[tuple[str, str]]:
    """Edges that close circles, as a walk from `first` meets them; without them there are none."""
    found: set[tuple[str, str]] = set()
    open_nodes: set[str] = {first}
    seen, walk = {first}, [(first, iter(sorted(graph.successors(first))))]
    while walk:
        id, followers = walk[-1]
        follower = next(followers, None)
        if follower is None:
            open_nodes.discard(id)
            walk.pop()
        elif follower in open_nodes:
            found.add((id, follower))
        elif follower not in seen:
            seen.add(follower)
            open_nodes.add(follower)
            walk.append((follower, iter(sorted(graph.successors(follower)))))
    return found


def _recursion(project: Project, board: Board) -> Iterator[Issue]:
    for node in board.nodes.values():
        if board.name in project.reached(node.stands_for):
            text = f"{node.id} uses {node.stands_for}, which would hold {board.name} inside itself"
            yield Issue("recursion", "error", text, board.name, node.id)


def _wire_problems(board: Board, ports: Mapping[str, Ports]) -> Iterator[Issue]:
    for wire in board.wires:
        source = ports[wire.source].output(wire.source_port)
        target = ports[wire.target].input(wire.target_port)
        remove = (Fix("Remove the wire", (RemoveWires(board.name, frozenset({wire})),)),)
        if source is None:
            text = f"the wire {wire} starts at a port that {wire.source} does not have"
        elif target is None:
            text = f"the wire {wire} ends at a port that {wire.target} does not have"
        elif (reason := refusal(source, target)) is not None:
            text = f"the wire {wire} does not fit: {reason}"
        else:
            continue
        yield Issue(
            "wire", "error", text, board.name, wire.target, wire.target_port, wire.source, remove
        )


def _input_problems(board: Board, id: str, ports: Ports, into: Sequence[Wire]) -> Iterator[Issue]:
    for port in ports.inputs:
        wires = [wire for wire in into if wire.target_port == port.name]
        if port.many and not port.optional and len(wires) < 2:
            yield Issue(
                "missing-input",
                "error",
                f"{id} needs two wires or more into {port.name}, and has {len(wires) or 'none'}",
                board.name,
                id,
                port.name,
            )
        elif not wires and not port.optional:
            yield Issue(
                "missing-input",
                "error",
                f"nothing is wired to {id}.{port.name}",
                board.name,
                id,
                port.name,
            )
        elif len(wires) > 1 and not port.many:
            sources = " and ".join(f"{wire.source}.{wire.source_port}" for wire in wires)
            fixes = tuple(
                Fix(f"Keep {kept.source}", (RemoveWires(board.name, frozenset(wires) - {kept}),))
                for kept in wires
            )
            yield Issue(
                "doubly-fed",
                "error",
                f"{id}.{port.name} takes one wire, but {sources} feed it",
                board.name,
                id,
                port.name,
                wires[0].source,
                fixes,
            )


def _names(project: Project, board: Board) -> Iterator[Issue]:
    """A file may hold a name that the code has come to need since."""
    problem = problem_with_class(board.name)
    if problem:
        new = unused(f"{board.name}_board", project.boards)
        fix = Fix(f"Rename it {new}", (RenameBoard(board.name, new),))
        yield Issue("name", "error", problem, board.name, fixes=(fix,))
    for name in board.params:
        if problem := problem_with_class(name):
            yield Issue("name", "error", problem, board.name)
    for id in board.nodes:
        if problem := problem_with(id):
            new = unused(f"{id}_node", board.nodes)
            fix = Fix(f"Rename it {new}", (RenameNode(board.name, id, new),))
            yield Issue("name", "error", problem, board.name, id, fixes=(fix,))


def _misplaced(board: Board, types: Mapping[str, NodeType]) -> Iterator[Issue]:
    for node in board.nodes.values():
        node_type = types.get(node.type)
        if node_type is not None and board.kind not in node_type.boards:
            places = " and ".join(sorted(node_type.boards))
            text = f"{node.id}: {node.type} belongs on {places} boards, and {board.name} is not one"
            remove = Fix(f"Remove {node.id}", (RemoveNodes(board.name, frozenset({node.id})),))
            yield Issue("misplaced", "error", text, board.name, node.id, fixes=(remove,))


def _whole_training(board: Board, types: Mapping[str, NodeType]) -> Iterator[Issue]:
    if not any(with_role(board, types, "update")):
        text = f"{board.name} has no Update, so nothing would be learned; add one after a loss"
        yield Issue("no-update", "error", text, board.name)
    sources = [node.id for node in with_role(board, types, "data")]
    if not sources:
        text = f"{board.name} has no data to learn from; add a data source"
        yield Issue("no-data", "error", text, board.name)
    for id in sources[1:]:
        text = f"{id}: {board.name} already learns from {sources[0]}; keep one data source"
        yield Issue("second-data", "error", text, board.name, id, other=sources[0])


def _whole(board: Board) -> Iterator[Issue]:
    if not board.inputs:
        text = f"{board.name} has no Input, so nothing goes in; add one"
        yield Issue("no-input", "error", text, board.name)
    if not board.outputs:
        text = f"{board.name} has no Output, so nothing comes out; add one"
        yield Issue("no-output", "error", text, board.name)
    for problem in block_values(board.params, {}).problems:
        yield Issue("parameter", "error", f"{board.name}: {problem}", board.name)
