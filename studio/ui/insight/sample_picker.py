"""Which sample to look at, and whether to follow the training."""

from __future__ import annotations

import random
from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QToolButton,
    QWidget,
)

from studio.model.data_parts import PARTS, Part

ORDER: tuple[Part, ...] = ("validation", "training", "test")


class SamplePicker(QWidget):
    """Part, index, and ways to another sample."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: Mapping[str, int] = {}
        self._part = QComboBox(self)
        self._part.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._part.setMinimumContentsLength(11)
        self._part.setObjectName("sample_part")
        self._part.setAccessibleName("Part of the data")
        self._part.currentTextChanged.connect(self._part_changed)
        self.index = QSpinBox(self)
        self.index.setObjectName("sample_index")
        self.index.setAccessibleName("Number of the sample")
        self.index.setKeyboardTracking(False)
        self.index.valueChanged.connect(self.changed)
        self._of = QLabel(self)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        parts: list[QWidget] = [self._part, self._button("‹", "previous"), self.index]
        parts += [self._button("›", "next"), self._of, self._button("Random", "random")]
        for widget in parts:
            line.addWidget(widget)
        self.set_counts({})

    def _button(self, text: str, way: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setObjectName(f"sample_{way}")
        button.setAccessibleName(f"{way.capitalize()} sample")
        button.setToolTip(f"{way.capitalize()} sample")
        button.clicked.connect(getattr(self, f"go_{way}"))
        return button

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """Offer so many samples of each part."""
        self._counts = counts
        part = self._part.currentText()
        blocked = self._part.blockSignals(True)
        self._part.clear()
        self._part.addItems([name for name in ORDER if counts.get(name)])
        if counts.get(part):
            self._part.setCurrentText(part)
        self._part.blockSignals(blocked)
        blocked = self.index.blockSignals(True)
        self._limit()
        self.index.blockSignals(blocked)
        self.setEnabled(bool(self._part.count()))

    @property
    def part(self) -> Part:
        """Part of the data."""
        text = self._part.currentText()
        return next((part for part in PARTS if part == text), "validation")

    def go_previous(self) -> None:
        """One back, from the first to the last."""
        self._go(self.index.value() - 1)

    def go_next(self) -> None:
        """One on, from the last to the first."""
        self._go(self.index.value() + 1)

    def go_random(self) -> None:
        """Any sample of the part, each as likely."""
        self._go(random.randrange(self.index.maximum() + 1))

    def _go(self, index: int) -> None:
        wrapped = index % (self.index.maximum() + 1)
        if wrapped == self.index.value():
            self.changed.emit()
        self.index.setValue(wrapped)

    def _part_changed(self) -> None:
        self._limit()
        self.changed.emit()

    def _limit(self) -> None:
        count = self._counts.get(self._part.currentText(), 0)
        self.index.setMaximum(max(count - 1, 0))
        self._of.setText(f"of {count:,}")


def follow_toggle(parent: QWidget) -> QCheckBox:
    """Whether the figures follow the training."""
    box = QCheckBox("Follow training", parent)
    box.setObjectName("follow_training")
    box.setAccessibleName("Follow the training")
    box.setToolTip("Ask again and again while it trains, as often as that does not slow it down")
    box.setChecked(True)
    return box
