"""The boards as tabs, each with a canvas that is made when it is first shown."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QTabWidget

from nodes.declare import BoardKind, NodeType
from studio.model.board_path import BoardPath
from studio.model.document import Document
from studio.model.library import Library
from studio.model.operations.boards import (
    add_board,
    delete_board,
    duplicate_board,
    rename_board,
)
from studio.model.operations.edited import Refusal
from studio.model.project import Project
from studio.model.report import NodeReport
from studio.ui.appearance import icons
from studio.ui.appearance.theme import Theme
from studio.ui.canvas.canvas import Canvas
from studio.ui.processes.check_results import CheckResults
from studio.ui.window.board_name_field import BoardNameField
from studio.ui.window.board_page import BoardPage
from studio.ui.window.tab_corner import TabCorner


class BoardTabs(QTabWidget):
    """Adds, renames, duplicates and removes boards; passes on what the shown canvas says."""

    board_changed = Signal(str)
    selection_changed = Signal(object)
    canvas_made = Signal(object)
    message = Signal(str)
    fix_chosen = Signal(object)
    help_wanted = Signal(str)
    fix_offered = Signal(object)

    def __init__(
        self,
        document: Document,
        types: Mapping[str, NodeType],
        library: Library,
        results: CheckResults,
        theme: Theme,
    ) -> None:
        super().__init__()
        self.setObjectName("boards")
        self.setAccessibleName("Boards")
        self.setDocumentMode(True)
        self._document, self._types, self._library = document, types, library
        self._results, self._theme = results, theme
        self._filling = False
        self.corner = TabCorner(document, theme)
        self.corner.board_added.connect(self.add_board)
        self.corner.board_wanted.connect(self.open_board)
        self.setCornerWidget(self.corner, Qt.Corner.TopRightCorner)
        bar = self.tabBar()
        bar.setObjectName("board_tabs")
        bar.setAccessibleName("Boards")
        bar.setExpanding(False)
        bar.tabBarDoubleClicked.connect(self.rename)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        bar.customContextMenuRequested.connect(self._menu)
        self.currentChanged.connect(self._shown)
        results.reports_changed.connect(self._reports)
        results.issues_changed.connect(self._issues)
        document.subscribe(self._changed)
        self._fill()

    # ---- which board ---------------------------------------------------------------------------

    @property
    def page(self) -> BoardPage | None:
        """The tab that is shown."""
        page = self.currentWidget()
        return page if isinstance(page, BoardPage) else None

    @property
    def board(self) -> str:
        """Name of the board that is shown."""
        return self.page.board if self.page is not None else ""

    @property
    def canvas(self) -> Canvas | None:
        """The canvas that is shown."""
        return self.page.canvas if self.page is not None else None

    @property
    def canvases(self) -> list[Canvas]:
        """All canvases that are kept."""
        return [canvas for page in self._pages() for canvas in page.canvases]

    def open_board(self, name: str) -> None:
        """Show a board: in its tab, or a block inside a tab whose board uses it, at best the one
        that is shown; there also one that stands nowhere."""
        if self.page is None or name not in self._document.project.boards:
            return
        page, path = self._place_of(name, self.page)
        page.go(path)
        self.setCurrentWidget(page)

    def _place_of(self, name: str, shown: BoardPage) -> tuple[BoardPage, BoardPath]:
        """The tab that a board is in, and the path to it."""
        project = self._document.project
        pages = [shown, *self._pages()]
        own = next((page for page in pages if page.root == name), None)
        if own is not None:
            return own, BoardPath(name)
        if shown.board == name:
            return shown, shown.path
        for page in pages:
            for start in (page.path, BoardPath(page.root)):
                found = start.on_to(project, name)
                if found is not None and project.boards[page.root].kind != "training":
                    return page, found
        return shown, BoardPath(name)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.corner.set_theme(theme)
        for page in self._pages():
            self._dress(page)
            page.set_theme(theme)

    # ---- edits of boards -----------------------------------------------------------------------

    def add_board(self, kind: BoardKind) -> None:
        """Add an empty board and show it."""
        edited, name = add_board(self._document.project, kind)
        self._document.accept(edited)
        self.open_board(name)

    def duplicate(self, name: str) -> None:
        """Add a copy of a board and show it."""
        edited, name = duplicate_board(self._document.project, name)
        self._document.accept(edited)
        self.open_board(name)

    def remove(self, name: str) -> None:
        """Take a board away."""
        self._document.accept(delete_board(self._document.project, name))

    def rename(self, index: int) -> None:
        """Let a tab's name be typed in its place."""
        if index >= 0:
            name = self._page(index).root
            place = self.tabBar().tabRect(index).adjusted(4, 3, 40, -3)
            BoardNameField(self.tabBar(), place, name, lambda new: self._named(name, new))

    def rename_shown(self) -> None:
        """Let the name of the board that is shown be typed in its place."""
        if self.page is not None and self.page.board != self.page.root:
            self.page.crumbs.rename()
        else:
            self.rename(self.currentIndex())

    def _named(self, old: str, new: str) -> None:
        if new == old:
            return
        try:
            self._document.accept(rename_board(self._document.project, old, new))
        except Refusal as refusal:
            self.message.emit(f"The board keeps its name. {refusal}")

    def _unpack(self) -> None:
        """Put what is in the block that is shown in the place of the node one came through."""
        if self.page is not None and self.page.entrance is not None:
            outer, id = self.page.entrance
            self.page.leave()
            outer.commands.unpack(id)

    def _make_independent(self) -> None:
        """Let the node one came through stand for a copy of the block."""
        if self.page is not None and self.page.entrance is not None:
            outer, id = self.page.entrance
            outer.commands.make_independent(id)

    # ---- following the document ----------------------------------------------------------------

    def _changed(self, before: Project | None, after: Project) -> None:
        if before is None:
            self._clear()
            self._fill()
            self._take_focus()
        elif _tabs(before) != _tabs(after):
            self._fill()
        else:
            shown = self.page
            moved = [page for page in self._pages() if page.follow()]
            if shown in moved:
                self._shown(self.currentIndex())

    def _clear(self) -> None:
        """Take all tabs away, and their canvases with all that was selected, zoomed or open."""
        self._filling = True
        for page in self._pages():
            self.removeTab(self.indexOf(page))
            page.deleteLater()
        self._filling = False

    def _take_focus(self) -> None:
        """Let keys go to the board that is shown."""
        if self.canvas is not None:
            self.canvas.show()  # its layout would show it too late for that
            self.canvas.setFocus()

    def _fill(self) -> None:
        """Make the tabs what the project's boards are, keeping canvases that still fit."""
        place, was = self.currentIndex(), self.page.root if self.page is not None else ""
        kept = {page.root: page for page in self._pages()}
        names = list(_tabs(self._document.project))
        self._filling = True
        while self.count():
            self.removeTab(0)
        for name in names:
            page = kept.pop(name, None) or self._new_page(name)
            self.addTab(page, name)
            self._dress(page)
            page.follow()
        for page in kept.values():
            page.deleteLater()
        self._filling = False
        if names:
            index = names.index(was) if was in names else min(max(place, 0), len(names) - 1)
            self.setCurrentIndex(index)
        self._shown(self.currentIndex())

    def _dress(self, page: BoardPage) -> None:
        index = self.indexOf(page)
        board = self._document.project.boards.get(page.root)
        if board is not None and index >= 0:
            colour = self._theme.muted
            self.setTabIcon(index, icons.icon(board.kind, self._theme, colour))
            self.setTabToolTip(index, f"{board.kind} {board.name}: double-click to rename")

    def _shown(self, index: int) -> None:
        if self._filling:
            return
        page = self.page
        if page is not None:
            page.draw()
        self.board_changed.emit(self.board)

    def _new_page(self, name: str) -> BoardPage:
        known = self._document, self._types, self._library
        page = BoardPage(name, *known, self._results, self._theme)
        page.canvas_made.connect(self._connect)
        page.board_wanted.connect(self.open_board)
        page.went.connect(lambda: self.board_changed.emit(page.board))
        crumbs = page.crumbs
        crumbs.renamed.connect(lambda new: self._named(page.board, new))
        crumbs.duplicated.connect(lambda: self.duplicate(page.board))
        crumbs.deleted.connect(lambda: self.remove(page.board))
        crumbs.unpacked.connect(self._unpack)
        crumbs.made_independent.connect(self._make_independent)
        return page

    def _connect(self, canvas: Canvas) -> None:
        self.canvas_made.emit(canvas)
        canvas.selection_changed.connect(self.selection_changed)
        canvas.message.connect(self.message)
        canvas.fix_chosen.connect(self.fix_chosen)
        canvas.help_wanted.connect(self.help_wanted)
        canvas.fix_offered.connect(self.fix_offered)

    def _reports(self, board: str, reports: Mapping[str, NodeReport], gone: frozenset[str]) -> None:
        for page in self._pages():
            for canvas in page.canvases:
                if canvas.board == board:
                    canvas.set_reports(reports, gone)

    def _issues(self) -> None:
        for page in self._pages():
            for canvas in page.canvases:
                canvas.set_issues(self._results.issues_of(canvas.board))

    # ---- parts ---------------------------------------------------------------------------------

    def _page(self, index: int) -> BoardPage:
        page = self.widget(index)
        assert isinstance(page, BoardPage)
        return page

    def _pages(self) -> list[BoardPage]:
        return [self._page(index) for index in range(self.count())]

    def _menu(self, point: QPoint) -> None:
        index = self.tabBar().tabAt(point)
        if index < 0:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        name = self._page(index).root
        for text, icon, work in (
            ("Rename", "rename", partial(self.rename, index)),
            ("Duplicate", "duplicate", partial(self.duplicate, name)),
            ("Delete", "delete", partial(self.remove, name)),
        ):
            action = menu.addAction(icons.icon(icon, self._theme), text)
            action.setObjectName(f"action_board_{text.lower()}")
            action.triggered.connect(lambda _=False, work=work: work())
        menu.popup(self.tabBar().mapToGlobal(point))


def _tabs(project: Project) -> dict[str, BoardKind]:
    """The boards that have tabs, in order: all but blocks, or these where there is nothing else."""
    every = {name: board.kind for name, board in project.boards.items()}
    return {name: kind for name, kind in every.items() if kind != "block"} or every
