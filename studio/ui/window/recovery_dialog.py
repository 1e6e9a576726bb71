"""After a crash: offers what was not saved."""

from __future__ import annotations

from PySide6.QtWidgets import QMessageBox, QWidget

from studio.model.files import FileError
from studio.ui.window import dialogs
from studio.ui.window.document_files import DocumentFiles
from studio.ui.window.recovery_file import Leftover, Recovery, leftovers


def offer_recovery(parent: QWidget, files: DocumentFiles, recovery: Recovery) -> None:
    """Ask about the newest work that a crash left; others stay for later starts."""
    left = next(leftovers(), None)
    if left is None:
        return
    box = QMessageBox(
        QMessageBox.Icon.Question,
        "Unsaved work",
        f"Netloom ended without saving {left.name}. Restore that work?",
        QMessageBox.StandardButton.NoButton,
        parent,
    )
    box.setObjectName("recovery")
    box.setAccessibleName("Unsaved work")
    restore = box.addButton("Restore", QMessageBox.ButtonRole.AcceptRole)
    discard = box.addButton("Discard", QMessageBox.ButtonRole.DestructiveRole)
    box.addButton("Later", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(restore)
    box.exec()
    if box.clickedButton() is restore:
        _restore(parent, files, recovery, left)
    elif box.clickedButton() is discard:
        left.discard()


def _restore(parent: QWidget, files: DocumentFiles, recovery: Recovery, left: Leftover) -> None:
    if not files.may_leave():
        return
    try:
        project = left.read()
    except FileError as error:
        dialogs.tell(parent, "Cannot restore", str(error))
        return
    files.show(project, left.origin, "Restored", saved=False, known=left.known)
    recovery.write().result(timeout=10)
    left.discard()
    files.message.emit("Restored; save it to keep it.")
