"""Asks whether code that a project holds may run."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from studio.model import trust
from studio.model.document import Document
from studio.model.files import FileError
from studio.ui.appearance.theme import Theme
from studio.ui.panels.code_panel import SourceView
from studio.ui.processes.process_link import ProcessLink
from studio.ui.window.dialogs import tell

QUESTION = (
    "{where} holds this code. It has not run here yet. Once you trust it, it runs with your rights "
    "whenever this project is checked or trained: it could read or delete your files. Trust is for "
    "this text alone; an edit asks again."
)


class TrustDialog(QDialog):
    """Shows code whole, and takes no hasty answer for a yes: the usual one is no."""

    def __init__(self, parent: QWidget, where: str, content: str, theme: Theme) -> None:
        super().__init__(parent)
        self.setObjectName("trust")
        self.setWindowTitle("Read and trust")
        self.setAccessibleName("Read and trust")
        self.resize(820, 620)
        words = QLabel(QUESTION.format(where=where))
        words.setWordWrap(True)
        self.view = SourceView(theme)
        self.view.setPlainText(content)
        self.view.setLineWrapMode(SourceView.LineWrapMode.WidgetWidth)  # nothing out of sight
        box = QDialogButtonBox()
        yes = box.addButton("Trust it", QDialogButtonBox.ButtonRole.AcceptRole)
        yes.setObjectName("trust_yes")
        no = box.addButton("Do not run it", QDialogButtonBox.ButtonRole.RejectRole)
        no.setObjectName("trust_no")
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addWidget(words)
        layout.addWidget(self.view, 1)
        layout.addWidget(box)
        yes.setAutoDefault(False)
        no.setDefault(True)


class Trusting(QObject):
    """Lets code run that the person has read."""

    def __init__(
        self,
        window: QWidget,
        document: Document,
        link: ProcessLink,
        theme: Callable[[], Theme],
    ) -> None:
        super().__init__(window)
        self._window, self._document, self._link, self._theme = window, document, link, theme

    def ask(self, board: str, node: str) -> None:
        """Show the code of a node and ask whether it may run."""
        content = self._content(board, node)
        if content:
            dialog = TrustDialog(self._window, f"{board}.{node}", content, self._theme())
            if dialog.exec() == QDialog.DialogCode.Accepted:
                self._trust(content)
            dialog.deleteLater()

    def trust(self, board: str, node: str) -> None:
        """Let the code of a node run that the person has before their eyes."""
        if content := self._content(board, node):
            self._trust(content)

    def _content(self, board: str, node: str) -> str:
        drawn = self._document.project.boards.get(board)
        return trust.content_of(drawn.nodes[node]) if drawn and node in drawn.nodes else ""

    def _trust(self, content: str) -> None:
        try:
            trust.trust(content)
        except FileError as error:
            tell(self._window, "Not trusted", str(error))
            return
        self._link.check(self._document.project)
