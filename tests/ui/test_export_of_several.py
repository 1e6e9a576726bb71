"""Export from a project with several networks."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QInputDialog
from pytestqt.qtbot import QtBot

from studio.model.gallery import template
from tests.ui.windows import window_with


def test_the_window_asks_which_network(qtbot: QtBot) -> None:
    offered: list[str] = []
    proposed: list[str] = []

    def choose() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QInputDialog)
        combo = dialog.findChild(QComboBox)
        assert combo is not None
        offered.extend(combo.itemText(i) for i in range(combo.count()))
        combo.setCurrentIndex(1)
        QTimer.singleShot(100, name)
        dialog.accept()

    def name() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QFileDialog)
        proposed.extend(dialog.selectedFiles())
        dialog.reject()

    with window_with(qtbot, template("gan")) as window:
        QTimer.singleShot(100, choose)
        window.commands["export_python"].trigger()
    assert offered == ["Generator", "Discriminator"]
    assert proposed[0].endswith("_discriminator.py")
