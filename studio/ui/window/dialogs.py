"""Questions and messages in dialogs."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

PROJECTS = "Netloom projects (*.json)"


def tell(parent: QWidget, title: str, sentence: str, bad: bool = True) -> None:
    """Show one message."""
    icon = QMessageBox.Icon.Warning if bad else QMessageBox.Icon.Information
    box = QMessageBox(icon, title, sentence, QMessageBox.StandardButton.Ok, parent)
    box.setObjectName("message")
    box.setAccessibleName(title)
    box.exec()


def ask_unsaved(parent: QWidget, name: str) -> Literal["save", "discard", "cancel"]:
    """What to do about unsaved changes."""
    buttons = QMessageBox.StandardButton
    box = QMessageBox(
        QMessageBox.Icon.Question,
        "Unsaved changes",
        f"Save the changes to {name}?",
        buttons.Save | buttons.Discard | buttons.Cancel,
        parent,
    )
    box.setInformativeText("They are lost otherwise.")
    box.setObjectName("unsaved")
    box.setAccessibleName("Unsaved changes")
    box.setDefaultButton(buttons.Save)
    answer = box.exec()
    if answer == buttons.Save:
        return "save"
    return "discard" if answer == buttons.Discard else "cancel"


def ask_changed(parent: QWidget, name: str) -> Literal["save_as", "overwrite", "cancel"]:
    """What to do about a file that somebody else has written to."""
    box = QMessageBox(
        QMessageBox.Icon.Warning,
        "The file was changed",
        f"{name} was changed by another window or program since it was read here.",
        QMessageBox.StandardButton.NoButton,
        parent,
    )
    box.setInformativeText("Saving over it loses what was changed there.")
    box.setObjectName("changed")
    box.setAccessibleName("The file was changed")
    save_as = box.addButton("Save as…", QMessageBox.ButtonRole.AcceptRole)
    save_as.setObjectName("save_as")
    overwrite = box.addButton("Overwrite", QMessageBox.ButtonRole.DestructiveRole)
    overwrite.setObjectName("overwrite")
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(save_as)
    box.setEscapeButton(cancel)
    box.exec()
    if box.clickedButton() is save_as:
        return "save_as"
    return "overwrite" if box.clickedButton() is overwrite else "cancel"


def ask_running(parent: QWidget, name: str) -> bool:
    """Whether to stop the run under way, as its project is left."""
    box = QMessageBox(
        QMessageBox.Icon.Question,
        "A run is under way",
        f"Leave {name} and stop its run?",
        QMessageBox.StandardButton.NoButton,
        parent,
    )
    box.setInformativeText("The run is saved as far as it is; it can be resumed later.")
    box.setObjectName("running")
    box.setAccessibleName("A run is under way")
    stop = box.addButton("Stop the run", QMessageBox.ButtonRole.AcceptRole)
    stop.setObjectName("stop_run")
    keep = box.addButton("Keep working", QMessageBox.ButtonRole.RejectRole)
    keep.setObjectName("keep_working")
    box.setDefaultButton(keep)
    box.setEscapeButton(keep)
    box.exec()
    return box.clickedButton() is stop


def ask_open(parent: QWidget, folder: Path) -> Path | None:
    """Which project to open."""
    dialog = QFileDialog(parent, "Open a project", str(folder), PROJECTS)
    dialog.setObjectName("open_dialog")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return _chosen(dialog)


def ask_save(parent: QWidget, start: Path, title: str, filters: str) -> Path | None:
    """Where to save something."""
    dialog = QFileDialog(parent, title, str(start.parent), filters)
    dialog.setObjectName("save_dialog")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(start.suffix.removeprefix("."))
    dialog.selectFile(start.name)
    return _chosen(dialog)


def _chosen(dialog: QFileDialog) -> Path | None:
    if dialog.exec() != QFileDialog.DialogCode.Accepted:
        return None
    return next((Path(name) for name in dialog.selectedFiles()), None)
