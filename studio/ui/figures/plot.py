"""A plot of curves that may be very long: zoom, pan, hover, logarithmic scale, smoothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QFontMetrics, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QMenu, QVBoxLayout, QWidget

from studio.ui.appearance.theme import LIGHT, Theme
from studio.ui.figures.curve_pyramid import Floats, Pyramid
from studio.ui.figures.plot_axis import Ticks

DOTS = 60
"""Up to so many points in view are marked one by one."""

ROOM = 0.06
"""Room above and below the curves, as a share of their height."""


SETTLE = 15
"""Milliseconds until what a change of the curves sets in motion has come to rest."""


@dataclass(frozen=True)
class Line:
    """One curve of a plot. Only `smoothable` ones follow the smoothing."""

    name: str
    data: Pyramid
    colour: str
    width: float = 1.5
    smoothable: bool = False
    label: str | None = None
    """What the heading calls it, where the name is too long for that."""


class Plot(QWidget):
    """One plot with its title and, at the pointer, the values under it."""

    zoomed = Signal(float, float)
    """The person chose to see what lies between two x."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ""
        self.x_name = "step"
        self.log = False
        self.smoothing = 0
        self.follows = True
        """Whether the whole of the curves is kept in view as they grow."""
        self.theme = LIGHT
        self._lines: tuple[Line, ...] = ()
        self._items: list[tuple[pg.PlotCurveItem, pg.PlotCurveItem, pg.ScatterPlotItem]] = []
        self._pointer: float | None = None
        self._painted = False
        self.header = QLabel(self)
        self.header.setTextFormat(Qt.TextFormat.RichText)
        self.header.setMinimumWidth(1)
        self.view = pg.GraphicsLayoutWidget(self)
        self.view.setFrameShape(self.view.Shape.NoFrame)
        self.view.setCacheMode(self.view.CacheModeFlag.CacheNone)  # a drawing has no pixels
        self.box = pg.ViewBox(enableMenu=False, defaultPadding=0.0)
        self.axes = {"left": Ticks("left"), "bottom": Ticks("bottom")}
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._build()
        self.set_title(title)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self.view, 1)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.refresh)
        self._paint = QTimer(self, singleShot=True, interval=SETTLE)
        self._paint.timeout.connect(self.settle)
        self.set_theme(LIGHT)

    def _build(self) -> None:
        self.view.ci.setContentsMargins(0, 2, 4, 2)
        self.view.ci.layout.setSpacing(0)
        self.view.addItem(self.axes["left"], 0, 0)
        self.view.addItem(self.box, 0, 1)
        self.view.addItem(self.axes["bottom"], 1, 1)
        self.box.disableAutoRange()
        self.box.sigRangeChangedManually.connect(self._zoomed)
        self.box.sigRangeChanged.connect(self._range_changed)
        for axis in self.axes.values():
            axis.linkToView(self.box)
            axis.enableAutoSIPrefix(False)
            axis.setStyle(tickLength=0, autoExpandTextSpace=True, maxTickLevel=0)
        self._cursor.hide()
        self.box.addItem(self._cursor, ignoreBounds=True)
        self.view.viewport().installEventFilter(self)
        self.view.setMouseTracking(True)

    # ---- what it shows -------------------------------------------------------------------------

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Show these curves, the last one on top."""
        while len(self._items) > len(lines):
            for item in self._items.pop():
                self.box.removeItem(item)
        while len(self._items) < len(lines):
            items = (pg.PlotCurveItem(), pg.PlotCurveItem(), pg.ScatterPlotItem(useCache=False))
            for item in items:
                self.box.addItem(item, ignoreBounds=True)
            self._items.append(items)
        self._lines = tuple(lines)
        self.refresh()

    def set_title(self, title: str) -> None:
        """Say what the curves are of."""
        if title != self.title:
            self.title = title
            self.setAccessibleName(f"Plot of {title}")
            self.view.setAccessibleName(f"Curves of {title}")
            self._say()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.theme = theme
        self.view.setBackground(theme.base)
        for axis in self.axes.values():
            axis.setPen(pg.mkPen(theme.border))
            axis.setTextPen(pg.mkPen(theme.muted))
        self.axes["left"].setGrid(90 if theme.dark else 140)
        self._cursor.setPen(pg.mkPen(theme.muted, width=1))
        self._later.start()

    def set_log(self, log: bool) -> None:
        """Draw the values on a logarithmic scale."""
        self.log = log
        self.axes["left"].setLogMode(x=log, y=log)
        self.refresh()

    def set_smoothing(self, radius: int) -> None:
        """Average over so many points to both sides; 0 for none."""
        self.smoothing = radius
        self.refresh()

    def set_label(self, text: str) -> None:
        """Name what is along the bottom."""
        self.x_name = text
        self.axes["bottom"].setLabel(text or None)

    def show_x(self, low: float, high: float) -> None:
        """Show what lies between two x, and stay there."""
        self.follows = False
        self.box.setXRange(low, high, padding=0)

    def show_all(self) -> None:
        """Bring all of the curves into view, and keep them there."""
        self.follows = True
        self.refresh()

    def refresh(self) -> None:
        """Draw what is in view anew."""
        self._later.stop()
        self._hold_paint()
        if self.follows:
            self._fit()
        low, high = self.box.viewRange()[0]
        pixels = max(int(self.view.viewport().width()), 50)
        for line, items in zip(self._lines, self._items, strict=True):
            self._draw(line, items, low, high, pixels)
        self._say()

    def _hold_paint(self) -> None:
        """Paint once for all that changes now: range, ticks and curves would each paint. What was
        never painted is not held back, as it would be a black box until then."""
        if not self._painted:
            return
        self.view.setUpdatesEnabled(False)
        self._paint.start()

    def settle(self) -> None:
        """Paint again, at once: whoever draws the plot elsewhere must not find it held back."""
        self._paint.stop()
        self.view.setUpdatesEnabled(True)

    # ---- drawing -------------------------------------------------------------------------------

    def _draw(
        self,
        line: Line,
        items: tuple[pg.PlotCurveItem, pg.PlotCurveItem, pg.ScatterPlotItem],
        low: float,
        high: float,
        pixels: int,
    ) -> None:
        raw, smooth, dots = items
        x, y = self._scaled(*line.data.window(low, high, pixels))
        colour, faint = QColor(line.colour), QColor(line.colour)
        faint.setAlphaF(0.28)
        radius = self._radius(line)
        dense = len(x) > pixels // 2  # smooth edges cost much there, and are not seen
        raw.setData(x, y, antialias=not dense)
        thin = 1.0 if radius or dense else line.width
        raw.setPen(pg.mkPen(faint if radius else colour, width=thin))
        if radius:
            smooth.setData(
                *self._scaled(*line.data.smooth(low, high, pixels, radius)), antialias=True
            )
            smooth.setPen(pg.mkPen(colour, width=line.width))
        else:
            smooth.setData(np.empty(0), np.empty(0))
        if 0 < len(x) <= (1 if line.smoothable else DOTS):
            dots.setData(x, y, size=5, pen=pg.mkPen(None), brush=pg.mkBrush(colour))
        else:
            dots.setData(np.empty(0), np.empty(0))

    def _radius(self, line: Line) -> int:
        return min(self.smoothing, len(line.data) // 4) if line.smoothable else 0

    def _scaled(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        if not self.log:
            return x, y
        kept = y > 0
        return x[kept], np.log10(y[kept])

    def _fit(self) -> None:
        full = [line.data for line in self._lines if len(line.data)]
        if not full:
            self.box.setXRange(0, 1, padding=0)
            self.box.setYRange(0, 1, padding=0)
            return
        low = min(float(data.x[0]) for data in full)
        high = max(float(data.x[-1]) for data in full)
        if low == high:
            low, high = low - 0.5, high + 0.5
        self.box.setXRange(low, high, padding=0.01)
        spans = [span for data in full if (span := data.bounds(low, high))]
        self._fit_height(min(s[0] for s in spans), max(s[1] for s in spans))

    def _fit_height(self, low: float, high: float) -> None:
        if self.log:
            high = math.log10(high) if high > 0 else 0.0
            low = math.log10(low) if low > 0 else high - 4
        if high - low < 1e-9 * max(abs(high), 1e-12):
            low, high = low - (abs(low) * 0.5 or 0.5), high + (abs(high) * 0.5 or 0.5)
        self.box.setYRange(low, high, padding=ROOM)

    def _range_changed(self) -> None:
        if not self.follows:
            self._later.start()

    def _zoomed(self) -> None:
        self.follows = False
        self._later.start()
        self.zoomed.emit(*self.box.viewRange()[0])

    def strokes(self) -> list[tuple[QColor, float, Floats, Floats]]:
        """Colour, width, x and y of all that is drawn, the last one on top."""
        found = []
        for items in self._items:
            for item in items[:2]:
                x, y = item.getData()
                if x is not None and len(x) > 1:
                    pen = item.opts["pen"]
                    found.append((pen.color(), pen.widthF(), x, y))
        return found

    # ---- the pointer ---------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the pointer over the curves."""
        self._painted |= event.type() == QEvent.Type.Paint
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._point(event.position())
        elif event.type() == QEvent.Type.Leave:
            self._pointer = None
            self._cursor.hide()
            self._say()
        elif event.type() == QEvent.Type.MouseButtonDblClick:
            self.show_all()
        return super().eventFilter(watched, event)

    def _point(self, position: QPointF) -> None:
        place = self.view.mapToScene(position.toPoint())
        inside = self.box.sceneBoundingRect().contains(place)
        self._pointer = self.box.mapSceneToView(place).x() if inside else None
        nearest = [line.data.nearest(self._pointer or 0.0) for line in self._lines[:1]]
        self._cursor.setVisible(inside and bool(nearest))
        if inside:
            self._cursor.setValue(self._pointer or 0.0)
        self._say()

    def readings(self) -> tuple[float | None, list[tuple[Line, float]]]:
        """Where the pointer is (None: at the end of the curves) and the value of each curve."""
        found = []
        for line in self._lines:
            if len(line.data):
                at = float(line.data.x[-1]) if self._pointer is None else self._pointer
                point = line.data.nearest(at)
                if point is not None:
                    found.append((line, point[1]))
        return self._pointer, found

    def _say(self) -> None:
        at, found = self.readings()
        title = f"<b style='color:{self.theme.text}'>{escape(self._fitting_title())}</b>"
        place = "" if at is None else f" &nbsp;{self.x_name} {at:,.0f}"
        shown, names, digits = self._room(place, found[:6])
        values = "".join(
            f" &nbsp;<span style='color:{line.colour}'>●</span>&nbsp;"
            f"{_label(line) if names else ''}{short(value, digits)}"
            for line, value in found[:shown]
        )
        place = place if shown else ""
        more = f" &nbsp;+{len(found) - shown}" if 0 < shown < len(found) else ""
        self.header.setText(
            f"{title}<span style='color:{self.theme.muted}'>{place}{values}{more}</span>"
        )
        told = (f"{line.name}: {short(value)}" for line, value in found)
        self.header.setToolTip("\n".join((self.title, *told)))

    def _bold(self) -> QFontMetrics:
        font = self.header.font()
        font.setBold(True)
        return QFontMetrics(font)

    def _fitting_title(self) -> str:
        """The title, with … where the heading has no room for all of it."""
        return self._bold().elidedText(
            self.title, Qt.TextElideMode.ElideMiddle, max(self.header.width() - 4, 40)
        )

    def _room(self, place: str, found: list[tuple[Line, float]]) -> tuple[int, bool, int]:
        """For the values of how many curves the heading has room beside the title, whether for
        their names too, and for how many digits."""
        room = self.header.width() - self._bold().horizontalAdvance(self.title) - 8
        width = self.header.fontMetrics().horizontalAdvance
        for names, digits in ((True, 4), (False, 4), (False, 3), (False, 2)):
            values = (f"  ● {_label(line) if names else ''}{short(v, digits)}" for line, v in found)
            if width("".join([place, *values]).replace("&nbsp;", " ")) < room:
                return len(found), names, digits
        return 0, False, 2

    # ---- events --------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw with as many points as there are pixels."""
        super().resizeEvent(event)
        self._later.start()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to show all and to change the scale."""
        menu = QMenu(self)
        menu.addAction("Show all", self.show_all)
        log = menu.addAction("Logarithmic scale")
        log.setCheckable(True)
        log.setChecked(self.log)
        log.toggled.connect(self.set_log)
        menu.exec(event.globalPos())
        menu.deleteLater()


def _label(line: Line) -> str:
    label = line.name if line.label is None else line.label
    return f"{label}&nbsp;" if label else ""


def short(value: float, digits: int = 4) -> str:
    """A value with as many digits as people read."""
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return f"{value:.{digits}g}"
    return f"{value:.{min(digits - 1, 2)}e}"
