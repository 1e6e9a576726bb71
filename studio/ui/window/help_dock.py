"""The Help panel's dock: made when somebody first asks for help, then it follows the selection."""

from __future__ import annotations

from collections.abc import Mapping

from nodes.declare import NodeType
from studio.model.document import Document
from studio.ui.appearance.theme import Theme
from studio.ui.help.help_panel import HelpPanel
from studio.ui.processes.check_results import CheckResults
from studio.ui.processes.process_link import ProcessLink
from studio.ui.window.docks import Docks


class HelpDock:
    """Opens the panel at a type, or at a node."""

    def __init__(
        self,
        docks: Docks,
        document: Document,
        types: Mapping[str, NodeType],
        results: CheckResults,
        link: ProcessLink,
        theme: Theme,
    ) -> None:
        self._docks, self._document, self._types = docks, document, types
        self._results, self._link, self._theme = results, link, theme
        self._made: HelpPanel | None = None
        self._selected: tuple[str, str] | None = None
        docks["help"].visibilityChanged.connect(self._opened)

    @property
    def panel(self) -> HelpPanel:
        """The panel itself."""
        if self._made is None:
            self._made = HelpPanel(
                self._document, self._types, self._results, self._link, self._theme
            )
            self._docks["help"].put(self._made)
        return self._made

    def show_type(self, name: str) -> None:
        """Tell of a type; of the selected node where none is named, and how to ask where there is
        none."""
        panel = self.panel
        if name:
            panel.show_type(name)
        elif self._selected is not None:
            panel.show_node(*self._selected)
        self._docks.reveal("help")

    def select(self, board: str, nodes: frozenset[str]) -> None:
        """Follow the selection."""
        self._selected = (board, next(iter(nodes))) if len(nodes) == 1 else None
        if self._made is not None and self._selected is not None:
            self._made.show_node(*self._selected)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        if self._made is not None:
            self._made.set_theme(theme)

    def _opened(self, visible: bool) -> None:
        if visible and self._made is None and self._selected is not None:
            self.panel.show_node(*self._selected)
