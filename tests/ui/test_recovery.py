"""Recovery files: written while work is unsaved, gone when it is not, offered after a crash."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from studio.model.document import Document
from studio.model.edits import AddBoard, apply
from studio.model.project import Board, Project
from studio.model.project_file import load, save
from studio.ui.window.recovery_dialog import offer_recovery
from studio.ui.window.recovery_file import Recovery, folder, leftovers
from tests.ui.windows import window_with


def change(document: Document, name: str = "net") -> None:
    project = apply(document.project, [AddBoard(Board(name, "network"))])
    document.edit("Add", project)


def test_unsaved_work_is_kept_and_goes_when_saved(qtbot: QtBot, tmp_path: Path) -> None:
    document = Document()
    recovery = Recovery(document)
    recovery.write().result()
    assert not recovery.file.exists()
    change(document)
    qtbot.waitUntil(recovery.file.exists, timeout=5000)
    document.mark_saved(document.project, tmp_path / "mine.json")
    recovery.write().result()
    assert not recovery.file.exists()
    assert not (tmp_path / "mine.json").exists()
    recovery.close()


def test_work_without_a_pause_is_kept_now_and_then(qtbot: QtBot) -> None:
    document = Document()
    recovery = Recovery(document)
    recovery.switch(True)
    qtbot.wait(50)
    kept: list[bool] = []
    for number in range(30):
        change(document, f"net{number}")
        qtbot.wait(100)
        kept.append(recovery.file.exists())
    assert kept.count(False) > 10  # not at every edit
    assert kept[-1]
    assert len(load(recovery.file).boards) < 30
    recovery.close()


def test_a_clean_end_leaves_nothing(qtbot: QtBot) -> None:
    document = Document()
    recovery = Recovery(document)
    change(document)
    recovery.write().result()
    recovery.close()
    assert list(folder().iterdir()) == []


def test_switched_off_it_keeps_nothing(qtbot: QtBot) -> None:
    document = Document()
    recovery = Recovery(document)
    recovery.switch(False)
    change(document)
    recovery.write().result()
    assert not recovery.file.exists()
    recovery.close()


def test_a_live_window_is_no_leftover(qtbot: QtBot) -> None:
    document = Document()
    recovery = Recovery(document)
    change(document)
    recovery.write().result()
    assert list(leftovers()) == []
    recovery.close()


def test_after_a_crash_the_work_is_offered(qtbot: QtBot, tmp_path: Path) -> None:
    crash = """
import os
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from studio.model.document import Document
from studio.model.edits import AddBoard
from studio.model.project import Board
from studio.ui.window.recovery_file import Recovery
app = QCoreApplication([])
document = Document(path=Path("mine.json"))
recovery = Recovery(document)
document.edit("Add", AddBoard(Board("lost", "network")).apply(document.project))
recovery.write().result()
os._exit(9)
"""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", crash], cwd=root, check=False, timeout=60)
    assert done.returncode == 9
    (left,) = leftovers()
    assert left.name == "mine.json"
    assert list(left.read().boards) == ["lost"]
    left.discard()
    assert list(leftovers()) == []


def test_a_number_taken_by_another_process_is_no_live_window(qtbot: QtBot) -> None:
    document = Document()
    recovery = Recovery(document)
    change(document)
    recovery.write().result()
    owner = recovery.file.with_suffix(".owner")
    told = json.loads(owner.read_text())
    owner.write_text(json.dumps({**told, "started": told["started"] - 1000}))
    assert len(list(leftovers())) == 1
    recovery.close()


def test_a_folder_that_cannot_be_written_is_told_once(qtbot: QtBot) -> None:
    folder().parent.write_text("in the way")
    document = Document()
    recovery = Recovery(document)
    told: list[str] = []
    recovery.failed.connect(told.append)
    change(document)
    recovery.write().result()
    recovery.write().result()
    qtbot.waitUntil(lambda: bool(told), timeout=2000)
    assert len(told) == 1
    assert "not kept" in told[0]
    folder().parent.unlink()
    recovery.close()


def leave(name: str) -> Path:
    """A recovery file of a window that is gone."""
    folder().mkdir(parents=True, exist_ok=True)
    path = folder() / f"{name}.json"
    save(Project({name: Board(name, "network")}), path)
    path.with_suffix(".owner").write_text(json.dumps({"pid": 0, "started": 0, "origin": ""}))
    return path


def press(role: QMessageBox.ButtonRole) -> None:
    """Click a button of the question that comes."""

    def click() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        next(b for b in box.buttons() if box.buttonRole(b) == role).click()

    QTimer.singleShot(50, click)


def test_restored_work_is_unsaved_and_kept_again(qtbot: QtBot) -> None:
    path = leave("lost")
    with window_with(qtbot) as window:
        press(QMessageBox.ButtonRole.AcceptRole)
        offer_recovery(window, window.files, window.recovery)
        assert list(window.document.project.boards) == ["lost"]
        assert window.document.modified
        assert not path.exists()
        assert window.recovery.file.exists()
    assert list(folder().glob("*.json")) == []


def test_discarded_work_is_gone(qtbot: QtBot) -> None:
    path = leave("lost")
    with window_with(qtbot) as window:
        press(QMessageBox.ButtonRole.DestructiveRole)
        offer_recovery(window, window.files, window.recovery)
        assert "lost" not in window.document.project.boards
    assert not path.exists()


def test_later_leaves_the_work(qtbot: QtBot) -> None:
    path = leave("lost")
    with window_with(qtbot) as window:
        press(QMessageBox.ButtonRole.RejectRole)
        offer_recovery(window, window.files, window.recovery)
    assert path.exists()
