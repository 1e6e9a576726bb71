"""Saving: nothing of others is lost, and a project keeps its identity."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from studio.model.gallery import empty
from studio.model.project import Project
from studio.model.project_file import load, save
from studio.ui.window import dialogs
from tests.ui.windows import window_with


def press(button: str) -> None:
    """Press a button of the next question."""

    def work() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        found = box.findChild(QPushButton, button)
        assert found is not None
        found.click()

    QTimer.singleShot(100, work)


def changed(project: Project) -> Project:
    return replace(project, settings=project.settings.changed("epochs", 77))


def test_a_file_that_another_window_wrote_to(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, copy = tmp_path / "net.json", tmp_path / "copy.json"
    save(replace(empty(), uid="mine"), path)
    with window_with(qtbot) as window:
        assert window.files.read(path)
        save(replace(empty(), uid="theirs"), path)
        window.document.edit("Change", changed(window.document.project))
        monkeypatch.setattr(dialogs, "ask_save", lambda *arguments: copy)
        press("save_as")
        assert window.files.save()
        assert load(path).uid == "theirs", "theirs is as it was"
        assert load(copy).settings.epochs == 77
        assert window.document.path == copy
        assert window.files.save(), "nobody wrote to the copy"
        save(replace(empty(), uid="again"), copy)
        press("overwrite")
        assert window.files.save()
        assert load(copy).settings.epochs == 77


def test_a_copy_is_another_project_and_the_first_save_is_not(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with window_with(qtbot) as window:
        first = window.document.project.uid
        assert first, "runs from before the first save are found by it"
        window.document.edit("Change", changed(window.document.project))
        monkeypatch.setattr(dialogs, "ask_save", lambda *arguments: tmp_path / "net.json")
        assert window.files.save()
        assert load(tmp_path / "net.json").uid == first
        monkeypatch.setattr(dialogs, "ask_save", lambda *arguments: tmp_path / "copy.json")
        assert window.files.save_as()
        copied = load(tmp_path / "copy.json").uid
        assert copied not in ("", first)
        window.document.undo()
        assert window.document.project.uid == copied
        assert window.files.read(tmp_path / "net.json")
        assert window.document.project.uid == first


def test_paths_begin_where_the_project_is_saved(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialogs, "ask_save", lambda *arguments: tmp_path / "net.json")
    with window_with(qtbot) as window:
        checked: list[Path | None] = []
        monkeypatch.setattr(window.link, "check", lambda project: checked.append(project.folder))
        assert window.document.project.folder is None
        assert window.files.save()
        assert checked == [tmp_path], "what lies there is looked at"
        assert not window.document.modified
        assert window.files.save()
        assert checked == [tmp_path]


def test_an_older_file_gets_a_uid_when_it_is_saved(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    save(empty(), path)
    with window_with(qtbot) as window:
        assert window.files.read(path)
        assert not window.document.modified
        assert window.files.save()
        uid = load(path).uid
        assert uid
        assert not window.document.modified
        assert window.files.save()
        assert load(path).uid == uid
