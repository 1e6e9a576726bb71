"""Curves, tables and text, drawn by widgets that exist already."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QPlainTextEdit,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from studio.model.figures import Curves, Figure, Table, Text
from studio.ui.appearance.theme import Theme
from studio.ui.figures.curve_pyramid import Pyramid
from studio.ui.figures.figure_view import FigureView, themed
from studio.ui.figures.plot import Line, Plot


class Around(FigureView):
    """A figure drawn by a widget inside that fills it. A layout would override the height."""

    inner: QWidget

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the widget inside as large as this one."""
        super().resizeEvent(event)
        self.inner.setGeometry(self.rect())


class CurvesView(Around):
    """Renders `Curves` by the plot that training uses."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plot = Plot("", self)
        self._lines: list[tuple[str, Pyramid]] = []
        self.inner = self._plot

    def show_figure(self, figure: Figure) -> None:
        """Draw these curves."""
        assert isinstance(figure, Curves)
        self._lines = []
        for series in figure.series:
            data = Pyramid()
            data.append(np.asarray(series.x, np.float64), np.asarray(series.y, np.float64))
            self._lines.append((series.name, data))
        self._plot.title = figure.y_label
        self._plot.set_label(figure.x_label)
        self._plot.x_name = figure.x_label or "x"
        self._plot.set_log(figure.log_y)
        self.setAccessibleName(f"{figure.title}: {len(figure.series)} curves")
        self._draw()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        super().set_theme(theme)
        self._plot.set_theme(theme)
        self._draw()

    def _draw(self) -> None:
        colours = self.theme.series
        self._plot.set_lines(
            [
                Line(name, data, colours[i % len(colours)])
                for i, (name, data) in enumerate(self._lines)
            ]
        )


class TableView(Around):
    """Renders `Table` by Qt's own table."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = QTableWidget(self)
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.setAlternatingRowColors(True)
        self._table.setShowGrid(False)
        self._table.verticalHeader().hide()
        self._table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self._table.horizontalHeader().setStretchLastSection(True)
        self._table.setFrameShape(QTableWidget.Shape.NoFrame)
        self.inner = self._table

    def show_figure(self, figure: Figure) -> None:
        """Show these rows."""
        assert isinstance(figure, Table)
        self._table.setColumnCount(len(figure.columns))
        self._table.setHorizontalHeaderLabels(list(figure.columns))
        self._table.setRowCount(len(figure.rows))
        for i, row in enumerate(figure.rows):
            for j, words in enumerate(row):
                item = QTableWidgetItem(words)
                item.setToolTip(words)
                self._table.setItem(i, j, item)
        self._table.setAccessibleName(figure.title)
        self.setAccessibleName(f"{figure.title}: {len(figure.rows)} rows")
        self.updateGeometry()

    def height_for(self, width: int) -> int:
        """All rows, within reason."""
        header = self._table.horizontalHeader().sizeHint().height()
        rows = self._table.rowCount() * self._table.verticalHeader().defaultSectionSize()
        return min(header + rows + 4, 420)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        super().set_theme(theme)
        self._table.setPalette(themed(self._table.palette(), theme))


class TextView(Around):
    """Renders `Text` by a field that cannot be edited, so that it can be selected."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = QPlainTextEdit(self)
        self._words.setReadOnly(True)
        self._words.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self._words.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.inner = self._words

    def show_figure(self, figure: Figure) -> None:
        """Show these words."""
        assert isinstance(figure, Text)
        self._words.setPlainText(figure.text)
        self._words.setAccessibleName(figure.title)
        self.setAccessibleName(f"{figure.title}: {figure.text[:200]}")
        self.updateGeometry()

    def height_for(self, width: int) -> int:
        """As many lines as the words take, within reason."""
        text = self._words.toPlainText()
        columns = max(width // max(self._words.fontMetrics().averageCharWidth(), 1), 10)
        lines = sum(1 + len(line) // columns for line in text.split("\n"))
        return min(max(lines + 1, 3) * self._words.fontMetrics().lineSpacing() + 12, 360)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        super().set_theme(theme)
        self._words.setPalette(themed(self._words.palette(), theme))
