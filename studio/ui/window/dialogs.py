"""Questions and messages in dialogs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from PySide6.QtWidgets import QDialog, QFileDialog, QInputDialog, QMessageBox, QWidget

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


def ask_changed(parent: QWidget, name: str) -> str:
    """What to do about a file that somebody else has written to: `save_as`, `overwrite` or
    `cancel`."""
    return _answer(
        parent,
        "changed",
        "The file was changed",
        f"{name} was changed by another window or program since it was read here.",
        "Saving over it loses what was changed there.",
        {"save_as": "Save as…", "overwrite": "Overwrite", "cancel": "Cancel"},
        "save_as",
    )


def ask_running(parent: QWidget, name: str, count: int, alone: bool) -> str:
    """What becomes of the runs under way as their project is left: `stop_run`, `train_on` or
    `keep_working`; `alone` is what the person usually wants."""
    one = count == 1
    return _answer(
        parent,
        "running",
        "A run is under way" if one else f"{count} runs are under way",
        f"What shall become of {'the run' if one else f'the {count} runs'} of {name}?",
        "It can train on without a window: open the project again to see and steer it. Stopped, it "
        "is saved as far as it is, and can be resumed."
        if one
        else "They can train on without a window: open the project again to see and steer them. "
        "Stopped, they are saved as far as they are, and can be resumed.",
        {
            "train_on": "Train on",
            "stop_run": "Stop the run" if one else "Stop the runs",
            "keep_working": "Cancel",
        },
        "train_on" if alone else "stop_run",
    )


def ask_edited(parent: QWidget, run: str) -> str:
    """What a run goes on with that had another project than is drawn: `drawn`, `own` or
    `cancel`."""
    return _answer(
        parent,
        "edited",
        "The project was edited",
        f"{run} was trained with another drawing than this one. What shall it go on with?",
        "With what is drawn now, all weights are kept that still have a place; new ones start "
        "fresh.",
        {"drawn": "What is drawn now", "own": "As it was", "cancel": "Cancel"},
        "drawn",
    )


def _answer(
    parent: QWidget,
    id: str,
    title: str,
    question: str,
    more: str,
    answers: Mapping[str, str],
    default: str,
) -> str:
    """Which button of a question is pressed; the last one is what Escape means."""
    icon, none = QMessageBox.Icon.Question, QMessageBox.StandardButton.NoButton
    box = QMessageBox(icon, title, question, none, parent)
    box.setInformativeText(more)
    box.setObjectName(id)
    box.setAccessibleName(title)
    buttons, escape = {}, list(answers)[-1]
    for name, words in answers.items():
        last = name == escape
        role = QMessageBox.ButtonRole.RejectRole if last else QMessageBox.ButtonRole.AcceptRole
        buttons[name] = box.addButton(words, role)
        buttons[name].setObjectName(name)
        if last:
            box.setEscapeButton(buttons[name])
    box.setDefaultButton(buttons[default])
    box.exec()
    return next((n for n, b in buttons.items() if b is box.clickedButton()), escape)


def ask_which(parent: QWidget, title: str, question: str, names: Sequence[str]) -> str | None:
    """Which of several is meant."""
    dialog = QInputDialog(parent)
    dialog.setObjectName("which")
    dialog.setAccessibleName(title)
    dialog.setWindowTitle(title)
    dialog.setLabelText(question)
    dialog.setComboBoxItems(names)
    return dialog.textValue() if dialog.exec() == QDialog.DialogCode.Accepted else None


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
