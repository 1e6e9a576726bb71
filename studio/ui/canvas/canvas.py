"""The canvas: shows a board and edits it, always through the document."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from types import MappingProxyType

from PySide6.QtCore import QEvent, QPoint, QPointF, Signal
from PySide6.QtGui import QGuiApplication

from nodes.declare import NodeType
from studio.model.document import Document
from studio.model.project import Board, Project, Wire
from studio.ui.canvas import clipboard, drop, editing, keys, menu, tips
from studio.ui.canvas.arrange import arranged
from studio.ui.canvas.editing import Edited, New
from studio.ui.canvas.geometry import PortAt
from studio.ui.canvas.offers import Offer, fitting, offers
from studio.ui.canvas.pan import pinch, wheel
from studio.ui.canvas.placing import free_place, place_new
from studio.ui.canvas.pointer import Pointer
from studio.ui.canvas.search import Search
from studio.ui.canvas.surface import Surface
from studio.ui.canvas.walk import spoken
from studio.ui.theme import Theme

_STEP = 24.0
"""Copies lie this far right and down."""


class Canvas(Surface):
    """One board, drawn and edited by hand."""

    selection_changed = Signal(object)
    """The selected nodes' ids, a frozenset."""
    open_board = Signal(str)
    """A node that stands for a board was double-clicked."""
    fix_chosen = Signal(object)
    """A fix was chosen from a node's menu."""
    hovered = Signal(str)
    """The node under the pointer, or nothing."""

    _events: Mapping[QEvent.Type, Callable[[QEvent], bool]] = MappingProxyType({})

    def __init__(
        self, document: Document, board: str, types: Mapping[str, NodeType], theme: Theme
    ) -> None:
        super().__init__(document, board, types, theme)
        self.setAcceptDrops(True)
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
            kind.KeyPress: lambda event: keys.pressed(self, event),
            kind.KeyRelease: lambda event: keys.released(self, event),
            kind.ShortcutOverride: lambda event: keys.claimed(self, event),
            kind.DragEnter: lambda event: drop.enter(self, event),
            kind.DragMove: lambda event: drop.over(self, event),
            kind.DragLeave: lambda event: drop.leave(self, event),
            kind.Drop: lambda event: drop.drop(self, event),
            kind.ContextMenu: lambda event: menu.show(self, event),
            kind.ToolTip: lambda event: tips.show(self, event),
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

    @property
    def selection(self) -> frozenset[str]:
        """Ids of the selected nodes."""
        return self.marks.nodes

    def select(self, ids: Iterable[str], wires: Iterable[Wire] = ()) -> None:
        """Select these nodes and wires, and nothing else."""
        before = self.marks.nodes
        self.marks.nodes = frozenset(ids) & self.scene.cards.keys()
        self.marks.wires = frozenset(wires) & self.scene.curves.keys()
        if self.marks.nodes != before:
            self.setAccessibleDescription(spoken(self.scene, self.marks.nodes))
            self.selection_changed.emit(self.marks.nodes)
        self.update()

    def select_all(self) -> None:
        """Select every node."""
        self.select(self.scene.cards)

    def edit(
        self, edited: Edited, select: Iterable[str] | None = None, merge: Hashable | None = None
    ) -> None:
        """Make an edit, and select what it is about."""
        self.document.edit(edited.label, edited.project, merge)
        if select is not None:
            self.select(select)

    def arrange(self) -> None:
        """Lay out the selected nodes, or all, by layers from left to right."""
        ids = self.selection if len(self.selection) > 1 else frozenset(self.scene.cards)
        places = arranged(self.scene, ids)
        if not places:
            return
        label = "Arrange" if len(ids) == len(self.scene.cards) else f"Arrange {len(ids)} nodes"
        _, project = editing.move(self.document.project, self.board, places)
        self.edit(Edited(label, project))
        if len(ids) == len(self.scene.cards):
            self.frame_all()

    def delete_selection(self) -> None:
        """Delete the selected nodes, keeping the flow where that is possible, and wires."""
        project, marks = self.document.project, self.marks
        if marks.nodes:
            self.edit(editing.delete(project, self.board, marks.nodes, self.types), select=())
        elif marks.wires:
            self.edit(editing.disconnect(project, self.board, marks.wires), select=())

    def copy(self) -> None:
        """Put the selected nodes on the clipboard."""
        if self.selection:
            text = clipboard.to_clipboard(self.scene.board, self.selection)
            QGuiApplication.clipboard().setText(text)

    def cut(self) -> None:
        """Copy the selected nodes and delete them."""
        if not self.selection:
            return
        self.copy()
        label, project = editing.delete(
            self.document.project, self.board, self.selection, self.types
        )
        self.edit(Edited(label.replace("Delete", "Cut"), project), select=())

    def paste(self) -> None:
        """Add the nodes on the clipboard, at the pointer."""
        part = clipboard.from_clipboard(QGuiApplication.clipboard().text())
        if isinstance(part, str):
            self.message.emit(part)
            return
        place = self.pointer.place
        inside = self.rect().contains(place.toPoint())
        corner = self.view.to_scene(place) if inside else self.visible_rect().center()
        self._paste(part, free_place(self.scene, corner.x(), corner.y()), "Paste")

    def duplicate(self) -> None:
        """Add copies of the selected nodes beside them."""
        bounds = self.scene.bounds(self.selection)
        if self.selection and bounds:
            part = clipboard.from_clipboard(
                clipboard.to_clipboard(self.scene.board, self.selection)
            )
            if isinstance(part, Board):
                at = free_place(self.scene, bounds[0] + _STEP, bounds[1] + _STEP)
                self._paste(part, at, "Duplicate")

    def add_node(
        self,
        type_name: str,
        at: tuple[float, float] | None = None,
        wire: Wire | None = None,
        start: PortAt | None = None,
        new: New | None = None,
    ) -> None:
        """Add a node at a place of the scene (its top left corner), or in the middle of what is
        shown; into a wire, or wired to a port that a wire was dragged from."""
        if at is None:
            middle = self.visible_rect().center()
            at = free_place(self.scene, middle.x() - 88, middle.y() - 24)
        new = new or New(type_name, {})
        edited, id = place_new(self.scene, self.document.project, new, at, wire, start)
        self.edit(edited, select={id})

    def open_search(self, at: QPoint, start: PortAt | None = None) -> None:
        """Offer nodes to add at a point of the widget; wired to `start`, where one is given."""
        found = offers(self.document.project, self.scene.board, self.types)
        place = self.view.to_scene(QPointF(at))
        corner = (place.x(), place.y())
        if start is not None:
            own = self.scene.cards[start.node].port(start.port, start.output)
            found = fitting(found, own, start.output) if own else []
            if not found:
                self.message.emit(f"No node on this board fits {start.node}.{start.port}.")
                return

        def add(offer: Offer) -> None:
            self.add_node(offer.type.name, corner, start=start, new=offer.new)
            for id in self.selection:
                self.reveal(id)

        Search(self, at, found, self.theme, add)

    def _paste(self, part: Board, at: tuple[float, float], label: str) -> None:
        pasted = clipboard.paste(self.document.project, self.board, part, self.types, at, label)
        if isinstance(pasted, str):
            self.message.emit(pasted)
        else:
            self.edit(pasted[0], select=pasted[1])

    def _changed(self, before: Project, after: Project) -> None:
        self._whole = False
        self.pointer.cancel()
        few = len(self.scene.cards)
        self.scene.change(before, after)
        if not few and len(self.scene.cards) > 1:
            self.frame_all()
        self.select(self.marks.nodes, self.marks.wires)
