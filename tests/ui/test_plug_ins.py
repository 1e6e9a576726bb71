"""Node types of other packages reach the window as cards, without any of their code."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from studio.model.operations.adding import NewNode
from studio.session.checker import Checker
from tests.nodes.packages import install
from tests.nodes.test_cards import foreign
from tests.ui.windows import window_with

SWISH = """
import torch

from nodes.declare import NodeType, Param, Port, Problem


def check(values, shapes):
    if values["scale"] == torch.inf:
        yield Problem("endless", "{node}: scale must be finite")


SWISH = NodeType(
    "Swish",
    "Activation",
    "x * sigmoid(a * x).",
    inputs=(Port("input"),),
    params=(Param("scale", "float", 1.0, "a."),),
    forward=lambda values, shapes: "{input} * torch.sigmoid({scale} * {input})",
    check=check,
    glyph="ƒ",
)
"""


def test_the_windows_catalogue_holds_no_code(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "swish_layers", SWISH)
    monkeypatch.syspath_prepend(tmp_path)
    with window_with(qtbot) as window:
        checker = Checker(window.link.receive)
        try:
            qtbot.waitUntil(lambda: "Swish" in window.types, timeout=30_000)
            assert [bad for known in window.types.values() for bad in foreign(known)] == []
            assert "swish_layers" not in sys.modules
            window.add(NewNode("Swish"))
            assert window.tabs.canvas is not None
            assert window.document.project.boards["LeNet"].nodes["swish"].type == "Swish"
        finally:
            checker.close()
