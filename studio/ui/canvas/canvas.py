"""The canvas: shows a board and edits it, always through the document."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from types import MappingProxyType

from PySide6.QtCore import QEvent, QPoint, QPointF, Signal
from PySide6.QtGui import QPainter

from nodes.declare import NodeType
from studio.model.document import Document
from studio.model.layout.cards import PortAt
from studio.model.layout.spacing import free_place
from studio.model.library import Library
from studio.model.offers import Offer, fitting, offers, search_order
from studio.model.operations.adding import NewNode, add
from studio.model.operations.block import make_block
from studio.model.operations.drawn_board import DrawnBoard
from studio.model.operations.edited import Refusal
from studio.model.project import Project, Wire
from studio.ui.appearance.theme import Theme
from studio.ui.canvas import keyboard
from studio.ui.canvas.commands import BoardCommands
from studio.ui.canvas.editor import Operation
from studio.ui.canvas.gestures import node_drop
from studio.ui.canvas.gestures.panning import pinch, wheel
from studio.ui.canvas.gestures.pointer import Pointer
from studio.ui.canvas.keyboard_navigation import spoken
from studio.ui.canvas.overlays import context_menu, tooltips
from studio.ui.canvas.overlays.block_name_field import BlockNameField
from studio.ui.canvas.overlays.node_search import NodeSearch
from studio.ui.canvas.overlays.rename_field import RenameField
from studio.ui.canvas.surface import Surface


class Canvas(Surface):
    """One board, drawn and edited by hand."""

    selection_changed = Signal(object)
    """The selected nodes' ids, a frozenset."""
    entered = Signal(str)
    """The board that a node stands for is to be shown."""
    left = Signal()
    """The board is to be shown that one came from."""
    fix_chosen = Signal(object)
    """A fix was chosen from a node's menu."""
    help_wanted = Signal(str)
    """Somebody wants to know more of a type, or of the selected node where it is empty."""
    fix_offered = Signal(object)
    """A fix of a node's menu is pointed at; None when it is no more."""
    hovered = Signal(str)
    """The node under the pointer, or nothing."""

    _events: Mapping[QEvent.Type, Callable[[QEvent], bool]] = MappingProxyType({})

    def __init__(
        self,
        document: Document,
        board: str,
        types: Mapping[str, NodeType],
        theme: Theme,
        library: Library | None = None,
    ) -> None:
        super().__init__(document, board, types, theme)
        self._library = library or Library()
        self.setAcceptDrops(True)
        self.commands = BoardCommands(self)
        self.pointer = Pointer(self)
        pointer, kind = self.pointer, QEvent.Type
        self._events = {
            kind.MouseButtonPress: pointer.press,
            kind.MouseMove: pointer.move,
            kind.MouseButtonRelease: pointer.release,
            kind.MouseButtonDblClick: pointer.double,
            kind.Leave: pointer.leave,
            kind.FocusOut: pointer.unfocused,
            kind.Wheel: lambda event: wheel(self, event),
            kind.NativeGesture: lambda event: pinch(self, event),
            kind.KeyPress: lambda event: keyboard.pressed(self, event),
            kind.KeyRelease: lambda event: keyboard.released(self, event),
            kind.ShortcutOverride: keyboard.claimed,
            kind.DragEnter: lambda event: node_drop.enter(self, event),
            kind.DragMove: lambda event: node_drop.over(self, event),
            kind.DragLeave: lambda event: node_drop.leave(self, event),
            kind.Drop: lambda event: node_drop.drop(self, event),
            kind.ContextMenu: lambda event: context_menu.show(self, self, self.commands, event),
            kind.ToolTip: lambda event: tooltips.show(self, self, event),
        }
        changed = self._changed
        document.subscribe(changed)
        self.destroyed.connect(lambda: document.unsubscribe(changed))

    def event(self, event: QEvent) -> bool:
        """Hand an event to what it is for."""
        action = self._events.get(event.type())
        if action is not None and action(event):
            event.accept()
            return True
        return super().event(event)

    def paint_overlay(self, painter: QPainter) -> None:
        """What a gesture shows on top of the board."""
        self.pointer.paint(painter)

    # ---- what is selected ----------------------------------------------------------------------

    @property
    def selection(self) -> frozenset[str]:
        """Ids of the selected nodes."""
        return self.emphasis.nodes

    def select(self, ids: Iterable[str], wires: Iterable[Wire] = ()) -> None:
        """Select these nodes and wires, and nothing else."""
        before = self.emphasis.nodes
        self.emphasis.nodes = frozenset(ids) & self.scene.cards.keys()
        self.emphasis.wires = frozenset(wires) & self.scene.curves.keys()
        if self.emphasis.nodes != before:
            self.setAccessibleDescription(spoken(self.scene, self.emphasis.nodes))
            self.selection_changed.emit(self.emphasis.nodes)
        self.update()

    # ---- edits ---------------------------------------------------------------------------------

    @property
    def drawn(self) -> DrawnBoard:
        """The board as it is drawn now."""
        return self.scene.drawn(self.document.project)

    @property
    def target(self) -> QPointF:
        """Where in the scene new things go: under the pointer, or in the middle of what is shown
        where it is elsewhere."""
        place = self.pointer.place
        inside = self.rect().contains(place.toPoint())
        return self.view.to_scene(place) if inside else self.visible_rect().center()

    def attempt(self, operation: Operation, merge: Hashable | None = None) -> None:
        """Make an edit, or say why it cannot be made. Edits in a row with the same `merge` are
        undone together."""
        try:
            edited = operation(self.drawn)
        except Refusal as refusal:
            self.say(str(refusal))
            return
        self.document.edit(edited.label, edited.project, merge)
        if edited.selected is not None:
            self.select(edited.selected)

    def say(self, sentence: str) -> None:
        """Tell the person something in the status bar."""
        self.message.emit(sentence)

    def add_node(self, new: NewNode) -> None:
        """Add a node in the middle of what is shown."""
        middle = self.visible_rect().center()
        at = free_place(self.scene.cards, middle.x() - 88, middle.y() - 24)
        self.attempt(lambda drawn: add(drawn, new, at))

    def enter(self, id: str) -> None:
        """Go to the board that a node stands for, if it stands for one."""
        if self.scene.cards[id].node.stands_for in self.document.project.boards:
            self.entered.emit(id)

    # ---- what opens over it --------------------------------------------------------------------

    def open_search(self, at: QPoint, start: PortAt | None = None) -> None:
        """Offer nodes to add at a point of the widget; wired to `start`, where one is given."""
        drawn, library = self.drawn, self._library.blocks
        found = search_order(offers(drawn.project, drawn.board, self.types, library))
        place = self.view.to_scene(QPointF(at))
        corner = (place.x(), place.y())
        if start is not None:
            own = drawn.port(start)
            found = fitting(found, own, start.output) if own else []
            if not found:
                self.say(f"No node on this board fits {start.node}.{start.port}.")
                return

        def choose(offer: Offer) -> None:
            self.attempt(lambda drawn: add(drawn, offer.new, corner, start=start))
            for id in self.selection:
                self.reveal(id)

        NodeSearch(self, at, found, self.theme, choose, self.help_wanted.emit)

    def start_block(self) -> None:
        """Let the name of a block be typed that the selected nodes are to become."""
        try:
            edited = make_block(self.drawn, self.selection)
        except Refusal as refusal:
            self.say(str(refusal))
            return
        made = edited.project.boards[self.board].nodes
        for id in edited.selected or ():
            BlockNameField(self, self, made[id])

    def start_rename(self) -> None:
        """Let the selected node's name be typed in its place."""
        if len(self.selection) == 1:
            RenameField(self, self, next(iter(self.selection)))
        else:
            self.say("Select one node to rename it.")

    # ---- following the document ----------------------------------------------------------------

    def _changed(self, before: Project | None, after: Project) -> None:
        if before is None:
            return  # this canvas is of the project before and goes with it
        self._whole = False
        self.show_preview(None)
        self.pointer.cancel()
        few = len(self.scene.cards)
        self.scene.change(before, after)
        if not few and len(self.scene.cards) > 1:
            self.frame_all()
        self.select(self.emphasis.nodes, self.emphasis.wires)
