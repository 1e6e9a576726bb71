"""Figures in columns, as many as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QWidget

from studio.model.figures import Figure
from studio.ui.appearance.theme import LIGHT, Theme
from studio.ui.figures.figure_card import FigureCard

WIDTH, GAP = 380, 10
"""Width a figure likes to have, and the gap between two."""

HEADING = 56
"""What a figure's heading and margins take of the height."""


class FigureGrid(QScrollArea):
    """Shows the figures of several views; a view's figures are replaced in place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("figures")
        self.setAccessibleName("Figures")
        self.setWidgetResizable(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.inner = QWidget(self)
        self.inner.setObjectName("figures_inner")
        self.setWidget(self.inner)
        self.empty = QLabel(self.inner)
        self.empty.setObjectName("figures_empty")
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._theme = LIGHT
        self._cards: dict[str, list[FigureCard | QLabel]] = {}

    def set_views(self, views: Sequence[str]) -> None:
        """Show these views, in this order; figures of others go."""
        for name in set(self._cards) - set(views):
            self._drop(name)
        self._cards = {name: self._cards.get(name, []) for name in views}
        self._arrange()

    def show_figures(self, view: str, figures: Sequence[Figure]) -> None:
        """Show the figures of a view."""
        if view not in self._cards:
            return
        cards = self._cards[view]
        kinds = [type(card.figure) for card in cards if isinstance(card, FigureCard)]
        if len(kinds) == len(cards) and kinds == [type(figure) for figure in figures]:
            for card, figure in zip(cards, figures, strict=True):
                assert isinstance(card, FigureCard)
                card.show_figure(figure)
        else:
            self._drop(view)
            self._cards[view] = [FigureCard(figure, self._theme, self.inner) for figure in figures]
        self._arrange()

    def show_words(self, view: str, words: str) -> None:
        """Say something in place of a view's figures."""
        if view not in self._cards:
            return
        self._drop(view)
        label = QLabel(words, self.inner)
        label.setObjectName("figure_error")
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setMargin(10)
        self._cards[view] = [label]
        self._colour(label)
        self._arrange()

    def figures(self) -> list[Figure]:
        """All that is shown."""
        return [
            c.figure for cards in self._cards.values() for c in cards if isinstance(c, FigureCard)
        ]

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for part in (self, self.inner):
            palette = part.palette()
            palette.setColor(palette.ColorRole.Window, theme.window)
            part.setPalette(palette)
        self.empty.setStyleSheet(f"color: {theme.muted};")
        for cards in self._cards.values():
            for card in cards:
                if isinstance(card, FigureCard):
                    card.set_theme(theme)
                else:
                    self._colour(card)

    def _colour(self, label: QLabel) -> None:
        label.setStyleSheet(
            f"color: {self._theme.error}; background: {self._theme.error_back};border-radius: 4px;"
        )

    def _drop(self, view: str) -> None:
        for card in self._cards.get(view, []):
            card.hide()
            card.setParent(None)
            card.deleteLater()
        self._cards[view] = []

    # ---- layout --------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the figures as there is room."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        cards = [card for some in self._cards.values() for card in some]
        room = max(self.viewport().width(), 120)
        self.empty.setVisible(not cards)
        self.empty.setGeometry(20, 20, room - 40, max(self.viewport().height() - 40, 40))
        columns = max(1, min((room - GAP) // (WIDTH // 2 + 60), len(cards) or 1, 4))
        width = min((room - GAP) // columns - GAP, 2 * WIDTH)
        heights = [GAP] * columns
        for card in cards:
            if isinstance(card, FigureCard):
                card.view.room = self.viewport().height() - HEADING
            column = heights.index(min(heights))
            fits = (
                card.height_for(width)
                if isinstance(card, FigureCard)
                else card.heightForWidth(width)
            )
            card.setGeometry(GAP + column * (width + GAP), heights[column], width, fits)
            card.show()
            heights[column] += fits + GAP
        self.inner.resize(room, max(max(heights), self.viewport().height()))
