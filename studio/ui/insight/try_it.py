"""Try it: draw or drop a picture, or type a prompt, and watch the network answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from studio.model.figures import Figure
from studio.model.messages import Probes
from studio.ui.appearance.theme import LIGHT, Theme
from studio.ui.figures import colour_maps
from studio.ui.figures.figure_card import FigureCard
from studio.ui.insight.draw_area import LARGEST, DrawArea, Values
from studio.ui.insight.node_choice import OWN_INPUT

PREVIEW = 56
"""Side of the small picture of what the network gets."""


BESIDE = 400
"""From this width on, the answer is beside the input."""


ROOMY = 440
"""From this width on, there is room for buttons and answer beside the drawing."""


BELOW = 150
"""Pixels that the buttons under the drawing and the heading take."""

AROUND = 56
"""The same where the buttons are beside the drawing."""

UNBOUNDED = 16_777_215
"""A width that Qt does not limit."""

BESIDE_LARGEST = 180
"""Its height on the screen where the buttons are beside it, at most."""

LOW = 360
"""Below this height they are, where there is room."""


NOT_TRAINED = "Train a network, or open a run, to try it here."
NO_ANSWER = "None of these networks answers to a drawing or text: look at samples of the data."


class TryIt(QWidget):
    """Own input, and the answer to it."""

    asked = Signal(str, object, object)
    """Probe, value, options."""
    cleared = Signal()
    """There is no input of one's own any more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("try_it")
        self.setAccessibleName("Try it")
        self._theme = LIGHT
        self._size = (8, 8)
        self._takes = ""
        self._cards: list[FigureCard] = []
        self.picture = PictureInput(self)
        self.prompt = PromptInput(self)
        self._heading = QLabel("Try it", self)
        font = self._heading.font()
        font.setBold(True)
        self._heading.setFont(font)
        self.note = QLabel(self)
        self.note.setObjectName("try_it_note")
        self.note.setWordWrap(True)
        self._answers = QVBoxLayout()
        self._answers.addStretch(1)
        own = QVBoxLayout()
        for widget in (self._heading, self.picture, self.prompt, self.note):
            own.addWidget(widget)
        own.addStretch(1)
        self._both = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._both.setContentsMargins(8, 6, 8, 8)
        self._own = own
        self._both.addLayout(own, 1)
        self._both.addLayout(self._answers, 1)
        self.picture.changed.connect(self._drawn)
        self.picture.area.refused.connect(self.show_words)
        self.prompt.asked.connect(self._typed)
        self.set_probes(None)

    def set_probes(self, probes: Probes | None) -> None:
        """Offer the input that the networks take, if one of them answers to it."""
        takes = probes.takes if probes is not None and _answers(probes) else ""
        if probes is not None and probes.takes == "image":
            self._size = probes.image_size
        if takes != self._takes:
            self.show_figures(())
        self._takes = takes
        self.picture.setVisible(takes == "image")
        self.prompt.setVisible(takes == "text")
        trained = probes is not None and bool(probes.networks)
        self.note.setText("" if takes else NO_ANSWER if trained else NOT_TRAINED)
        self.note.setVisible(not takes)

    def clear(self) -> None:
        """Have no input, drawn or typed."""
        self.prompt.text.clear()
        self.picture.area.clear()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.note.setStyleSheet(f"color: {theme.muted};")
        self.picture.area.set_theme(theme)
        for card in self._cards:
            card.set_theme(theme)

    def show_figures(self, figures: Sequence[Figure]) -> None:
        """Show the answer."""
        self.note.setVisible(not self._takes)
        same = [type(c.figure) for c in self._cards] == [type(f) for f in figures]
        if not same:
            for card in self._cards:
                card.hide()
                card.setParent(None)
                card.deleteLater()
            self._cards = [FigureCard(figure, self._theme, self) for figure in figures]
            for i, card in enumerate(self._cards):
                self._answers.insertWidget(i, card)
        for card, figure in zip(self._cards, figures, strict=True):
            card.show_figure(figure)
        self.prompt.set_busy(False)

    def show_words(self, words: str) -> None:
        """Say why there is no answer."""
        self.show_figures(())
        self.note.setText(words)
        self.note.setVisible(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the answer beside the input, or below it where it is narrow."""
        super().resizeEvent(event)
        wide = self.width() >= BESIDE
        way = QBoxLayout.Direction
        self._both.setDirection(way.LeftToRight if wide else way.TopToBottom)
        height = (self.parentWidget() or self).height()
        low = self.width() >= ROOMY and height < LOW
        self._both.setStretchFactor(self._own, 0 if low else 1)
        self.picture.arrange(low, height - (AROUND if low else BELOW))

    def _drawn(self) -> None:
        if self.picture.area.is_empty:
            self.show_figures(())
            self.cleared.emit()
            return
        values = self.picture.values(*self._size)
        self.asked.emit("Predict", values, {})

    def _typed(self, options: Mapping[str, Any]) -> None:
        self.prompt.set_busy(True)
        self.asked.emit("Write", self.prompt.text.toPlainText(), options)


def _answers(probes: Probes) -> bool:
    """Whether a network can do something with a person's own input."""
    boards = probes.networks.values()
    return any(OWN_INPUT & set(names) for paths in boards for names in paths.values())


class PictureInput(QWidget):
    """The drawing area, its buttons, and what the network gets of it."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.area = DrawArea(self)
        self.area.drawn.connect(self._drawn)
        self.fit = QCheckBox("Centre and scale", self)
        self.fit.setObjectName("draw_fit")
        self.fit.setAccessibleName("Centre and scale the drawing")
        self.fit.setToolTip("Cut the drawing to what is drawn, as the digits it learned from are")
        self.fit.setChecked(True)
        self.fit.toggled.connect(self.changed)
        self.preview = QLabel(self)
        self.preview.setObjectName("draw_preview")
        self.preview.setAccessibleName("What the network gets")
        self.preview.setToolTip("What the network gets")
        self.preview.setFixedSize(PREVIEW, PREVIEW)
        clear, undo = QPushButton("Clear", self), QPushButton("Undo stroke", self)
        clear.setObjectName("draw_clear")
        undo.setObjectName("draw_undo")
        clear.clicked.connect(self.area.clear)
        undo.clicked.connect(self.area.undo)
        buttons = QVBoxLayout()
        for widget in (clear, undo, self.fit):
            buttons.addWidget(widget)
        self._under = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._under.addLayout(buttons, 1)
        self._under.addWidget(self.preview, 0, Qt.AlignmentFlag.AlignTop)
        self._layout = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self.area)
        self._layout.addLayout(self._under)

    def arrange(self, beside: bool, room: int) -> None:
        """Put the buttons beside the drawing or below it; `room` is for its height."""
        limit = min(
            max(room, self.area.minimumSizeHint().height()), BESIDE_LARGEST if beside else LARGEST
        )
        way = QBoxLayout.Direction
        self._layout.setDirection(way.LeftToRight if beside else way.TopToBottom)
        self._under.setDirection(way.TopToBottom if beside else way.LeftToRight)
        self.area.setFixedWidth(limit) if beside else self.area.setMaximumWidth(UNBOUNDED)
        if limit != self.area.limit:
            self.area.limit = limit
            self.area.updateGeometry()

    def _drawn(self) -> None:
        if self.area.is_empty:
            self.preview.clear()
        self.changed.emit()

    def values(self, height: int, width: int) -> Values:
        """What the network gets, shown small beside the buttons."""
        values = self.area.values(height, width, self.fit.isChecked())
        image = colour_maps.picture(colour_maps.grey()[colour_maps.indices(values, 0.0, 1.0)])
        self.preview.setPixmap(_enlarged(image, self.devicePixelRatioF()))
        return values


def _enlarged(image: QImage, ratio: float) -> QPixmap:
    side = round(PREVIEW * ratio)
    pixmap = QPixmap.fromImage(image).scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


class PromptInput(QWidget):
    """A prompt, how much to write and how boldly."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QPlainTextEdit(self)
        self.text.setObjectName("prompt")
        self.text.setAccessibleName("Prompt")
        self.text.setPlaceholderText("Begin a text; the network goes on with it")
        self.text.setFixedHeight(5 * self.text.fontMetrics().lineSpacing() + 10)
        self.text.setTabChangesFocus(True)
        self.length = QSpinBox(self)
        self.length.setObjectName("prompt_length")
        self.length.setAccessibleName("How many characters to write")
        self.length.setRange(1, 5000)
        self.length.setValue(200)
        self.length.setSuffix(" characters")
        self.temperature = QDoubleSpinBox(self)
        self.temperature.setObjectName("prompt_temperature")
        self.temperature.setAccessibleName("Temperature")
        self.temperature.setToolTip("0: always the likeliest; 1: as it learned; more: bolder")
        self.temperature.setRange(0.0, 5.0)
        self.temperature.setSingleStep(0.1)
        self.temperature.setValue(0.8)
        self.button = QPushButton("Write", self)
        self.button.setObjectName("prompt_write")
        self.button.setAccessibleName("Let the network write")
        self.button.clicked.connect(self._ask)
        form = QFormLayout()
        form.addRow("Length", self.length)
        form.addRow("Temperature", self.temperature)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text)
        layout.addLayout(form)
        layout.addWidget(self.button)

    def set_busy(self, busy: bool) -> None:
        """Say that it is being written."""
        self.button.setText("Writing…" if busy else "Write")
        self.button.setEnabled(not busy)

    def _ask(self) -> None:
        self.asked.emit(
            {"length": self.length.value(), "temperature": round(self.temperature.value(), 2)}
        )
