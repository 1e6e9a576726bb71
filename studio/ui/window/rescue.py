"""After a crash: offers what was not saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMessageBox

from studio.model.files import FileError
from studio.ui.recovery import Leftover, leftovers
from studio.ui.window import dialogs

if TYPE_CHECKING:
    from studio.ui.window.window import Window


def offer(window: Window) -> None:
    """Ask about the newest work that a crash left; others stay for later starts."""
    left = next(leftovers(), None)
    if left is None:
        return
    box = QMessageBox(
        QMessageBox.Icon.Question,
        "Unsaved work",
        f"Netloom ended without saving {left.name}. Restore that work?",
        QMessageBox.StandardButton.NoButton,
        window,
    )
    box.setObjectName("recovery")
    box.setAccessibleName("Unsaved work")
    restore = box.addButton("Restore", QMessageBox.ButtonRole.AcceptRole)
    discard = box.addButton("Discard", QMessageBox.ButtonRole.DestructiveRole)
    box.addButton("Later", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(restore)
    box.exec()
    if box.clickedButton() is restore:
        _restore(window, left)
    elif box.clickedButton() is discard:
        left.discard()


def _restore(window: Window, left: Leftover) -> None:
    if not window.files.may_leave():
        return
    try:
        project = left.read()
    except FileError as error:
        dialogs.tell(window, "Cannot restore", str(error))
        return
    window.files.show(project, left.origin, "Restored", saved=False)
    window.recovery.write().result(timeout=10)
    left.discard()
    window.say("Restored; save it to keep it.")
