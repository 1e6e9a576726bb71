"""What a fix would change, to be seen and read before it is taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from nodes.declare import NodeType
from studio.model.delta import between
from studio.model.layout.card_text import short
from studio.model.names import with_article
from studio.model.operations.drawn_board import DrawnBoard
from studio.model.operations.edited import Refusal
from studio.model.operations.fixes import apply_fix
from studio.model.project import Board, Node, Project, Wire
from studio.model.report import Fix


@dataclass(frozen=True, slots=True)
class BoardChanges:
    """What comes to a board and what goes, by the ids that nodes have after and before. `said` are
    nodes that stay, and what changes about them, in words (`kernel_size 5 → 3`)."""

    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    wired: tuple[Wire, ...] = ()
    unwired: tuple[Wire, ...] = ()
    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Preview:
    """The project after a fix, what is new on each board that changes, and all of it in words."""

    fix: Fix
    project: Project
    boards: Mapping[str, BoardChanges]
    effect: str


def preview(
    project: Project, fix: Fix, types: Mapping[str, NodeType], drawn: DrawnBoard | None = None
) -> Preview:
    """What taking the fix would do, on the drawn board with the room that it makes. Raises Refusal
    where the fix is out of date."""
    after = apply_fix(project, fix, drawn).project
    delta = between(project, after)
    boards: dict[str, BoardChanges] = {}
    told: list[str] = []
    for name in delta.boards:
        changes = _changes(project.boards[name], after.boards[name], types)
        if changes != BoardChanges():
            boards[name] = changes
            words = _words(changes, project.boards[name], after.boards[name])
            here = drawn is not None and drawn.name == name
            told += words if here else (f"on {name}, {text}" for text in words)
    told += [f"adds {name}" for name in after.boards.keys() - project.boards.keys()]
    told += [f"takes {name} away" for name in project.boards.keys() - after.boards.keys()]
    effect = "; ".join(told) or "nothing that is drawn changes"
    return Preview(fix, after, boards, f"{effect[0].upper()}{effect[1:]}.")


def effect_of(project: Project, fix: Fix, types: Mapping[str, NodeType]) -> str:
    """What a fix does, in a sentence; that it is out of date, where it is."""
    try:
        return preview(project, fix, types).effect
    except Refusal as refusal:
        return str(refusal)


def _changes(before: Board, after: Board, types: Mapping[str, NodeType]) -> BoardChanges:
    now = {node.uid: node for node in before.nodes.values()}
    stays = {node.id for node in after.nodes.values() if node.uid in now}
    kept = {node.uid for node in after.nodes.values()}
    said = {
        id: words
        for id in after.nodes
        if id in stays
        and (words := tuple(_differences(now[after.nodes[id].uid], after.nodes[id], types)))
    }
    return BoardChanges(
        frozenset(after.nodes.keys() - stays),
        frozenset(node.id for node in before.nodes.values() if node.uid not in kept),
        tuple(wire for wire in after.wires if wire not in before.wires),
        tuple(wire for wire in before.wires if wire not in after.wires),
        said,
    )


def _differences(before: Node, after: Node, types: Mapping[str, NodeType]) -> Iterator[str]:
    if before is after:
        return
    if before.id != after.id:
        yield f"{before.id} → {after.id}"
    if before.type != after.type:
        yield f"{before.type} → {after.type}"
    if before.uses != after.uses:
        yield f"weights of its own → of {after.uses}" if after.uses else "weights of its own"
    found = types.get(after.type)
    for name in dict.fromkeys((*before.params, *after.params)):
        old, new = (_told(node, name, types) for node in (before, after))
        if old != new and (found is None or found.name == before.type or name in after.params):
            yield f"{name} {old} → {new}"


def _told(node: Node, name: str, types: Mapping[str, NodeType]) -> str:
    """The value of a parameter as a card shows it."""
    found = types.get(node.type)
    param = found.param(name) if found else None
    value = node.params.get(name, param.default if param else None)
    if value is None or value == "":
        return "empty"
    return short(value, param) if param else str(value)


def _words(changes: BoardChanges, before: Board, after: Board) -> Iterator[str]:
    for id in sorted(changes.removed):
        yield f"takes {id} out"
    for id in sorted(changes.added):
        kind = with_article(after.nodes[id].type)
        into, out = after.into(id), after.out_of(id)
        between_them = f" between {into[0].source} and {out[0].target}" if into and out else ""
        yield f"adds {id}, {kind},{between_them}".rstrip(",")
    for id, words in changes.said.items():
        yield f"changes {id}: {', '.join(words)}"
    new = changes.added
    for wire in changes.wired:
        if not {wire.source, wire.target} & new:
            yield f"wires {wire.source} to {wire.target}"
    gone = changes.removed
    for wire in changes.unwired:
        past = new and any(w.target == wire.target for w in changes.wired)
        if not {wire.source, wire.target} & gone and not past:
            yield f"takes the wire from {wire.source} to {wire.target} away"
