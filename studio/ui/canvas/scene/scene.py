"""A board laid out: cards, courses of wires, and what the checker says of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF

from nodes.declare import NodeType
from studio.model.delta import between
from studio.model.layout.cards import PORT_REACH, WIDTH, Box, NodeCard, PortAt, bounds, card_of
from studio.model.operations.drawn_board import DrawnBoard
from studio.model.project import Board, Project, Wire
from studio.model.report import Issue, NodeReport, Signal
from studio.model.shared_weights import shared_weights
from studio.ui.canvas.scene.box_table import BoxTable
from studio.ui.canvas.scene.heat import Heat
from studio.ui.canvas.scene.wire_routing import Curve, route


class Scene:
    """What the canvas shows of a board, kept up to date by differences."""

    def __init__(self, name: str, types: Mapping[str, NodeType]) -> None:
        self.name = name
        self.types = types
        self.board = Board(name, "network")
        self.cards: dict[str, NodeCard] = {}
        self.curves: dict[Wire, Curve] = {}
        self.boxes: BoxTable[str] = BoxTable()
        self.wire_boxes: BoxTable[Wire] = BoxTable()
        self.reports: dict[str, NodeReport] = {}
        self.issues: dict[str, list[Issue]] = {}
        self.shared: Mapping[str, str] = {}
        """What there is to say of nodes that share weights."""
        self.heat: Heat | None = None
        """What nodes are coloured by, where not by their kind."""
        self._wired: dict[str, set[tuple[str, bool]]] = {}
        self.version = 0
        """Changes whenever something looks or lies different."""

    def drawn(self, project: Project) -> DrawnBoard:
        """The board for operations on it: cards lie where they are shown."""
        return DrawnBoard(project, self.name, self.types, self.cards, self.reports)

    def show(self, project: Project) -> None:
        """Lay out the whole board anew."""
        self.board = project.boards.get(self.name, Board(self.name, "network"))
        self.cards.clear()
        self.curves.clear()
        self.boxes, self.wire_boxes = BoxTable(), BoxTable()
        self._wired = {}
        self._note_wired(self.board.nodes)
        self.shared = shared_weights(self.board)
        for node in self.board.nodes.values():
            self._lay(card_of(project, self.board, node, self.types))
        for wire in self.board.wires:
            self._route(wire)
        self.version += 1

    def change(self, before: Project, after: Project) -> None:
        """Follow an edit. Reports of nodes that went are kept: an undo may bring them back before
        the checker has looked, and it only tells of differences."""
        delta = between(before, after)
        if self.name in delta.whole or self.name not in after.boards:
            self.show(after)
            return
        self.board = after.boards[self.name]
        edit = delta.boards.get(self.name)
        if edit is not None and (edit.changed or edit.removed):
            self.shared = shared_weights(self.board)
        removed = edit.removed if edit else frozenset()
        stale = set(edit.changed) if edit else set()
        stale |= set(self._using(delta.touched - {self.name}))
        old_wires = set(self.curves)
        new_wires = old_wires if edit is None or edit.wires is None else set(edit.wires)
        ends = {id for wire in old_wires ^ new_wires for id in (wire.source, wire.target)}
        stale |= ends & self.board.nodes.keys()
        self._note_wired(ends)
        for wire in old_wires - new_wires:
            del self.curves[wire]
            self.wire_boxes.remove(wire)
        moved = [self.cards[id].box for id in (stale | removed) if id in self.cards]
        for id in removed & self.cards.keys():
            del self.cards[id]
            self.boxes.remove(id)
        for id in stale:
            self._lay(card_of(after, self.board, self.board.nodes[id], self.types))
        moved += [self.cards[id].box for id in stale]
        self._reroute(stale, moved, new_wires - old_wires)
        self.version += 1

    def move(self, places: Mapping[str, tuple[float, float]]) -> None:
        """Show nodes elsewhere while they are dragged."""
        boxes = []
        for id, (x, y) in places.items():
            card = self.cards[id]
            boxes.append(card.box)
            card.x, card.y = x, y
            self.boxes.put(id, card.box)
            boxes.append(card.box)
        self._reroute(places.keys(), boxes if len(places) <= 50 else [], ())
        self.version += 1

    def warm(self, heat: Heat | None) -> None:
        """Colour nodes by this."""
        if heat != self.heat:
            self.heat = heat
            self.version += 1

    def report(self, reports: Mapping[str, NodeReport], gone: Iterable[str]) -> None:
        """Merge what the checker found."""
        for id in gone:
            self.reports.pop(id, None)
        self.reports.update(reports)

    def blame(self, issues: Sequence[Issue]) -> None:
        """Replace the issues by those of this board."""
        self.issues = {}
        for issue in issues:
            for board, node in issue.places:
                if board == self.name and node:
                    self.issues.setdefault(node, []).append(issue)
        self.version += 1

    def wired(self, id: str) -> frozenset[tuple[str, bool]]:
        """Ports of a node that hold a wire: name, and whether it is an output."""
        return frozenset(self._wired.get(id, ()))

    def signal(self, wire: Wire) -> Signal | None:
        """What a wire carries, where that is known."""
        report = self.reports.get(wire.source)
        return report.outputs.get(wire.source_port) if report else None

    def card_at(self, point: QPointF) -> NodeCard | None:
        """The uppermost card there."""
        x, y = point.x(), point.y()
        found = self.boxes.touching((x, y, x, y))
        return self.cards[found[-1]] if found else None

    def port_at(self, point: QPointF, reach: float = PORT_REACH) -> PortAt | None:
        """The nearest port within reach."""
        x, y = point.x(), point.y()
        best, least = None, reach**2
        for id in self.boxes.touching((x - reach, y - reach, x + reach, y + reach)):
            card = self.cards[id]
            for output, offsets in ((False, card.inputs), (True, card.outputs)):
                for name, (dx, dy) in offsets.items():
                    gap = (card.x + dx - x) ** 2 + (card.y + dy - y) ** 2
                    if gap <= least:
                        best, least = PortAt(id, name, output), gap
        return best

    def wire_at(self, point: QPointF, reach: float) -> Wire | None:
        """The nearest wire within reach."""
        x, y = point.x(), point.y()
        near = self.wire_boxes.touching((x - reach, y - reach, x + reach, y + reach))
        far = [(self.curves[wire].distance(x, y), i, wire) for i, wire in enumerate(near)]
        best = min(far, default=None)
        return best[2] if best and best[0] <= reach else None

    def bounds(self, ids: Iterable[str] = ()) -> Box | None:
        """The box around some nodes, or around everything."""
        chosen = [self.cards[id] for id in ids if id in self.cards]
        return bounds(chosen) if chosen else self.boxes.bounds()

    def _lay(self, card: NodeCard) -> None:
        self.cards[card.node.id] = card
        self.boxes.put(card.node.id, card.box)

    def _route(self, wire: Wire) -> None:
        source, target = self.cards.get(wire.source), self.cards.get(wire.target)
        if source is None or target is None:
            return
        port = source.port(wire.source_port, True)
        direct = Curve(
            *source.place(wire.source_port, True),
            *target.place(wire.target_port, False),
            kind=port.kind if port else "any",
            broken=port is None or not target.has(wire.target_port, False),
        )
        curve = route(direct, self.boxes)
        self.curves[wire] = curve
        self.wire_boxes.put(wire, curve.box)

    def _reroute(self, ids: Iterable[str], boxes: Iterable[Box], more: Iterable[Wire]) -> None:
        """Route wires of some nodes again, and wires that pass places that changed."""
        known = set(ids)
        wires = set(more)
        if known:
            wires |= {w for w in self.curves if w.source in known or w.target in known}
        for left, top, right, bottom in boxes:
            wires.update(self.wire_boxes.touching((left - 20, top - 20, right + 20, bottom + 20)))
        for wire in wires:
            self._route(wire)

    def _note_wired(self, ids: Collection[str]) -> None:
        """Note anew which ports of some nodes hold wires."""
        for id in ids:
            self._wired.pop(id, None)
        for wire in self.board.wires if ids else ():
            if wire.source in ids:
                self._wired.setdefault(wire.source, set()).add((wire.source_port, True))
            if wire.target in ids:
                self._wired.setdefault(wire.target, set()).add((wire.target_port, False))

    def _using(self, boards: frozenset[str]) -> list[str]:
        if not boards:
            return []
        return [id for id, node in self.board.nodes.items() if node.stands_for in boards]


def rect_of(card: NodeCard) -> QRectF:
    """What a card covers."""
    return QRectF(card.x, card.y, WIDTH, card.height)


def port_point(card: NodeCard, port: str, output: bool) -> QPointF:
    """Where a port of a card lies."""
    return QPointF(*card.place(port, output))
