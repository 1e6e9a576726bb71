"""One tab: a board, and the blocks that were entered from it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nodes.declare import NodeType
from studio.model.board_path import BoardPath
from studio.model.document import Document
from studio.model.library import Library
from studio.model.operations.block_node import times_used
from studio.ui.appearance.theme import Theme
from studio.ui.canvas.canvas import Canvas
from studio.ui.canvas.scene.viewport import Viewport
from studio.ui.processes.check_results import CheckResults
from studio.ui.window.breadcrumb import Breadcrumb, Crumb


class BoardPage(QWidget):
    """Shows the board at `path`: its own, one that was entered from there, or a block that stands
    nowhere. Canvases of the boards on the way are kept; of others, what part of them was seen."""

    canvas_made = Signal(object)
    board_wanted = Signal(str)
    """A board that has a tab of its own."""
    went = Signal()
    """Another board is shown."""

    def __init__(
        self,
        board: str,
        document: Document,
        types: Mapping[str, NodeType],
        library: Library,
        results: CheckResults,
        theme: Theme,
    ) -> None:
        super().__init__()
        self.root = board
        self.path = BoardPath(board)
        self._document, self._types, self._library = document, types, library
        self._results, self._theme = results, theme
        self._canvases: dict[BoardPath, Canvas] = {}
        self._seen: dict[BoardPath, Viewport | None] = {}
        self.crumbs = Breadcrumb(theme)
        self.crumbs.gone_to.connect(lambda place: self.go(self._way()[place]))
        self._place = QVBoxLayout(self)
        self._place.setContentsMargins(0, 0, 0, 0)
        self._place.setSpacing(0)
        self._place.addWidget(self.crumbs)

    # ---- what is shown -------------------------------------------------------------------------

    @property
    def board(self) -> str:
        """Name of the board that is shown."""
        boards = self.path.boards(self._document.project)
        return boards[-1].name if boards else self.root

    @property
    def canvas(self) -> Canvas | None:
        """The canvas that is shown; None until the tab was."""
        return self._canvases.get(self.path)

    @property
    def canvases(self) -> list[Canvas]:
        """All canvases that are kept."""
        return list(self._canvases.values())

    @property
    def entrance(self) -> tuple[Canvas, str] | None:
        """The canvas one came from, and the node on it that one came through."""
        nodes = self.path.nodes(self._document.project)
        return (self._canvas_at(self.path.out()), nodes[-1].id) if nodes else None

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.crumbs.set_theme(theme)
        for canvas in self.canvases:
            canvas.set_theme(theme)

    def show_reports(self) -> None:
        """Show what is known of the board here."""
        self._results.look_into(self.path)
        if self.canvas is not None:
            self.canvas.set_reports(self._results.reports_of(self.board))

    # ---- going in and out ----------------------------------------------------------------------

    def enter(self, id: str) -> None:
        """Go into the block that a node of the board that is shown stands for."""
        project = self._document.project
        node = project.boards[self.board].nodes[id]
        if node.role == "block":
            self.go(self.path.into(node))
        else:
            self.board_wanted.emit(node.stands_for)

    def leave(self) -> None:
        """Go back to where one came from, and select what one came through."""
        way = self._way()
        if len(way) > 1:
            through = self.path.nodes(self._document.project)[-1:]
            self.go(way[-2])
            if self.canvas is not None:
                self.canvas.select(node.id for node in through)

    def go(self, path: BoardPath) -> None:
        """Show the board at a path."""
        if path != self.path:
            self.path = path
            self.draw()
            self.went.emit()

    def draw(self) -> None:
        """Show the canvas of the board at the path."""
        names = {path: path.boards(self._document.project)[-1].name for path in self._way()}
        for path, canvas in list(self._canvases.items()):
            if names.get(path) != canvas.board:
                self._discard(path)
        shown = self._canvas_at(self.path)
        focused = any(canvas.hasFocus() for canvas in self.canvases)
        for canvas in self.canvases:
            canvas.setVisible(canvas is shown)
        if focused:
            shown.setFocus()
        self._show_way()
        self.show_reports()

    def follow(self) -> bool:
        """Stay where one is as far as the project still leads there; True where another board is
        shown then."""
        project, canvas = self._document.project, self.canvas
        path = self.path.within(project)
        self.path = path if path.root in project.boards else BoardPath(self.root)
        if canvas is None:
            return False
        if canvas is self.canvas and canvas.board == self.board:
            self._show_way()
            return False
        self.draw()
        return True

    def _way(self) -> list[BoardPath]:
        """The paths to all boards on the way, the tab's own first."""
        path = self.path
        own = [BoardPath(self.root)] if path.root != self.root else []
        return [*own, *(path.out(steps) for steps in range(len(path.way), -1, -1))]

    def _show_way(self) -> None:
        project = self._document.project
        crumbs = []
        for path in self._way():
            nodes, board = path.nodes(project), path.boards(project)[-1].name
            crumbs.append(Crumb(board, nodes[-1]) if nodes else Crumb(board))
        inside = len(crumbs) > 1
        self.crumbs.show_way(crumbs, times_used(project, crumbs[-1].board) if inside else 0)

    def _canvas_at(self, path: BoardPath) -> Canvas:
        if path not in self._canvases:
            self._canvases[path] = self._make(path)
        return self._canvases[path]

    def _make(self, path: BoardPath) -> Canvas:
        board = path.boards(self._document.project)[-1].name
        canvas = Canvas(self._document, board, self._types, self._theme, self._library)
        canvas.look_at(self._seen.get(path))
        canvas.entered.connect(self.enter)
        canvas.left.connect(self.leave)
        canvas.hide()
        self._place.addWidget(canvas, 1)
        canvas.set_issues(self._results.issues_of(board))
        self.canvas_made.emit(canvas)
        return canvas

    def _discard(self, path: BoardPath) -> None:
        canvas = self._canvases.pop(path)
        self._seen[path] = canvas.looked_at
        canvas.hide()
        canvas.deleteLater()
