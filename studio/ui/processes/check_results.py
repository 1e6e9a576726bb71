"""What the checker has said so far, for all panels to read."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from studio.model.board_path import BoardPath
from studio.model.document import Document
from studio.model.messages import Checked, NodesChecked, SourceReady
from studio.model.project import Project
from studio.model.report import BoardSource, Issue, NodeReport, Totals
from studio.ui.processes.process_link import ProcessLink


class CheckResults(QObject):
    """Keeps reports, issues, totals and sources as they come, and tells who shows them."""

    reports_changed = Signal(str, object, object)
    """Board, new reports by node, nodes that have none any more."""
    issues_changed = Signal()
    """Issues and totals are new."""
    sources_changed = Signal(object)
    """Names of the boards whose source is new."""

    def __init__(
        self, document: Document, link: ProcessLink, parent: QObject | None = None
    ) -> None:
        """Made before all that shows the results: when another project is opened, they are gone
        before anything looks."""
        super().__init__(parent)
        self._by_itself: dict[str, dict[str, NodeReport]] = {}
        self._place: BoardPath | None = None
        self._inside: dict[str, NodeReport] = {}
        """Reports at the place that is looked into."""
        self._document, self._link = document, link
        self.checked = False
        """Whether the checker has said all there is to say of this project, once at least."""
        self.issues: tuple[Issue, ...] = ()
        self._totals: Mapping[str, Totals] = {}
        self._totals_inside: Mapping[BoardPath, Totals] = {}
        self.silenced: tuple[Issue, ...] = ()
        """Warnings that the person does not want to be told."""
        self.sources: dict[str, BoardSource] = {}
        self.stale: frozenset[str] = frozenset()
        """Boards with errors: their source is the last good one."""
        link.nodes_checked.connect(self._nodes)
        link.checked.connect(self._checked)
        link.source_ready.connect(self._sources)
        document.subscribe(self._changed)

    def look_into(self, place: BoardPath) -> None:
        """Tell of the board at a place as it is there; of all others as they are by themselves."""
        wanted = place if place.way else None
        if wanted != self._place:
            self._place, self._inside = wanted, {}
            self._link.look_into(wanted)

    def reports_of(self, board: str) -> Mapping[str, NodeReport]:
        """What is known of the nodes of a board: at the place that is looked into, if that is where
        it is."""
        inside = board == self._board_inside
        return self._inside if inside else self._by_itself.get(board, {})

    def totals_of(self, board: str) -> Totals | None:
        """Counts of a board, likewise."""
        if self._place is not None and board == self._board_inside:
            return self._totals_inside.get(self._place)
        return self._totals.get(board)

    def report(self, board: str, node: str) -> NodeReport | None:
        """What is known of one node."""
        return self.reports_of(board).get(node)

    def issues_of(self, board: str, node: str | None = None) -> tuple[Issue, ...]:
        """Issues of a board, or of one of its nodes."""
        return tuple(
            issue
            for issue in self.issues
            if any(where == board and node in (None, id) for where, id in issue.places)
        )

    def _changed(self, before: Project | None, after: Project) -> None:
        if before is None:
            self.checked, self.issues = False, ()
            self._totals, self._totals_inside = {}, {}
            self._by_itself, self._place, self._inside = {}, None, {}
            self.sources, self.stale, self.silenced = {}, frozenset(), ()
            self.issues_changed.emit()

    @property
    def _board_inside(self) -> str:
        """The board at the place that is looked into; empty where that is none."""
        project, place = self._document.project, self._place
        boards = place.boards(project) if place is not None else []
        return boards[-1].name if place is not None and len(boards) > len(place.way) else ""

    def _nodes(self, message: NodesChecked) -> None:
        board, inside = message.board, self._board_inside
        if not message.way:
            known = self._by_itself.setdefault(board, {})
            shown = board != inside
        elif shown := message.path == self._place and bool(inside):
            board, known = inside, self._inside
        else:
            return  # of a place that was looked into before
        known.update(message.reports)
        for node in message.gone:
            known.pop(node, None)
        if shown:
            self.reports_changed.emit(board, message.reports, message.gone)

    def _checked(self, message: Checked) -> None:
        self.checked = True
        self.issues = message.issues
        self._totals, self._totals_inside = message.totals, message.inside
        self.silenced = message.silenced
        self.stale = frozenset(i.board for i in message.issues if i.severity == "error")
        self.issues_changed.emit()

    def _sources(self, message: SourceReady) -> None:
        self.sources.update(message.sources)
        self.sources_changed.emit(frozenset(message.sources))
