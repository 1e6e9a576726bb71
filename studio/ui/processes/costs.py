"""What the project costs, as far as the checker has said; asked only while somebody shows it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from studio.model.analysis import Analysis, NodeCosts
from studio.model.document import Document
from studio.model.messages import Analysed, Checked
from studio.model.project import Project
from studio.ui.processes.check_results import CheckResults
from studio.ui.processes.process_link import ProcessLink


class Costs(QObject):
    """Asks for an analysis after every check, as long as it is wanted."""

    changed = Signal()

    def __init__(self, document: Document, results: CheckResults, link: ProcessLink) -> None:
        super().__init__(results)
        self.analysis: Analysis | None = None
        """None until there is one of this project."""
        self._results, self._link = results, link
        self._wanting: set[str] = set()
        link.checked.connect(self._checked)
        link.analysed.connect(self._analysed)
        document.subscribe(self._document_changed)

    def want(self, who: str, wanted: bool) -> None:
        """Say that somebody shows costs, or does no more."""
        before = bool(self._wanting)
        (self._wanting.add if wanted else self._wanting.discard)(who)
        if self._wanting and not before and self._results.checked:
            self._link.analyse()

    def of(self, board: str, node: str) -> NodeCosts | None:
        """What is known of one node."""
        return self.analysis.nodes.get(board, {}).get(node) if self.analysis else None

    def _checked(self, message: Checked) -> None:
        if self._wanting:
            self._link.analyse()

    def _analysed(self, message: Analysed) -> None:
        self.analysis = message.analysis
        self.changed.emit()

    def _document_changed(self, before: Project | None, after: Project) -> None:
        if before is None:
            self.analysis = None
            self.changed.emit()
