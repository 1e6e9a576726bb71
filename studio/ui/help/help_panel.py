"""What a node type is and computes: formula, picture, shapes, parameters, code, where to read on.
Follows the selected node while it is open."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QImage, QResizeEvent, QShowEvent, QTextOption
from PySide6.QtWidgets import QTextBrowser, QVBoxLayout, QWidget

from nodes.declare import NodeType
from studio.model.document import Document
from studio.model.expression import Expression
from studio.model.messages import ExplainType, TypeExplained
from studio.model.ports import ports_of
from studio.model.project import Board, Node
from studio.model.type_help import Illustration, TypeHelp
from studio.model.values import Raw, Value
from studio.ui.appearance.theme import Theme
from studio.ui.help.drawing_images import drawn
from studio.ui.help.help_page import NodeContext, page
from studio.ui.processes.check_results import CheckResults
from studio.ui.processes.process_link import ProcessLink

MARGIN = 12
SMALLEST = 0.55
"""Share of their size to which wide drawings shrink at most."""
UNKNOWN = "<p>This Netloom does not know the type; it is kept and saved as it is.</p>"
NOTHING = (
    "<p>Select a node, or point at a row of the palette and press <b>?</b>, to read here what it"
    " computes.</p>"
)


class HelpText(QTextBrowser):
    """The page. Links open in the system's browser."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("help_text")
        self.setAccessibleName("Help")
        self.setOpenLinks(False)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDocumentMargin(MARGIN)
        self.anchorClicked.connect(self._open)
        self._images: dict[str, QImage] = {}

    def show_page(self, html: str, images: Mapping[str, QImage]) -> None:
        """Show a page with its images, scrolled as far as the one before."""
        bar = self.verticalScrollBar()
        scrolled = bar.value()
        self._images = dict(images)
        self.setHtml(html)
        bar.setValue(scrolled)

    def loadResource(self, type: int, name: QUrl | str) -> object:
        """The images of the page; nothing is read from elsewhere."""
        return self._images.get(QUrl(name).toString())

    def _open(self, address: QUrl) -> None:
        if address.scheme() in ("http", "https"):
            QDesktopServices.openUrl(address)


class HelpPanel(QWidget):
    """Shows a type, as the palette offers it, or a node with its own values and shapes."""

    def __init__(
        self,
        document: Document,
        types: Mapping[str, NodeType],
        results: CheckResults,
        link: ProcessLink,
        theme: Theme,
    ) -> None:
        super().__init__()
        self.setObjectName("help")
        self.setAccessibleName("Help")
        self._document, self._types = document, types
        self._results, self._link, self._theme = results, link, theme
        self._known: dict[ExplainType, TypeHelp] = {}
        self._asked: set[ExplainType] = set()
        self._asked_again: set[ExplainType] = set()
        self._type = ""
        self._place: tuple[str, str] | None = None
        self._shown: object = None
        self._images: dict[str, QImage] = {}
        self.text = HelpText()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text)
        link.type_explained.connect(self._explained)
        link.checker_gone.connect(self._unanswered)
        results.reports_changed.connect(lambda board, reports, gone: self.refresh())
        results.sources_changed.connect(lambda boards: self.refresh())
        document.subscribe(lambda before, after: self.refresh())
        self.refresh()

    def show_type(self, name: str) -> None:
        """Show a type."""
        self._type, self._place = name, None
        self.refresh()

    def show_node(self, board: str, id: str) -> None:
        """Show a node."""
        self._place = board, id
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self._shown = None
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._shown = None
            self.refresh()

    # ---- the page ------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show what is known now, if anybody looks."""
        if not self.isVisible():
            return
        board, node = self._node()
        found = self._types.get(node.type if node else self._type)
        self._type = node.type if node else self._type
        if found is None:
            self.text.show_page(UNKNOWN if self._type else NOTHING, {})
            return
        question = ExplainType(found.name, _plain(found, node.params if node else {}))
        context = self._context(board, node) if board and node else None
        shown = (question, context, question in self._known, found)
        if shown == self._shown:
            return
        self._shown = shown
        self._ask(question)
        self._images.clear()
        html = page(found, self._known.get(question), context, self._theme, self._add)
        self.text.show_page(html, self._images)

    def _node(self) -> tuple[Board | None, Node | None]:
        name, id = self._place or ("", "")
        board = self._document.project.boards.get(name)
        return board, board.nodes.get(id) if board else None

    def _context(self, board: Board, node: Node) -> NodeContext:
        ports = ports_of(self._document.project, board, node, self._types)
        report = self._results.report(board.name, node.id)
        source = self._results.sources.get(board.name)
        lines = source.text.split("\n") if source else []
        own = source.lines.get(node.id, ()) if source else ()
        code = "\n".join(lines[number - 1].strip() for number in own if number <= len(lines))
        return NodeContext(node.id, ports, report, node.params, code)

    def _ask(self, question: ExplainType) -> None:
        if question not in self._known and question not in self._asked:
            self._asked.add(question)
            self._link.explain(question)

    def _unanswered(self) -> None:
        """The checker is gone: ask once more what it was asked. What it ends by twice is left."""
        for question in self._asked & self._asked_again:
            self._known[question] = TypeHelp()
        self._asked_again |= self._asked
        self._asked.clear()
        self._shown = None
        self.refresh()

    def _explained(self, message: TypeExplained) -> None:
        self._asked.discard(message.asked)
        self._known[message.asked] = message.help
        self.refresh()

    def _add(self, drawing: Illustration, indent: int) -> str:
        """Make a drawing part of the document, no wider than there is room for."""
        room = self.text.viewport().width() - 2 * MARGIN - indent - 4
        share = max(SMALLEST, min(1.0, room / drawing.width))
        image = drawn(drawing, self._theme, self.devicePixelRatioF(), share)
        name = f"drawing:{image.cacheKey()}"
        self._images[name] = image
        width, height = round(drawing.width * share), round(drawing.height * share)
        return f"<img src='{name}' width='{width}' height='{height}'>"


def _plain(found: NodeType, params: Mapping[str, Value]) -> tuple[tuple[str, Value], ...]:
    """Values that pictures depend on and that need no working out."""
    if not found.curve and not found.window:
        return ()
    kept = {name: value for name, value in params.items() if not _worked_out(value)}
    return tuple(sorted(kept.items()))


def _worked_out(value: Value) -> bool:
    if isinstance(value, tuple):
        return any(map(_worked_out, value))
    return isinstance(value, Expression | Raw)
