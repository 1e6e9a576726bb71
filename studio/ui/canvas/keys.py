"""What keys do on the canvas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from studio.ui.canvas import editing
from studio.ui.canvas.geometry import GRID
from studio.ui.canvas.rename import start_rename
from studio.ui.canvas.walk import next_node

if TYPE_CHECKING:
    from studio.ui.canvas.canvas import Canvas

_ARROWS: Mapping[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_STANDARD: tuple[tuple[QKeySequence.StandardKey, str], ...] = (
    (QKeySequence.StandardKey.Copy, "copy"),
    (QKeySequence.StandardKey.Cut, "cut"),
    (QKeySequence.StandardKey.Paste, "paste"),
    (QKeySequence.StandardKey.SelectAll, "select_all"),
)


def pressed(canvas: Canvas, event: QEvent) -> bool:
    """Do what a key stands for; False where it stands for nothing here."""
    if not isinstance(event, QKeyEvent):
        return False
    keys = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    key = event.key()
    if key == Qt.Key.Key_Space and not keys:
        canvas.pointer.space = True
        return True
    if key in _ARROWS and keys in (
        Qt.KeyboardModifier.NoModifier,
        Qt.KeyboardModifier.ShiftModifier,
    ):
        return _nudge(canvas, _ARROWS[key], bool(keys)) if canvas.selection else _walk(canvas, key)
    if key in _ARROWS and keys == Qt.KeyboardModifier.ControlModifier:
        return _walk(canvas, key)
    action = _actions(canvas).get((key, keys.value))
    if action is None:
        action = next(
            (_of(canvas, name) for standard, name in _STANDARD if event.matches(standard)), None
        )
    if action is None:
        return False
    action()
    return True


def released(canvas: Canvas, event: QEvent) -> bool:
    """Let go of Space."""
    if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
        if not event.isAutoRepeat():
            canvas.pointer.space = False
        return True
    return False


def claimed(canvas: Canvas, event: QEvent) -> bool:
    """Keep plain keys from the window's shortcuts while the canvas has the focus."""
    if not isinstance(event, QKeyEvent):
        return False
    plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    known = (event.key(), plain.value) in _actions(canvas) or event.key() in _ARROWS
    if known and not plain:
        event.accept()
        return True
    return False


def _of(canvas: Canvas, name: str) -> Callable[[], None]:
    actions: Mapping[str, Callable[[], None]] = {
        "copy": canvas.copy,
        "cut": canvas.cut,
        "paste": canvas.paste,
        "select_all": canvas.select_all,
    }
    return actions[name]


def _actions(canvas: Canvas) -> Mapping[tuple[int, int], Callable[[], object]]:
    none, control = Qt.KeyboardModifier.NoModifier.value, Qt.KeyboardModifier.ControlModifier.value
    return {
        (Qt.Key.Key_Delete, none): canvas.delete_selection,
        (Qt.Key.Key_Backspace, none): canvas.delete_selection,
        (Qt.Key.Key_F, none): canvas.frame_selection,
        (Qt.Key.Key_A, none): canvas.frame_all,
        (Qt.Key.Key_Home, none): canvas.frame_all,
        (Qt.Key.Key_1, control): canvas.reset_zoom,
        (Qt.Key.Key_D, control): canvas.duplicate,
        (Qt.Key.Key_Plus, none): lambda: canvas.zoom_by(1.25),
        (Qt.Key.Key_Minus, none): lambda: canvas.zoom_by(0.8),
        (Qt.Key.Key_Tab, none): lambda: _search(canvas),
        (Qt.Key.Key_F2, none): lambda: _rename(canvas),
        (Qt.Key.Key_Escape, none): lambda: _give_up(canvas),
    }


def _give_up(canvas: Canvas) -> None:
    if not canvas.pointer.cancel():
        canvas.select(())


def _search(canvas: Canvas) -> None:
    at = canvas.pointer.place.toPoint()
    canvas.open_search(
        at if canvas.rect().contains(at) else canvas.rect().center() - QPoint(88, 24)
    )


def _rename(canvas: Canvas) -> None:
    if len(canvas.selection) == 1:
        start_rename(canvas, next(iter(canvas.selection)))
    else:
        canvas.message.emit("Select one node to rename it.")


def _walk(canvas: Canvas, key: int) -> bool:
    """Select the next node in a direction, and show it."""
    found = next_node(canvas.scene, canvas.selection, *_ARROWS[key])
    if found is not None:
        canvas.select({found})
        canvas.reveal(found)
    return True


def _nudge(canvas: Canvas, step: tuple[int, int], far: bool) -> bool:
    cards = canvas.scene.cards
    places = {
        id: (
            cards[id].x + step[0] * GRID * (4 if far else 1),
            cards[id].y + step[1] * GRID * (4 if far else 1),
        )
        for id in canvas.selection
    }
    if places:
        edited = editing.move(canvas.document.project, canvas.board, places)
        canvas.edit(edited, merge=("nudge", canvas.board, canvas.selection))
    return bool(places)
