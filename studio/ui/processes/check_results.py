"""What the checker has said so far, for all panels to read."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

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
        self.reports: dict[str, dict[str, NodeReport]] = {}
        self.checked = False
        """Whether the checker has said all there is to say of this project, once at least."""
        self.issues: tuple[Issue, ...] = ()
        self.totals: Mapping[str, Totals] = {}
        self.sources: dict[str, BoardSource] = {}
        self.stale: frozenset[str] = frozenset()
        """Boards with errors: their source is the last good one."""
        link.nodes_checked.connect(self._nodes)
        link.checked.connect(self._checked)
        link.source_ready.connect(self._sources)
        document.subscribe(self._changed)

    def report(self, board: str, node: str) -> NodeReport | None:
        """What is known of one node."""
        return self.reports.get(board, {}).get(node)

    def issues_of(self, board: str, node: str | None = None) -> tuple[Issue, ...]:
        """Issues of a board, or of one of its nodes."""
        return tuple(i for i in self.issues if i.board == board and node in (None, i.node))

    def _changed(self, before: Project | None, after: Project) -> None:
        if before is None:
            self.checked, self.reports, self.issues, self.totals = False, {}, (), {}
            self.sources, self.stale = {}, frozenset()
            self.issues_changed.emit()

    def _nodes(self, message: NodesChecked) -> None:
        board = self.reports.setdefault(message.board, {})
        board.update(message.reports)
        for node in message.gone:
            board.pop(node, None)
        self.reports_changed.emit(message.board, message.reports, message.gone)

    def _checked(self, message: Checked) -> None:
        self.checked = True
        self.issues, self.totals = message.issues, message.totals
        self.stale = frozenset(i.board for i in message.issues if i.severity == "error")
        self.issues_changed.emit()

    def _sources(self, message: SourceReady) -> None:
        self.sources.update(message.sources)
        self.sources_changed.emit(frozenset(message.sources))
