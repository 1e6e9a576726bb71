"""The inspector."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QScrollArea

from nodes.declare import NodeType
from studio.model.document import Document
from studio.ui.findings import Findings
from studio.ui.link import Link
from studio.ui.theme import Theme


class Inspector(QScrollArea):
    """Parameters and facts of what is selected."""

    message = Signal(str)
    fix_chosen = Signal(object)
    board_wanted = Signal(str)

    def __init__(
        self,
        document: Document,
        types: Mapping[str, NodeType],
        findings: Findings,
        link: Link,
        theme: Theme,
    ) -> None:
        super().__init__()
        self.setObjectName("inspector")

    def set_theme(self, theme: Theme) -> None: ...

    def show_selection(self, board: str, nodes: frozenset[str]) -> None: ...
