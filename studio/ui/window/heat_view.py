"""Colours the nodes of all canvases by what they cost."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from studio.model.measures import Measure, measure
from studio.ui.appearance.theme import Theme
from studio.ui.canvas.canvas import Canvas
from studio.ui.canvas.overlays.heat_bar import HeatBar
from studio.ui.canvas.scene.heat import heat_of
from studio.ui.processes.costs import Costs
from studio.ui.window.board_tabs import BoardTabs


class HeatView(QObject):
    """Knows what nodes are coloured by; a canvas that is made later is coloured too."""

    changed = Signal(str)
    """The name of the measure, `none` for none."""

    def __init__(self, tabs: BoardTabs, costs: Costs, theme: Theme) -> None:
        super().__init__(tabs)
        self._tabs, self._costs, self._theme = tabs, costs, theme
        self._measure: Measure | None = None
        tabs.canvas_made.connect(self._dress)
        costs.changed.connect(self._colour)
        for canvas in tabs.canvases:
            self._dress(canvas)

    def show_by(self, name: str) -> None:
        """Colour by the measure of that name, or by kind."""
        self._measure = measure(name)
        self._costs.want("heat", self._measure is not None)
        self._colour()
        self.changed.emit(name)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        for canvas in self._tabs.canvases:
            for bar in canvas.findChildren(HeatBar):
                bar.set_theme(theme)

    def _dress(self, canvas: Canvas) -> None:
        HeatBar(canvas, self._theme, self.show_by).show()
        self._colour_one(canvas)

    def _colour(self) -> None:
        for canvas in self._tabs.canvases:
            self._colour_one(canvas)

    def _colour_one(self, canvas: Canvas) -> None:
        analysis = self._costs.analysis
        nodes = analysis.nodes.get(canvas.board, {}) if analysis else {}
        heat = heat_of(self._measure, nodes) if self._measure else None
        canvas.set_heat(heat)
        for bar in canvas.findChildren(HeatBar):
            bar.show_heat(heat)
