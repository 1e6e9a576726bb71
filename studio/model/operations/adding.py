"""Adding a node: in a free place, on a wire, or at a wire's loose end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from nodes.declare import NodeType
from studio.model.edits import AddNode, AddWire
from studio.model.layout.cards import NodeCard, PortAt, card_of, to_grid
from studio.model.names import problem_with, stem, unused
from studio.model.operations.bringing import bring_block
from studio.model.operations.drawn_board import DrawnBoard
from studio.model.operations.edited import Edited, Refusal, sentence
from studio.model.operations.insertion import ends_on, insert
from studio.model.operations.wiring import first_fit, wire_between
from studio.model.project import USES_BOARD, Board, Node, Project, Wire
from studio.model.values import Value


@dataclass(frozen=True, slots=True)
class NewNode:
    """A node to be made: its type, parameters that differ from the defaults, its name where one
    is asked for, and the project that the block comes from where it is of another one."""

    type: str
    params: Mapping[str, Value] = field(default_factory=dict)
    id: str = ""
    source: Project | None = None


def brought(drawn: DrawnBoard, new: NewNode) -> tuple[DrawnBoard, NewNode]:
    """The board in a project that has the node's block, and the node by what it is called there.
    Raises Refusal."""
    if new.source is None:
        return drawn, new
    param = USES_BOARD[new.type]
    project, name = bring_block(drawn.project, new.source, str(new.params[param]))
    if drawn.name in project.reached(name):
        raise Refusal(f"{drawn.name} cannot hold {name}, which holds {drawn.name} itself.")
    params = {**new.params, param: name}
    return replace(drawn, project=project), replace(new, params=params, source=None)


def why_not_here(drawn: DrawnBoard, new: NewNode) -> str | None:
    """Why a node cannot be added to a board, as a sentence, or None where it can."""
    found, kind = drawn.types.get(new.type), drawn.board.kind
    if found is None:
        return f"There is no node type '{new.type[:40]}'."
    if kind not in found.boards:
        return f"{new.type} does not belong on a {kind} board."
    try:
        brought(drawn, new)
    except Refusal as refusal:
        return str(refusal)
    problem = problem_with(new.id) if new.id else None
    if problem is None and new.id in drawn.board.nodes:
        problem = f"'{new.id}' is the name of another node here: choose another"
    return problem and sentence(problem)


def add(
    drawn: DrawnBoard,
    new: NewNode,
    at: tuple[float, float],
    wire: Wire | None = None,
    start: PortAt | None = None,
) -> Edited:
    """Add a node with its top left corner near a place: into a wire, or wired to a port so that
    its own port lies there; where it fits neither, it only stands there. Raises Refusal."""
    problem = why_not_here(drawn, new)
    if problem is not None:
        raise Refusal(problem)
    drawn, new = brought(drawn, new)
    node = _made(drawn.board, new, drawn.types[new.type], to_grid(*at))
    label = f"Add {new.type}"
    added = AddNode(drawn.name, node).apply(drawn.project)
    card = card_of(added, added.boards[drawn.name], node, drawn.types)
    if wire is not None and ends_on(drawn, wire, card.ports) is not None:
        return insert(drawn, node, wire, label)
    if start is not None and drawn.port(start) is not None:
        return _at_end(drawn, card, at, start, label)
    return Edited(label, added, frozenset({node.id}))


def _made(board: Board, new: NewNode, found: NodeType, at: tuple[float, float]) -> Node:
    """The node, of a name that is free: one that stands for a board is called like it."""
    used = new.params.get(USES_BOARD.get(new.type, ""))
    name = used if isinstance(used, str) else stem(found)
    return Node(new.id or unused(name, board.nodes), new.type, new.params, at)


def _at_end(
    drawn: DrawnBoard, card: NodeCard, at: tuple[float, float], start: PortAt, label: str
) -> Edited:
    """The node wired to a port: its first port that fits lies at the place."""
    node, own = card.node, drawn.port(start)
    fit = first_fit(card.ports, own, start.output) if own is not None else None
    if own is not None and fit is not None:
        dx, dy = (card.inputs if start.output else card.outputs)[fit.name]
        node = replace(node, at=to_grid(at[0] - dx, at[1] - dy))
    project = AddNode(drawn.name, node).apply(drawn.project)
    if own is not None and fit is not None:
        wire = wire_between(start, PortAt(node.id, fit.name, not start.output))
        several = fit.many if start.output else own.many
        project = AddWire(drawn.name, wire, several).apply(project)
    return Edited(label, project, frozenset({node.id}))
