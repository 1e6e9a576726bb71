"""The plots of the chosen runs: one for each metric, side by side or stacked as there is room."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QScrollArea,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.model.value_names import LOSS, RATE, USUAL_UPDATE, labels, role
from studio.session.metrics_reader import Grown
from studio.ui.appearance.theme import LIGHT, Theme
from studio.ui.figures.plot import Line, Plot
from studio.ui.training.curve_history import CURVED, CurveHistory

USUAL = (LOSS + USUAL_UPDATE, RATE + USUAL_UPDATE)
"""Plots that are there where nothing says what there will be."""

GAPS = 48
"""What the tool bar keeps free between its parts."""

NARROWEST = 240

LOWEST = 80
"""Height of a plot at least: where there is no room for all, they are scrolled."""


class CurvesArea(QWidget):
    """Plots with their tool bar."""

    export_asked = Signal(str)
    """`png`, `svg` or `csv`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.history = CurveHistory()
        self.plots: dict[str, Plot] = {}
        self._theme = LIGHT
        self._expected: tuple[str, ...] = USUAL
        self._names: dict[Path, str] = {}
        self._colours: Mapping[Path, str] = {}
        self._columns = 0
        self.canvas = QWidget(self)
        self.canvas.setObjectName("curves")
        self.canvas.setAccessibleName("Curves")
        self._grid = QGridLayout(self.canvas)
        self._grid.setContentsMargins(8, 4, 8, 4)
        self._grid.setSpacing(8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(self._tools())
        self._scroll = QScrollArea(self)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(self.canvas)
        self._scroll.setMinimumHeight(LOWEST + self._grid.spacing())
        layout.addWidget(self._scroll, 1)
        self.setMinimumWidth(NARROWEST)  # what does not fit gives way
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.draw)
        self._make_plots(USUAL)

    def _tools(self) -> QHBoxLayout:
        self.log = QCheckBox("Log scale", self)
        self.log.setObjectName("curves_log")
        self.log.setAccessibleName("Logarithmic scale for losses")
        self.log.setToolTip("Draw losses on a logarithmic scale")
        self.log.toggled.connect(self._set_log)
        self.smoothing = QSlider(Qt.Orientation.Horizontal, self)
        self.smoothing.setObjectName("curves_smoothing")
        self.smoothing.setAccessibleName("Smoothing")
        self.smoothing.setRange(0, 12)
        self.smoothing.setMinimumWidth(48)
        self.smoothing.setMaximumWidth(110)
        self.smoothing.valueChanged.connect(self._set_smoothing)
        self._smooth_label = QLabel("Smoothing", self)
        self.fit = QToolButton(self)
        self.fit.setText("Show all")
        self.fit.setObjectName("curves_show_all")
        self.fit.setAccessibleName("Show all of the curves")
        self.fit.setToolTip("Bring all of the curves into view (double-click on a plot)")
        self.fit.clicked.connect(self.show_all)
        self.export = QToolButton(self)
        self.export.setText("Export…")
        self.export.setObjectName("curves_export")
        self.export.setAccessibleName("Export the curves")
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.export)
        for kind, words in (
            ("png", "Picture (PNG)…"),
            ("svg", "Drawing (SVG)…"),
            ("csv", "Numbers (CSV)…"),
        ):
            action = menu.addAction(words)
            action.setObjectName(f"curves_export_{kind}")
            action.triggered.connect(lambda _=False, kind=kind: self.export_asked.emit(kind))
        self.export.setMenu(menu)
        line = QHBoxLayout()
        line.setContentsMargins(8, 0, 8, 0)
        line.addWidget(self.log)
        line.addSpacing(8)
        line.addWidget(self._smooth_label)
        line.addWidget(self.smoothing)
        line.addStretch()
        line.addWidget(self.fit)
        line.addWidget(self.export)
        return line

    # ---- what it shows -------------------------------------------------------------------------

    def expect(self, names: Sequence[str]) -> None:
        """Have plots of these values before there is anything to draw."""
        expected = tuple(names) or USUAL
        if expected != self._expected:
            self._expected = expected
            self._later.start()

    def set_runs(self, names: Mapping[Path, str], colours: Mapping[Path, str]) -> None:
        """Draw these runs only."""
        self._names, self._colours = dict(names), colours
        self.history.keep(list(names))
        self.draw()

    def grow(self, grown: Grown) -> None:
        """Draw what is new."""
        if grown.folder in self._names:
            self.history.grow(grown)
            self._later.start()

    def draw(self) -> None:
        """Bring every plot up to date."""
        self._later.stop()
        metrics = self.history.metrics() or list(self._expected)
        if metrics != list(self.plots):
            self._make_plots(metrics)
        for metric, plot in self.plots.items():
            plot.set_lines(self._lines(metric))

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        palette = self.canvas.palette()
        palette.setColor(palette.ColorRole.Window, theme.base)
        self.canvas.setPalette(palette)
        self.canvas.setAutoFillBackground(True)
        for plot in self.plots.values():
            plot.set_theme(theme)
        self.draw()

    def _lines(self, metric: str) -> list[Line]:
        series, lines = self._theme.series, []
        single = len(self._names) == 1
        for folder, split, curve in self.history.of(metric):
            place = CURVED.index(split)
            colour = self._colours.get(folder, series[0])
            if single:
                colour = series[place]
            name = split if single else f"{self._names.get(folder, folder.name)} {split}"
            label = split if single and role(metric) != RATE else ""
            width = 1.4 if split == "training" else 2.2
            smoothable = split == "training" and role(metric) != RATE
            lines.append(Line(name, curve, colour, width, smoothable, label))
        return lines

    def _make_plots(self, metrics: Sequence[str]) -> None:
        for name in set(self.plots) - set(metrics):
            plot = self.plots.pop(name)
            self._grid.removeWidget(plot)
            plot.hide()
            plot.deleteLater()
        plots, titles = {}, labels(metrics)
        for name in metrics:
            plot = self.plots.get(name) or self._new_plot(name)
            plot.set_title(titles[name])
            plots[name] = plot
        self.plots = plots
        self._columns = 0
        self._arrange()

    def _new_plot(self, metric: str) -> Plot:
        plot = Plot("", self.canvas)
        plot.setObjectName(f"plot_{metric}")
        plot.set_theme(self._theme)
        if role(metric) == LOSS:
            plot.set_log(self.log.isChecked())
        plot.set_smoothing(self._radius())
        plot.zoomed.connect(self._zoomed)
        return plot

    def _zoomed(self, low: float, high: float) -> None:
        for plot in self.plots.values():
            if plot is not self.sender():
                plot.show_x(low, high)

    def show_all(self) -> None:
        """Bring all of the curves into view."""
        for plot in self.plots.values():
            plot.show_all()

    def _set_log(self, log: bool) -> None:
        for metric, plot in self.plots.items():
            if role(metric) == LOSS:
                plot.set_log(log)

    def _set_smoothing(self) -> None:
        radius = self._radius()
        words = f"mean of {2 * radius + 1:,} steps" if radius else "none"
        self.smoothing.setToolTip(f"Smoothing: {words}")
        for plot in self.plots.values():
            plot.set_smoothing(radius)

    def _radius(self) -> int:
        return int(2 ** (self.smoothing.value() - 1)) if self.smoothing.value() else 0

    # ---- layout --------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the plots as there is room."""
        super().resizeEvent(event)
        kept = (self.log, self.fit, self.export, self._smooth_label)
        *always, label = (part.sizeHint().width() for part in kept)
        room = self.width() - sum(always) - GAPS - self.smoothing.minimumWidth()
        self.smoothing.setVisible(room >= 0)
        self._smooth_label.setVisible(room >= label)
        self._arrange()

    def _arrange(self) -> None:
        count = len(self.plots)
        columns = best_columns(count, self._scroll.width(), self._scroll.height())
        if columns == self._columns:
            return
        self._columns, rows = columns, math.ceil(count / columns)
        self.canvas.setMinimumHeight(rows * (LOWEST + self._grid.spacing()))
        for i in range(max(self._grid.columnCount(), count)):
            self._grid.setColumnStretch(i, 1 if i < columns else 0)
        for i in range(max(self._grid.rowCount(), count)):
            self._grid.setRowStretch(i, 1 if i < rows else 0)
        for i, plot in enumerate(self.plots.values()):
            self._grid.addWidget(plot, i // columns, i % columns)


def best_columns(count: int, width: int, height: int) -> int:
    """In how many columns so many plots are largest, each wider than tall; in more of them where
    that is the same."""

    def size(columns: int) -> tuple[float, int]:
        tall = max(height / math.ceil(count / columns), LOWEST)
        return min(width / columns / 1.45, tall), columns

    return max(range(1, max(count, 1) + 1), key=size)
