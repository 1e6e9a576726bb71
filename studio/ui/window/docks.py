"""The panels around the canvas, and where they are at first."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDockWidget, QLabel, QMainWindow, QSizePolicy, QTabWidget, QWidget

TITLES: Mapping[str, str] = {
    "palette": "Palette",
    "inspector": "Inspector",
    "issues": "Issues",
    "training": "Training",
    "insight": "Look inside",
    "code": "Code",
}
BELOW = ("issues", "training", "insight", "code")


class Dock(QDockWidget):
    """A panel that can be moved, closed and opened again."""

    def __init__(self, name: str, window: QMainWindow) -> None:
        super().__init__(TITLES[name], window)
        self.setObjectName(f"dock_{name}")
        self.setAccessibleName(TITLES[name])
        self.name = name
        waiting = QLabel("…")
        waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWidget(waiting)

    def put(self, panel: QWidget) -> None:
        """Show a panel in it."""
        old = self.widget()
        panel.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setWidget(panel)
        if old is not None:
            old.deleteLater()

    def sizeHint(self) -> QSize:
        return QSize(300, 240)


class Docks:
    """All docks by name."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self.by_name = {name: Dock(name, window) for name in TITLES}
        window.setDockNestingEnabled(True)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        corners = (
            (Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea),
            (Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea),
        )
        for corner, area in corners:
            window.setCorner(corner, area)
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
        for name in BELOW:
            window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, docks[name])
        for left, right in pairwise(BELOW):
            window.tabifyDockWidget(docks[left], docks[right])
        for dock in docks.values():
            dock.show()
        docks["issues"].raise_()
        sides = [docks["palette"], docks["inspector"]]
        window.resizeDocks(sides, [210, 310], Qt.Orientation.Horizontal)
        window.resizeDocks([docks["issues"]], [240], Qt.Orientation.Vertical)

    def reveal(self, name: str) -> None:
        """Open a panel and bring it to the front."""
        self.by_name[name].show()
        self.by_name[name].raise_()
