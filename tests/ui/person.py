"""Works the window as a person does: with the mouse and the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from studio.model.project import Project
from studio.ui.canvas.canvas import Canvas
from studio.ui.panels.palette_list import PaletteList
from studio.ui.window.window import Window
from tests.ui.windows import find

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@dataclass
class Person:
    """Works the window as a person does."""

    bot: QtBot
    window: Window

    @property
    def canvas(self) -> Canvas:
        canvas = self.window.tabs.canvas
        assert canvas is not None
        return canvas

    @property
    def project(self) -> Project:
        return self.window.document.project

    def until(self, done: Callable[[], bool], patience: int = 60_000) -> None:
        self.bot.waitUntil(done, timeout=patience)

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        QTest.mouseClick(widget, LEFT, PLAIN, at or widget.rect().center())

    def drag(self, start: QWidget, at: QPoint, end: QWidget, to: QPoint) -> None:
        """Press, move in steps, let go."""
        QTest.mousePress(start, LEFT, PLAIN, at)
        way = end.mapTo(self.window, to) - start.mapTo(self.window, at)
        for share in (0.1, 0.3, 0.6, 0.9, 1.0):
            QTest.mouseMove(start, at + QPoint(round(way.x() * share), round(way.y() * share)))
            QApplication.processEvents()
        QTest.mouseRelease(start, LEFT, PLAIN, at + way)
        QApplication.processEvents()

    def place(self, type_name: str, at: QPoint) -> str:
        """Find a layer in the palette and drag it onto the canvas; returns its id."""
        search = find(self.window, "palette_search")
        assert isinstance(search, QLineEdit)
        self.click(search)
        search.selectAll()
        QTest.keyClicks(search, type_name)
        view = find(self.window, "palette_list")
        assert isinstance(view, PaletteList)
        row: QRect = view.visualRect(view.place_of(type_name))
        before = set(self.canvas.scene.board.nodes)
        self.drag(view.viewport(), row.center(), self.canvas, at)
        (new,) = set(self.canvas.scene.board.nodes) - before
        return new

    def wire(self, source: str, target: str, out: str = "output", into: str = "input") -> None:
        """Drag a wire from an output to an input."""
        start = self.canvas.port_at(source, out, True)
        self.drag(self.canvas, start, self.canvas, self.canvas.port_at(target, into, False))
        assert any((w.source, w.target) == (source, target) for w in self.canvas.scene.board.wires)

    def choose(self, node: str) -> None:
        self.click(self.canvas, self.canvas.node_rect(node).center())

    def show_panel(self, name: str) -> None:
        self.window.docks.reveal(name)
        QApplication.processEvents()

    def type_in(self, field: str, text: str) -> None:
        """Replace what stands in a field."""
        line = find(self.window, field)
        line.setFocus()
        QTest.keyClick(line, Qt.Key.Key_A, CONTROL)
        QTest.keyClicks(line, text)
        QTest.keyClick(line, Qt.Key.Key_Return)
