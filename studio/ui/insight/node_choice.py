"""What to look at: network, node, probes."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

WHOLE = "Whole network"
PATH = Qt.ItemDataRole.UserRole

OWN_INPUT = frozenset({"Predict", "Write"})
"""Probes of one's own input, which has a place of its own."""

SHOWN = "Shown"
"""Probe of the nodes that were put on a board in order to be looked at."""

LOW = 330
"""Below this height, the probes are beside the nodes."""

WIDEST = "Activation histogram"
"""Room that the name of a probe takes."""

Networks = Mapping[str, Mapping[str, tuple[str, ...]]]
Places = Mapping[str, Mapping[str, tuple[str, str]]]


class NodeChoice(QWidget):
    """Network, node by its path, and the probes of that node that are shown."""

    changed = Signal()

    def __init__(self, follow: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._networks: Networks = {}
        self._places: Places = {}
        self._wanted: list[str] = []
        self._wide = True
        self.network = QComboBox(self)
        self.network.setObjectName("insight_network")
        self.network.setAccessibleName("Network to look into")
        self.network.hide()
        self.network.currentTextChanged.connect(self._network_changed)
        self.tree = QTreeWidget(self)
        self.tree.setObjectName("insight_nodes")
        self.tree.setAccessibleName("Nodes of the network")
        self.tree.setHeaderHidden(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setIndentation(14)
        self.tree.currentItemChanged.connect(self._node_changed)
        self.tree.setMinimumWidth(132)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.probes = QListWidget(self)
        self.probes.setObjectName("insight_probes")
        self.probes.setAccessibleName("What to show of the node")
        self.probes.itemChanged.connect(self._probe_changed)
        self._heading = QLabel("Show", self)
        self.probes.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.probes.setMinimumWidth(self.fontMetrics().horizontalAdvance(WIDEST) + 50)
        nodes, shown = QVBoxLayout(), QVBoxLayout()
        nodes.addWidget(self.network)
        nodes.addWidget(self.tree)
        for widget in (self._heading, self.probes, follow):
            shown.addWidget(widget)
        self._parts = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._parts.setContentsMargins(8, 6, 4, 8)
        for part, share in ((nodes, 3), (shown, 2)):
            part.setSpacing(6)
            self._parts.addLayout(part, share)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the probes below the nodes, or beside them where it is low."""
        super().resizeEvent(event)
        self._lay_out()

    def set_wide(self, wide: bool) -> None:
        """Whether there is room to show the probes beside the nodes."""
        self._wide = wide
        self._lay_out()

    def _lay_out(self) -> None:
        beside, way = self._wide and self.height() < LOW, QBoxLayout.Direction
        self._parts.setDirection(way.LeftToRight if beside else way.TopToBottom)

    # ---- what is there -------------------------------------------------------------------------

    def set_networks(self, networks: Networks, places: Places) -> None:
        """Offer these, whose nodes are drawn at these places; the choice stays where it can, and is
        forgotten where there are none."""
        self._places = places
        if networks == self._networks:
            return
        if not networks:
            self._wanted.clear()
        item, name = self.tree.currentItem(), self.network.currentText()
        path = None if item is None else self.path()
        self._networks = networks
        blocked = self.network.blockSignals(True)
        self.network.clear()
        self.network.addItems(list(networks))
        self.network.setCurrentText(name if name in networks else _first_shown(networks))
        self.network.setVisible(len(networks) > 1)
        self.network.blockSignals(blocked)
        self._fill(path)

    def path(self) -> str:
        """Path of the chosen node; empty for the whole network."""
        item = self.tree.currentItem()
        return "" if item is None else str(item.data(0, PATH))

    def chosen(self) -> list[str]:
        """Names of the probes to show."""
        items = (self.probes.item(i) for i in range(self.probes.count()))
        return [item.text() for item in items if item.checkState() == Qt.CheckState.Checked]

    def choose(self, board: str, node: str) -> bool:
        """Choose a node as the canvas names it, the first where its board is used several times;
        False where it cannot be looked into."""
        for name, places in self._places.items():
            path = next((path for path, place in places.items() if place == (board, node)), None)
            if path is not None:
                self.network.setCurrentText(name)
                items = self.tree.findItems(
                    "*", Qt.MatchFlag.MatchWildcard | Qt.MatchFlag.MatchRecursive
                )
                item = next((i for i in items if i.data(0, PATH) == path), None)
                if item is not None:
                    self.tree.setCurrentItem(item)
                    return True
        return False

    # ---- filling -------------------------------------------------------------------------------

    def _network_changed(self) -> None:
        self._fill(None)

    def _fill(self, path: str | None) -> None:
        paths = self._networks.get(self.network.currentText(), {})
        blocked = self.tree.blockSignals(True)
        self.tree.clear()
        items: dict[str, QTreeWidgetItem] = {}
        for one in paths:
            self._item(one, items)
        for one, item in items.items():
            item.setDisabled(one not in paths and not item.childCount())
        start = items[path] if path is not None and path in paths else None
        first = next((items[p] for p in _best_first(paths)), None)
        current = start or first
        if current is not None:
            self.tree.setCurrentItem(current)
        self.tree.blockSignals(blocked)
        self._node_changed()

    def _item(self, path: str, items: dict[str, QTreeWidgetItem]) -> QTreeWidgetItem:
        if path in items:
            return items[path]
        parent, _, name = path.rpartition(".")
        item = QTreeWidgetItem([name or WHOLE])
        item.setData(0, PATH, path)
        item.setToolTip(0, path or WHOLE)
        if parent:
            self._item(parent, items).addChild(item)
        else:
            self.tree.addTopLevelItem(item)
        items[path] = item
        return item

    def _node_changed(self) -> None:
        paths = self._networks.get(self.network.currentText(), {})
        names = [name for name in paths.get(self.path(), ()) if name not in OWN_INPUT]
        checked = [name for name in self._wanted if name in names] or list(names[:1])
        blocked = self.probes.blockSignals(True)
        self.probes.clear()
        for name in names:
            item = QListWidgetItem(name)
            state = Qt.CheckState.Checked if name in checked else Qt.CheckState.Unchecked
            item.setCheckState(state)
            self.probes.addItem(item)
        self.probes.blockSignals(blocked)
        self.changed.emit()

    def _probe_changed(self) -> None:
        here = [self.probes.item(i).text() for i in range(self.probes.count())]
        self._wanted = [n for n in self._wanted if n not in here] + self.chosen()
        self.changed.emit()


def _first_shown(networks: Networks) -> str:
    """The first board that itself says what is to be shown; without one, the first of all."""
    shown = (name for name, paths in networks.items() if any(SHOWN in p for p in paths.values()))
    return next(shown, next(iter(networks), ""))


def _best_first(paths: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Paths, those with most to see first."""

    def rank(path: str) -> int:
        names = paths[path]
        if "Attention" in names:
            return 0
        if "Feature maps" in names:
            return 1 if "Weights" in names else 2
        return 3

    return sorted(paths, key=rank)
