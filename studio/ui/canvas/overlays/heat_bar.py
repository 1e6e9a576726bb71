"""What nodes are coloured by, with what the colours mean; a click on it chooses something else."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from studio.model.measures import MEASURES
from studio.ui.appearance.heat_colours import heat_colour
from studio.ui.appearance.theme import Theme
from studio.ui.canvas.painting.text import draw_text, sized
from studio.ui.canvas.scene.heat import Heat

EDGE = 12
"""From the corner of the canvas."""


class HeatBar(QToolButton):
    """Lies in the lower right corner of a canvas: rows begin on the left."""

    def __init__(self, canvas: QWidget, theme: Theme, choose: Callable[[str], None]) -> None:
        super().__init__(canvas)
        self.setObjectName("heat_bar")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._canvas, self._theme = canvas, theme
        self._heat: Heat | None = None
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        for name, title, summary in (
            ("none", "Their kind", "Colour nodes by what they are"),
            *((each.name, each.title, each.summary) for each in MEASURES),
        ):
            action = self._menu.addAction(title)
            action.setObjectName(f"colour_by_{name}")
            action.setToolTip(summary)
            action.triggered.connect(lambda _=False, name=name: choose(name))
        self.setMenu(self._menu)
        canvas.installEventFilter(self)
        self.show_heat(None)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.update()

    def show_heat(self, heat: Heat | None) -> None:
        """Say what nodes are coloured by."""
        self._heat = heat
        self.setFixedSize(QSize(108, 24) if heat is None else QSize(196, 50))
        title = heat.measure.title if heat else "their kind"
        self.setAccessibleName(f"Nodes are coloured by {title}")
        self.setToolTip(heat.measure.summary if heat else "Colour nodes by what they cost")
        self._place()
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._place()
        return False

    def _place(self) -> None:
        right = self._canvas.width() - self.width() - EDGE
        self.move(right, self._canvas.height() - self.height() - EDGE)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, heat = self._theme, self._heat
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(QPen(QColor(theme.node_border), 1))
        painter.setBrush(QColor(theme.hover if self.underMouse() else theme.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        text, muted = QColor(theme.text), QColor(theme.muted)
        title = heat.measure.title if heat else "Colours"
        room = QRectF(10, 3, self.width() - 20, 18)
        draw_text(painter, title, sized(12, bold=heat is not None), text, room)
        _arrow(painter, QPointF(self.width() - 16, 12), muted)
        if heat is not None:
            bar = QRectF(10, 24, self.width() - 20, 9)
            gradient = QLinearGradient(bar.topLeft(), bar.topRight())
            for step in range(17):
                gradient.setColorAt(step / 16, QColor(heat_colour(step / 16, theme)))
            painter.setPen(QPen(QColor(theme.node_border), 1))
            painter.setBrush(gradient)
            painter.drawRect(bar)
            ends = QRectF(10, 34, self.width() - 20, 14)
            most = heat.measure.words(heat.most) if heat.shares else "not known yet"
            right = Qt.AlignmentFlag.AlignRight
            draw_text(painter, "0", sized(10.5), muted, ends)
            draw_text(painter, most, sized(10.5), muted, ends, right)
        painter.end()


def _arrow(painter: QPainter, at: QPointF, colour: QColor) -> None:
    painter.setPen(QPen(colour, 1.6))
    painter.drawPolyline([at + QPointF(-3.5, -1.5), at + QPointF(0, 2), at + QPointF(3.5, -1.5)])
