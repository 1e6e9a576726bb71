"""The widget that shows a board: it paints what is visible, and can be panned and zoomed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QWidget

from nodes.declare import NodeType
from studio.model.document import Document
from studio.model.layout.cards import Box
from studio.model.operations.preview import Preview
from studio.model.report import Issue, NodeReport
from studio.ui.appearance.theme import Theme
from studio.ui.canvas.painting.backdrop import Backdrop, paint_hint
from studio.ui.canvas.painting.card_face import CardFaces
from studio.ui.canvas.painting.detail import PaintContext, paint_detail
from studio.ui.canvas.painting.ghosts import Ghosts
from studio.ui.canvas.painting.overview import Overview
from studio.ui.canvas.painting.picture_cache import PictureCache
from studio.ui.canvas.scene.emphasis import Emphasis
from studio.ui.canvas.scene.heat import Heat
from studio.ui.canvas.scene.scene import Scene, port_point, rect_of
from studio.ui.canvas.scene.viewport import FAR, Viewport

MOST = 400
"""Cards are plain rectangles where more than this many are in view."""


class Surface(QWidget):
    """Shows one board of a document."""

    message = Signal(str)
    """A refusal or hint for the status bar."""
    moved = Signal()
    """The view was panned or zoomed."""

    def __init__(
        self, document: Document, board: str, types: Mapping[str, NodeType], theme: Theme
    ) -> None:
        super().__init__()
        self.document, self.board, self.types, self.theme = document, board, types, theme
        self.scene = Scene(board, types)
        self.view = Viewport()
        self.emphasis = Emphasis()
        self._pictures, self._faces = PictureCache(), CardFaces(self.scene)
        self._overview, self._backdrop = Overview(), Backdrop()
        self._ghosts: Ghosts | None = None
        self._framed = False
        self._whole = False
        """Whether all of the board is kept in view when the widget's size changes."""
        self._sharpen = QTimer(self, singleShot=True, interval=0)
        self._sharpen.timeout.connect(self.update)
        self.setObjectName("canvas")
        self.setAccessibleName(f"Canvas, board {board}")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(160, 120)
        self.scene.show(document.project)

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self.theme = theme
        self._pictures.clear()
        self.update()

    def set_types(self, types: Mapping[str, NodeType]) -> None:
        """Know more node types, as when plug-ins were found."""
        self.types = self.scene.types = types
        self.scene.show(self.document.project)
        self.update()

    def set_reports(
        self, reports: Mapping[str, NodeReport], gone: frozenset[str] = frozenset()
    ) -> None:
        """Merge shapes and counts that the checker found; `gone` nodes have none any more."""
        self.scene.report(reports, gone)
        self.update()

    def set_issues(self, issues: Sequence[Issue]) -> None:
        """Show these issues; those of other boards are left out."""
        self.scene.blame(issues)
        self.update()

    def set_heat(self, heat: Heat | None) -> None:
        """Colour nodes by what they cost, or by their kind."""
        self.scene.warm(heat)
        self.update()

    def show_preview(self, preview: Preview | None) -> None:
        """Show the board as a fix would make it, until None comes."""
        if preview is not None or self._ghosts is not None:
            self._ghosts = None if preview is None else Ghosts(self.scene, preview)
            self.update()

    def frame_all(self) -> None:
        """Show the whole board."""
        self._frame(self.scene.bounds())
        self._whole = True

    @property
    def looked_at(self) -> Viewport | None:
        """The part that the person has chosen to see; None for all of the board."""
        return copy(self.view) if self._framed and not self._whole else None

    def look_at(self, part: Viewport | None) -> None:
        """Show a part that was chosen earlier, or all of the board."""
        if part is not None:
            self.view, self._framed, self._whole = copy(part), True, False

    def frame_selection(self) -> None:
        """Show the selected nodes, or the whole board where none are."""
        self._frame(self.scene.bounds(self.emphasis.nodes))

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom at a point of the widget, or at its middle."""
        self._framed, self._whole = True, False
        self.view.zoom(factor, at if at is not None else QPointF(self.rect().center()))
        self.moved.emit()
        self.update()

    def reset_zoom(self) -> None:
        """Go back to 1:1."""
        self.zoom_by(1 / self.view.scale)

    def pan_by(self, dx: float, dy: float) -> None:
        """Move what is shown by a distance on the screen."""
        self._framed, self._whole = True, False
        self.view.pan(dx, dy)
        self.moved.emit()
        self.update()

    def node_rect(self, id: str) -> QRect:
        """Where a node is, in the widget."""
        return self.view.rect_to_widget(rect_of(self.scene.cards[id])).toRect()

    def port_at(self, id: str, port: str, output: bool) -> QPoint:
        """Where a port is, in the widget."""
        return self.view.to_widget(port_point(self.scene.cards[id], port, output)).toPoint()

    def reveal(self, id: str) -> None:
        """Pan as far as needed to show a node."""
        rect, room = self.node_rect(id), self.rect().adjusted(24, 24, -24, -24)
        dx = max(room.left() - rect.left(), 0) + min(room.right() - rect.right(), 0)
        dy = max(room.top() - rect.top(), 0) + min(room.bottom() - rect.bottom(), 0)
        if dx or dy:
            self.pan_by(dx, dy)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the whole board in view, until the person looks at a part or changes something."""
        super().resizeEvent(event)
        if self._whole:
            self.frame_all()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the board and what a gesture shows on top."""
        if not self._framed:
            self.frame_all()
        painter = QPainter(self)
        size, ratio = QSizeF(self.size()), self.devicePixelRatioF()
        context, overview = self._context(self.view, self.emphasis, size, ratio), self._overview
        if self._ghosts is not None:
            context, overview = self._ghosts.context(context), self._ghosts.overview
        self._backdrop.paint(painter, context.view, self.rect(), self.theme)
        box = context.view.visible(size)
        if context.view.scale < FAR or len(context.scene.boxes.touching(box)) > MOST:
            overview.paint(painter, context)
        elif paint_detail(painter, context, box):
            self._sharpen.start()
        if not self.scene.cards:
            paint_hint(painter, self.rect(), self.theme)
        if self._ghosts is None:
            self.paint_overlay(painter)
        else:
            self._ghosts.paint(painter, context, self.rect())
        painter.end()

    def take_focus(self) -> None:
        """Let keys come here."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def paint_overlay(self, painter: QPainter) -> None:
        """What is painted on top of the board: here nothing."""

    def picture(self) -> QPixmap:
        """The whole board as a picture, however large, at 1:1."""
        left, top, right, bottom = self.scene.bounds() or (0.0, 0.0, 100.0, 100.0)
        view = Viewport()
        view.x, view.y = left - 24, top - 24
        picture = QPixmap(round(right - left) + 48, round(bottom - top) + 48)
        picture.fill(QColor(self.theme.canvas))
        painter = QPainter(picture)
        size = QSizeF(picture.size())
        context = self._context(view, Emphasis(), size, 1.0)
        while paint_detail(painter, context, view.visible(size)):
            picture.fill(QColor(self.theme.canvas))
        painter.end()
        return picture

    def _context(
        self, view: Viewport, emphasis: Emphasis, size: QSizeF, ratio: float
    ) -> PaintContext:
        pictures, faces = self._pictures, self._faces
        return PaintContext(self.scene, view, emphasis, self.theme, pictures, faces, size, ratio)

    def _frame(self, box: Box | None) -> None:
        self._framed, self._whole = self.isVisible(), False
        if box is None:
            self.view.scale = 1.0
            self.view.x, self.view.y = -self.width() / 2, -self.height() / 2
        else:
            self.view.frame(box, QSizeF(self.size()))
        self.moved.emit()
        self.update()

    def visible_rect(self) -> QRectF:
        """The part of the scene that is shown."""
        left, top, right, bottom = self.view.visible(QSizeF(self.size()))
        return QRectF(left, top, right - left, bottom - top)
