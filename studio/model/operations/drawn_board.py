"""What operations need to know of a board besides the project it is part of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from nodes.declare import NodeType, Port
from studio.model.edits import RemoveWires
from studio.model.layout.cards import NodeCard, PortAt, cards_of
from studio.model.operations.edited import Refusal
from studio.model.project import Board, Project, Wire
from studio.model.report import NodeReport, Signal


@dataclass(frozen=True)
class DrawnBoard:
    """One board of a project: the node types there are, where its cards lie, and what the checker
    has said of its nodes so far."""

    project: Project
    name: str
    types: Mapping[str, NodeType]
    cards: Mapping[str, NodeCard]
    reports: Mapping[str, NodeReport] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        project: Project,
        name: str,
        types: Mapping[str, NodeType],
        reports: Mapping[str, NodeReport] | None = None,
    ) -> DrawnBoard:
        """Lay a board out where no canvas has done so. Raises Refusal where there is none."""
        board = project.boards.get(name)
        if board is None:
            known = ", ".join(project.boards) or "none yet"
            raise Refusal(f"There is no board '{name}'; there are: {known}.")
        return cls(project, name, types, cards_of(project, board, types), reports or {})

    @property
    def board(self) -> Board:
        """The board itself."""
        return self.project.boards[self.name]

    def without(self, wire: Wire) -> DrawnBoard:
        """The same less a wire."""
        return replace(self, project=RemoveWires(self.name, frozenset({wire})).apply(self.project))

    def port(self, at: PortAt) -> Port | None:
        """The declaration of a port; None where the node has no such port."""
        card = self.cards.get(at.node)
        return card.port(at.port, at.output) if card else None

    def signal(self, wire: Wire) -> Signal | None:
        """What a wire carries, where that is known."""
        report = self.reports.get(wire.source)
        return report.outputs.get(wire.source_port) if report else None

    def wired(self, id: str) -> frozenset[tuple[str, bool]]:
        """Ports of a node that hold a wire: name, and whether it is an output."""
        into = {(wire.target_port, False) for wire in self.board.into(id)}
        return frozenset(into | {(wire.source_port, True) for wire in self.board.out_of(id)})
