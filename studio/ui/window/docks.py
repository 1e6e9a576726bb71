"""The panels around the canvas, and where they are at first."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QTabWidget,
    QToolButton,
    QWidget,
)
from shiboken6 import Shiboken

from studio.ui.appearance import icons
from studio.ui.appearance.theme import Theme

TITLES: Mapping[str, str] = {
    "palette": "Palette",
    "inspector": "Inspector",
    "help": "Help",
    "issues": "Issues",
    "training": "Training",
    "insight": "Look inside",
    "code": "Code",
    "costs": "Costs",
}
BELOW = ("issues", "training", "insight", "code", "costs")
WIDTHS: Mapping[str, int] = {"palette": 190, "inspector": 316}
AT_FIRST_CLOSED = frozenset({"help"})


class TitleBar(QWidget):
    """A dock's name with buttons to float and close it."""

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        self._dock, self._height = dock, 24
        self.title = QLabel(dock.windowTitle())
        self.title.setProperty("role", "heading")
        self.float = self._button("float", "Float", "float")
        self.float.clicked.connect(lambda: dock.setFloating(not dock.isFloating()))
        self.close_button = self._button("close", "Close", "close")
        self.close_button.clicked.connect(dock.close)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 2, 4, 2)
        layout.setSpacing(0)
        layout.addWidget(self.title, 1)
        layout.addWidget(self.float)
        layout.addWidget(self.close_button)
        dock.windowTitleChanged.connect(self.title.setText)

    def _button(self, icon: str, word: str, name: str) -> QToolButton:
        button = QToolButton()
        button.setProperty("sign", icon)
        button.setObjectName(f"{name}_{self._dock.objectName()}")
        button.setAccessibleName(f"{word} {self._dock.windowTitle()}")
        button.setToolTip(f"{word} this panel")
        button.setIconSize(QSize(12, 12))
        button.setFixedSize(20, 20)
        return button

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        for button in (self.float, self.close_button):
            button.setIcon(icons.icon(str(button.property("sign")), theme, theme.muted))

    def show_title(self, wanted: bool) -> None:
        """Leave name and dragging to the tab above, or take room for them."""
        self._height = 24 if wanted else 0
        self.setFixedHeight(self._height)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(120, self._height)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._height)


class Dock(QDockWidget):
    """A panel that can be moved, closed and opened again."""

    def __init__(self, name: str, window: QMainWindow) -> None:
        super().__init__(TITLES[name], window)
        self.setObjectName(f"dock_{name}")
        self.setAccessibleName(TITLES[name])
        self.bar = TitleBar(self)
        self.setTitleBarWidget(self.bar)
        waiting = QLabel("…")
        waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.put(waiting)

    def put(self, panel: QWidget) -> None:
        """Show a panel in it."""
        old = self.widget()
        panel.setMinimumSize(WIDTHS.get(self.objectName().removeprefix("dock_"), 1), 1)
        self.setWidget(panel)
        if old is not None:
            old.deleteLater()


class Docks:
    """All docks by name."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self.by_name = {name: Dock(name, window) for name in TITLES}
        options = QMainWindow.DockOption
        window.setDockOptions(
            options.AllowNestedDocks | options.AllowTabbedDocks | options.GroupedDragging
        )
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        corners = (
            (Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.BottomDockWidgetArea),
            (Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea),
        )
        for corner, area in corners:
            window.setCorner(corner, area)
        for dock in self.by_name.values():
            dock.dockLocationChanged.connect(self._retitle)
            dock.topLevelChanged.connect(self._retitle)
            dock.visibilityChanged.connect(self._retitle)
        self.reset()

    def __getitem__(self, name: str) -> Dock:
        return self.by_name[name]

    def reset(self) -> None:
        """Put every panel where it is at first."""
        window, docks = self._window, self.by_name
        for dock in docks.values():
            dock.setFloating(False)
            window.removeDockWidget(dock)
        window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, docks["palette"])
        window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, docks["inspector"])
        window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, docks["help"])
        window.tabifyDockWidget(docks["inspector"], docks["help"])
        for name in BELOW:
            window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, docks[name])
        for left, right in pairwise(BELOW):
            window.tabifyDockWidget(docks[left], docks[right])
        for name, dock in docks.items():
            dock.setVisible(name not in AT_FIRST_CLOSED)
        docks["issues"].raise_()
        self.size()

    def size(self) -> None:
        """Give every panel the room that it has at first."""
        window, docks = self._window, self.by_name
        sides = [docks["palette"], docks["inspector"]]
        left = min(232, window.width() // 5)
        window.resizeDocks(sides, [left, 326], Qt.Orientation.Horizontal)
        below = max(230, round(window.height() * 0.35))
        window.resizeDocks([docks["issues"]], [below], Qt.Orientation.Vertical)

    def reveal(self, name: str) -> None:
        """Open a panel and bring it to the front."""
        self.by_name[name].show()
        self.by_name[name].raise_()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        for dock in self.by_name.values():
            dock.bar.set_theme(theme)

    def _retitle(self) -> None:
        if not Shiboken.isValid(self._window):  # docks tell of their end while the window goes
            return
        for dock in self.by_name.values():
            tabbed = bool(self._window.tabifiedDockWidgets(dock)) and not dock.isFloating()
            dock.bar.show_title(not tabbed)
