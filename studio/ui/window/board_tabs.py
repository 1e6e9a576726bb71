"""The boards as tabs, each with a canvas that is made when it is first shown."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QMenu, QTabWidget, QToolButton, QVBoxLayout, QWidget

from nodes.declare import BoardKind, NodeType
from studio.model.document import Document
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

KINDS: tuple[tuple[BoardKind, str], ...] = (
    ("network", "New network"),
    ("block", "New block"),
    ("training", "New training board"),
)


class Page(QWidget):
    """One tab; `canvas` is None until it was shown."""

    def __init__(self, board: str) -> None:
        super().__init__()
        self.board = board
        self.canvas: Canvas | None = None
        self.place = QVBoxLayout(self)
        self.place.setContentsMargins(0, 0, 0, 0)


class BoardTabs(QTabWidget):
    """Adds, renames, duplicates and removes boards; passes on what the shown canvas says."""

    board_changed = Signal(str)
    selection_changed = Signal(object)
    message = Signal(str)
    fix_chosen = Signal(object)

    def __init__(
        self,
        document: Document,
        types: Mapping[str, NodeType],
        results: CheckResults,
        theme: Theme,
    ) -> None:
        super().__init__()
        self.setObjectName("boards")
        self.setAccessibleName("Boards")
        self.setDocumentMode(True)
        self._document, self._types = document, types
        self._results, self._theme = results, theme
        self._filling = False
        self._name_field: QLineEdit | None = None
        self._plus = self._plus_button()
        self.setCornerWidget(self._plus, Qt.Corner.TopRightCorner)
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
    def board(self) -> str:
        """Name of the board that is shown."""
        page = self.currentWidget()
        return page.board if isinstance(page, Page) else ""

    @property
    def canvas(self) -> Canvas | None:
        """The canvas that is shown."""
        page = self.currentWidget()
        return page.canvas if isinstance(page, Page) else None

    def open_board(self, name: str) -> None:
        """Show a board."""
        for page in self._pages():
            if page.board == name:
                self.setCurrentWidget(page)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self._plus.setIcon(icons.icon("add", theme))
        for page in self._pages():
            self._dress(page)
            if page.canvas is not None:
                page.canvas.set_theme(theme)

    # ---- edits of boards -----------------------------------------------------------------------

    def add_board(self, kind: BoardKind) -> None:
        """Add an empty board and show it."""
        edited, name = add_board(self._document.project, kind)
        self._document.accept(edited)
        self.open_board(name)

    def duplicate(self, index: int) -> None:
        """Add a copy of a board and show it."""
        edited, name = duplicate_board(self._document.project, self._page(index).board)
        self._document.accept(edited)
        self.open_board(name)

    def remove(self, index: int) -> None:
        """Take a board away."""
        self._document.accept(delete_board(self._document.project, self._page(index).board))

    def rename(self, index: int) -> None:
        """Let a tab's name be typed in its place."""
        if index < 0:
            return
        field = QLineEdit(self._page(index).board, self.tabBar())
        field.setObjectName("board_name")
        field.setAccessibleName("Name of the board")
        place = self.tabBar().tabRect(index).adjusted(4, 3, 40, -3)
        field.setGeometry(place)
        field.selectAll()
        field.show()
        field.setFocus()
        self._name_field = field
        field.editingFinished.connect(lambda: self._named(index))

    def _named(self, index: int) -> None:
        field, self._name_field = self._name_field, None
        if field is None:
            return
        old, new = self._page(index).board, field.text().strip()
        field.deleteLater()
        if new == old:
            return
        try:
            self._document.accept(rename_board(self._document.project, old, new))
        except Refusal as refusal:
            self.message.emit(f"The board keeps its name. {refusal}")

    # ---- following the document ----------------------------------------------------------------

    def _changed(self, before: Project | None, after: Project) -> None:
        if before is None:
            self._clear()
            self._fill()
            self._take_focus()
        elif _kinds(before) != _kinds(after):
            self._fill()

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
        place, was = self.currentIndex(), self.board
        kept = {page.board: page for page in self._pages()}
        boards = self._document.project.boards
        self._filling = True
        while self.count():
            self.removeTab(0)
        for name in boards:
            page = kept.pop(name, None) or Page(name)
            self.addTab(page, name)
            self._dress(page)
        for page in kept.values():
            page.deleteLater()
        self._filling = False
        if boards:
            index = (
                list(boards).index(was) if was in boards else min(max(place, 0), len(boards) - 1)
            )
            self.setCurrentIndex(index)
        self._shown(self.currentIndex())

    def _dress(self, page: Page) -> None:
        index = self.indexOf(page)
        board = self._document.project.boards.get(page.board)
        if board is not None and index >= 0:
            colour = self._theme.muted
            self.setTabIcon(index, icons.icon(board.kind, self._theme, colour))
            self.setTabToolTip(index, f"{board.kind} {board.name}: double-click to rename")

    def _shown(self, index: int) -> None:
        page = self.currentWidget()
        if self._filling:
            return
        if isinstance(page, Page):
            if page.canvas is None:
                self._draw(page)
            self.board_changed.emit(page.board)
        else:
            self.board_changed.emit("")

    def _draw(self, page: Page) -> None:
        canvas = Canvas(self._document, page.board, self._types, self._theme)
        page.canvas = canvas
        page.place.addWidget(canvas)
        canvas.selection_changed.connect(self.selection_changed)
        canvas.message.connect(self.message)
        canvas.open_board.connect(self.open_board)
        canvas.fix_chosen.connect(self.fix_chosen)
        canvas.set_reports(self._results.reports_of(page.board), frozenset())
        canvas.set_issues(self._results.issues_of(page.board))

    def _reports(self, board: str, reports: Mapping[str, NodeReport], gone: frozenset[str]) -> None:
        for page in self._pages():
            if page.board == board and page.canvas is not None:
                page.canvas.set_reports(reports, gone)

    def _issues(self) -> None:
        for page in self._pages():
            if page.canvas is not None:
                page.canvas.set_issues(self._results.issues_of(page.board))

    # ---- parts ---------------------------------------------------------------------------------

    def _page(self, index: int) -> Page:
        page = self.widget(index)
        assert isinstance(page, Page)
        return page

    def _pages(self) -> list[Page]:
        return [self._page(index) for index in range(self.count())]

    def _plus_button(self) -> QToolButton:
        button = QToolButton()
        button.setObjectName("add_board")
        button.setAccessibleName("Add a board")
        button.setToolTip("Add a board")
        button.setIcon(icons.icon("add", self._theme))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.setObjectName("menu_add_board")
        for kind, text in KINDS:
            action = menu.addAction(icons.icon(kind, self._theme), text)
            action.setObjectName(f"action_new_{kind}")
            action.triggered.connect(lambda _=False, kind=kind: self.add_board(kind))
        button.setMenu(menu)
        return button

    def _menu(self, point: QPoint) -> None:
        index = self.tabBar().tabAt(point)
        if index < 0:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, icon, work in (
            ("Rename", "rename", self.rename),
            ("Duplicate", "duplicate", self.duplicate),
            ("Delete", "delete", self.remove),
        ):
            action = menu.addAction(icons.icon(icon, self._theme), text)
            action.setObjectName(f"action_board_{text.lower()}")
            action.triggered.connect(lambda _=False, work=work: work(index))
        menu.popup(self.tabBar().mapToGlobal(point))


def _kinds(project: Project) -> list[tuple[str, BoardKind]]:
    """What the tabs say of the boards, in order."""
    return [(name, board.kind) for name, board in project.boards.items()]
