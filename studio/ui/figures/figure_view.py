"""What all renderers share: a figure, a theme, and a height that fits a width."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.model.figures import Figure
from studio.ui.appearance.theme import LIGHT, Theme


class FigureView(QWidget):
    """A widget that draws one kind of figure."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = LIGHT
        self.room = 0
        """Height at which all of it can be seen at once; 0: any."""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMouseTracking(True)

    def show_figure(self, figure: Figure) -> None:
        """Draw this figure from now on."""
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.theme = theme
        self.update()

    def height_for(self, width: int) -> int:
        """The height the figure wants where it gets this width."""
        return 220

    def hasHeightForWidth(self) -> bool:
        """The height follows the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Qt's name for `height_for`, which layouts ask for."""
        return self.height_for(width)

    def sizeHint(self) -> QSize:
        """A size that suits most."""
        return QSize(360, self.height_for(360))

    def minimumSizeHint(self) -> QSize:
        """The least size at which something is seen."""
        return QSize(120, min(self.height_for(360), 80))

    # ---- drawing -------------------------------------------------------------------------------

    def painter(self) -> QPainter:
        """A painter with the text colour set."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self.theme.text)))
        return painter

    def elided(self, text: str, width: float) -> str:
        """A text cut to a width."""
        metrics = QFontMetrics(self.font())
        return metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(int(width), 0))

    def text_width(self, text: str) -> int:
        """How wide a text is."""
        return QFontMetrics(self.font()).horizontalAdvance(text)

    @property
    def line(self) -> int:
        """The height of a line of text."""
        return QFontMetrics(self.font()).height()


def themed(palette: QPalette, theme: Theme) -> QPalette:
    """A palette in a theme's colours, for Qt's own widgets inside a figure."""
    palette = QPalette(palette)
    palette.setColor(QPalette.ColorRole.Base, QColor(theme.base))
    palette.setColor(QPalette.ColorRole.AlternateBase, QColor(theme.raised))
    palette.setColor(QPalette.ColorRole.Window, QColor(theme.base))
    palette.setColor(QPalette.ColorRole.Text, QColor(theme.text))
    palette.setColor(QPalette.ColorRole.WindowText, QColor(theme.text))
    palette.setColor(QPalette.ColorRole.Button, QColor(theme.raised))
    palette.setColor(QPalette.ColorRole.ButtonText, QColor(theme.text))
    return palette
