"""Makes the lines of a text document others, changing only those that differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtGui import QTextCursor, QTextDocument

STEP = 5
"""Lines changed at once."""


class Lines:
    """The lines of a document. Colouring is what takes long, so changes come in small steps."""

    def __init__(self, document: QTextDocument) -> None:
        self._document = document
        self.now: list[str] = [""]

    def clear(self) -> None:
        """Have none, at once."""
        self._document.clear()
        self.now = [""]

    def become(self, wanted: Sequence[str]) -> Iterator[None]:
        """Steps towards other lines; `now` holds after each one."""
        wanted = list(wanted) or [""]
        start, end = _common(self.now, wanted)
        old, new = len(self.now) - end, len(wanted) - end
        while start < old or start < new:
            gone = min(STEP, old - start)
            put = wanted[start : min(start + STEP, new)]
            if gone < STEP and len(put) > gone:
                put = put[: max(gone, STEP)]
            self._replace(start, gone, put)
            old += len(put) - gone
            start += len(put)
            yield

    def _replace(self, start: int, gone: int, put: list[str]) -> None:
        cursor = self._select(start, gone, bool(put))
        text = "\n".join(put)
        if gone == 0 and start < len(self.now):
            text += "\n"
        elif gone == 0:
            text = "\n" + text
        cursor.insertText(text)
        self.now[start : start + gone] = put

    def _select(self, start: int, gone: int, kept: bool) -> QTextCursor:
        keep = QTextCursor.MoveMode.KeepAnchor
        last = start + gone >= len(self.now)
        cursor = QTextCursor(self._document)
        if gone == 0 and start >= len(self.now):
            cursor.movePosition(QTextCursor.MoveOperation.End)
            return cursor
        cursor.setPosition(self._document.findBlockByNumber(start).position())
        if gone and kept:
            block = self._document.findBlockByNumber(start + gone - 1)
            cursor.setPosition(block.position() + block.length() - 1, keep)
        elif gone and not last:
            cursor.setPosition(self._document.findBlockByNumber(start + gone).position(), keep)
        elif gone:
            cursor.setPosition(max(0, cursor.position() - 1))
            cursor.movePosition(QTextCursor.MoveOperation.End, keep)
        return cursor


def _common(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many lines are the same at the start, and of the others at the end."""
    short = min(len(old), len(new))
    start = 0
    while start < short and old[start] == new[start]:
        start += 1
    end = 0
    while end < short - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return start, end
