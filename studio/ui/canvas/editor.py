"""What gestures, keys and overlays need of the canvas, and nothing else of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Protocol

from PySide6.QtCore import QPoint, QPointF, QRect, SignalInstance

from studio.model.layout.cards import PortAt
from studio.model.operations.drawn_board import DrawnBoard
from studio.model.operations.edited import Edited
from studio.model.project import Wire
from studio.ui.appearance.theme import Theme
from studio.ui.canvas.scene.emphasis import Emphasis
from studio.ui.canvas.scene.scene import Scene
from studio.ui.canvas.scene.viewport import PannedView, Viewport

Operation = Callable[[DrawnBoard], Edited]
"""From the board as it is drawn to the next project; it may raise Refusal."""


class BoardEditor(PannedView, Protocol):
    """A board on the screen that can be selected from and edited."""

    scene: Scene
    view: Viewport
    emphasis: Emphasis
    theme: Theme
    left: SignalInstance
    fix_chosen: SignalInstance
    help_wanted: SignalInstance
    fix_offered: SignalInstance
    hovered: SignalInstance

    @property
    def drawn(self) -> DrawnBoard:
        """The board as it is drawn now."""

    @property
    def selection(self) -> frozenset[str]:
        """Ids of the selected nodes."""

    @property
    def target(self) -> QPointF:
        """Where in the scene new things go: under the pointer, or in the middle of what is shown
        where it is elsewhere."""

    def select(self, ids: Iterable[str], wires: Iterable[Wire] = ()) -> None:
        """Select these nodes and wires, and nothing else."""

    def attempt(self, operation: Operation, merge: Hashable | None = None) -> None:
        """Make an edit, or say why it cannot be made. Edits in a row with the same `merge` are
        undone together."""

    def say(self, sentence: str) -> None:
        """Tell the person something in the status bar."""

    def open_search(self, at: QPoint, start: PortAt | None = None) -> None:
        """Offer nodes to add at a point of the widget; wired to `start`, where one is given."""

    def enter(self, id: str) -> None:
        """Go to the board that a node stands for, if it stands for one."""

    def start_block(self) -> None:
        """Let the name of a block be typed that the selected nodes are to become."""

    def start_rename(self) -> None:
        """Let the selected node's name be typed in its place."""

    def reveal(self, id: str) -> None:
        """Pan as far as needed to show a node."""

    def frame_all(self) -> None:
        """Show the whole board."""

    def frame_selection(self) -> None:
        """Show the selected nodes, or the whole board where none are."""

    def update(self) -> None:
        """Paint again."""

    def rect(self) -> QRect:
        """The widget's own rectangle."""

    def take_focus(self) -> None:
        """Let keys come here."""
