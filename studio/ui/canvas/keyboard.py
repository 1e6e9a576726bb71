"""What keys do on the canvas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from studio.ui.canvas.commands import BoardCommands
from studio.ui.canvas.editor import BoardEditor
from studio.ui.canvas.gestures.pointer import Pointer


class KeyedBoard(BoardEditor, Protocol):
    """A board that keys govern."""

    commands: BoardCommands
    pointer: Pointer

    def reset_zoom(self) -> None:
        """Go back to 1:1."""


Action = Callable[[KeyedBoard], object]

_ARROWS: Mapping[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_STANDARD: tuple[tuple[QKeySequence.StandardKey, Action], ...] = (
    (QKeySequence.StandardKey.Copy, lambda board: board.commands.copy()),
    (QKeySequence.StandardKey.Cut, lambda board: board.commands.cut()),
    (QKeySequence.StandardKey.Paste, lambda board: board.commands.paste()),
    (QKeySequence.StandardKey.SelectAll, lambda board: board.commands.select_all()),
)


def pressed(board: KeyedBoard, event: QEvent) -> bool:
    """Do what a key stands for; False where it stands for nothing here."""
    if not isinstance(event, QKeyEvent):
        return False
    keys = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    key = event.key()
    if key == Qt.Key.Key_Space and not keys:
        board.pointer.space = True
        return True
    if key in _ARROWS and _arrow(board, _ARROWS[key], keys):
        return True
    action = _ACTIONS.get((key, keys.value)) or next(
        (action for standard, action in _STANDARD if event.matches(standard)), None
    )
    if action is not None:
        action(board)
    return action is not None


def released(board: KeyedBoard, event: QEvent) -> bool:
    """Let go of Space."""
    if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
        if not event.isAutoRepeat():
            board.pointer.space = False
        return True
    return False


def claimed(event: QEvent) -> bool:
    """Keep plain keys from the window's shortcuts while the canvas has the focus."""
    if not isinstance(event, QKeyEvent):
        return False
    plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    known = (event.key(), plain.value) in _ACTIONS or event.key() in _ARROWS
    if known and not plain:
        event.accept()
        return True
    return False


def _arrow(board: KeyedBoard, way: tuple[int, int], keys: Qt.KeyboardModifier) -> bool:
    """Move what is selected, by more with Shift; with Ctrl, or where nothing is selected, go to
    the next node."""
    shift = keys == Qt.KeyboardModifier.ShiftModifier
    if (not keys or shift) and board.selection:
        board.commands.nudge(*way, far=shift)
    elif not keys or shift or keys == Qt.KeyboardModifier.ControlModifier:
        board.commands.walk(*way)
    else:
        return False
    return True


def _give_up(board: KeyedBoard) -> None:
    if not board.pointer.cancel():
        board.select(())


def _back(board: KeyedBoard) -> None:
    """Delete what is selected; where nothing is, go back to where one came from."""
    if board.selection or board.emphasis.wires:
        board.commands.delete()
    else:
        board.left.emit()


def _search(board: KeyedBoard) -> None:
    at = board.pointer.place.toPoint()
    inside = board.rect().contains(at)
    board.open_search(at if inside else board.rect().center() - QPoint(88, 24))


_NONE = Qt.KeyboardModifier.NoModifier.value
_CONTROL = Qt.KeyboardModifier.ControlModifier.value
_SHIFT = Qt.KeyboardModifier.ShiftModifier.value
_ALT = Qt.KeyboardModifier.AltModifier.value
_ACTIONS: Mapping[tuple[int, int], Action] = {
    (Qt.Key.Key_Delete, _NONE): lambda board: board.commands.delete(),
    (Qt.Key.Key_Backspace, _NONE): _back,
    (Qt.Key.Key_Left, _ALT): lambda board: board.left.emit(),
    (Qt.Key.Key_Up, _ALT): lambda board: board.left.emit(),
    (Qt.Key.Key_Return, _NONE): lambda board: board.commands.enter(),
    (Qt.Key.Key_Enter, _NONE): lambda board: board.commands.enter(),
    (Qt.Key.Key_G, _CONTROL): lambda board: board.start_block(),
    (Qt.Key.Key_G, _CONTROL | _SHIFT): lambda board: board.commands.unpack(),
    (Qt.Key.Key_F, _NONE): lambda board: board.frame_selection(),
    (Qt.Key.Key_A, _NONE): lambda board: board.frame_all(),
    (Qt.Key.Key_Home, _NONE): lambda board: board.frame_all(),
    (Qt.Key.Key_1, _CONTROL): lambda board: board.reset_zoom(),
    (Qt.Key.Key_D, _CONTROL): lambda board: board.commands.duplicate(),
    (Qt.Key.Key_Plus, _NONE): lambda board: board.zoom_by(1.25),
    (Qt.Key.Key_Minus, _NONE): lambda board: board.zoom_by(0.8),
    (Qt.Key.Key_Tab, _NONE): _search,
    (Qt.Key.Key_F2, _NONE): lambda board: board.start_rename(),
    (Qt.Key.Key_Escape, _NONE): _give_up,
}
"""Key and modifiers -> what it does."""
