"""What the project costs: the memory of training steps, and a table of nodes to sort."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QTreeView, QWidget

from studio.model.analysis import Analysis, NodeCosts
from studio.model.document import Document
from studio.model.forecast_words import sentences
from studio.model.measures import MEASURES
from studio.model.project import Project
from studio.ui.appearance.theme import Theme
from studio.ui.forms.basic_widgets import column
from studio.ui.processes.costs import Costs

Index = QModelIndex | QPersistentModelIndex
Row = tuple[str, str, str, NodeCosts]
"""Board, node, what it is, costs."""

RAW = Qt.ItemDataRole.UserRole
WAITING = "Costs are counted once the project is checked."


class CostsTable(QAbstractTableModel):
    """A row for each node that costs something; what a block or network holds stands in rows of its
    own, so that columns may be added up."""

    HEADINGS = ("Node", "Type", "Runs", *(each.title for each in MEASURES))

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []

    def show(self, project: Project, analysis: Analysis) -> None:
        """Show what nodes of a project cost."""
        self.beginResetModel()
        self.rows = [
            (name, id, project.boards[name].nodes[id].type, costs)
            for name, nodes in analysis.nodes.items()
            if name in project.boards
            for id, costs in nodes.items()
            if id in project.boards[name].nodes
            and not project.boards[name].nodes[id].stands_for
            and any(each.of(costs) for each in MEASURES)
        ]
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.HEADINGS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.HEADINGS[section]
        if role == Qt.ItemDataRole.ToolTipRole and section >= 3:
            return MEASURES[section - 3].summary
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        board, node, kind, costs = self.rows[index.row()]
        number = index.column()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if number < 2 else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        if role not in (Qt.ItemDataRole.DisplayRole, RAW):
            return None
        if number < 2:
            return (f"{board}.{node}", kind)[number]
        if number == 2:
            return costs.times if role == RAW else f"×{costs.times}" if costs.times > 1 else ""
        measure = MEASURES[number - 3]
        return (measure.of(costs) or 0) if role == RAW else measure.told(costs)


class CostsPanel(QWidget):
    """The forecasts, and below them the table."""

    picked = Signal(str, str)
    """Board and node of the row that was clicked."""

    def __init__(self, document: Document, costs: Costs, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("costs")
        self.setAccessibleName("Costs")
        self._document, self._costs, self._theme = document, costs, theme
        self.forecast = QLabel(WAITING)
        self.forecast.setObjectName("forecast")
        self.forecast.setAccessibleName("Memory of a training step")
        self.forecast.setWordWrap(True)
        self.forecast.setTextFormat(Qt.TextFormat.PlainText)
        self.forecast.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.table = CostsTable(self)
        order = QSortFilterProxyModel(self)
        order.setSourceModel(self.table)
        order.setSortRole(RAW)
        self.view = QTreeView()
        self.view.setObjectName("costs_table")
        self.view.setAccessibleName("Costs of nodes")
        self.view.setModel(order)
        self.view.setRootIsDecorated(False)
        self.view.setUniformRowHeights(True)
        self.view.setAlternatingRowColors(True)
        self.view.header().setMinimumSectionSize(90)
        self.view.setSortingEnabled(True)
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.sortByColumn(CostsTable.HEADINGS.index("Memory"), Qt.SortOrder.DescendingOrder)
        self.view.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.view.header().setStretchLastSection(False)
        self.view.clicked.connect(self._clicked)
        layout = column(self, 6)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.addWidget(self.forecast)
        layout.addWidget(self.view, 1)
        costs.changed.connect(self.refresh)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours: the style sheet does."""
        self._theme = theme

    def refresh(self) -> None:
        """Show what is known now."""
        analysis = self._costs.analysis
        if analysis is None:
            self.forecast.setText(WAITING)
        else:
            told = [line for each in analysis.forecasts for line in sentences(each)]
            self.forecast.setText("\n".join(told) or "Trying a step without memory…")
        self.table.show(self._document.project, analysis or Analysis())

    def _clicked(self, index: QModelIndex) -> None:
        order = self.view.model()
        assert isinstance(order, QSortFilterProxyModel)
        board, node, *_ = self.table.rows[order.mapToSource(index).row()]
        self.picked.emit(board, node)
