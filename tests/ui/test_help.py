"""Help: where it opens, what it shows of a type and of a node, how links open."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from nodes.catalogue import builtin
from studio.compile.explaining import explained
from studio.model.messages import ExplainType, NodesChecked, SourceReady, TypeExplained
from studio.model.project import Board, Node, Project
from studio.model.report import BoardSource, NodeReport, Signal
from studio.ui.canvas.overlays.node_search import NodeSearch
from studio.ui.window.window import Window
from tests.ui.windows import find, window_with

CONV = Node("conv", "Conv2d", {"kernel_size": 5})


def project() -> Project:
    return Project({"net": Board("net", "network", {"conv": CONV, "relu": Node("relu", "ReLU")})})


def select(window: Window, *nodes: str) -> None:
    canvas = window.tabs.canvas
    assert canvas is not None
    canvas.select(nodes)


def shown(window: Window) -> str:
    assert window.docks["help"].isVisible()
    return window.help.panel.text.toPlainText()


def test_f1_opens_the_help_of_the_selected_node_and_follows(qtbot: QtBot) -> None:
    with window_with(qtbot, project()) as window:
        assert not window.docks["help"].isVisible()
        window.commands["node_help"].trigger()
        assert "Select a node" in shown(window)
        select(window, "conv")
        window.commands["node_help"].trigger()
        assert "Conv2d" in shown(window)
        signal = Signal(("N", 16, 4, 4), "float32")
        window.link.nodes_checked.emit(
            NodesChecked(1, "net", {"conv": NodeReport({}, {"output": signal})})
        )
        source = BoardSource("a\n    self.conv = nn.Conv2d(3, 16, 5)\nb", {"conv": (2,)})
        window.link.source_ready.emit(SourceReady(1, {"net": source}))
        for told in ("N×16×4×4", "self.conv = nn.Conv2d(3, 16, 5)", "kernel_size", "5"):
            assert told in shown(window)
        select(window, "relu")
        assert "ReLU" in shown(window)
        assert "Conv2d" not in shown(window)


def test_what_the_layer_says_itself_is_shown_when_it_comes(qtbot: QtBot) -> None:
    with window_with(qtbot, project()) as window:
        window.help.panel.text.setFixedWidth(300)
        window.help.show_type("Conv2d")
        assert "cross-correlation" not in shown(window)
        help = explained(builtin().types["Conv2d"], {})
        window.link.type_explained.emit(TypeExplained(ExplainType("Conv2d"), help))
        assert "cross-correlation" in shown(window)
        html = window.help.panel.text.toHtml()
        assert html.count("<img") >= 3
        for theme in ("dark", "light"):
            window.set_theme(theme)
            assert "cross-correlation" in shown(window)


def test_a_type_that_ends_the_checker_is_not_asked_about_for_ever(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with window_with(qtbot, project()) as window:
        asked: list[ExplainType] = []
        monkeypatch.setattr(window.link, "explain", asked.append)
        window.help.show_type("Conv2d")
        for _ in range(4):
            window.link.checker_gone.emit("it was killed")
        assert asked == [ExplainType("Conv2d")] * 2
        assert "Filters that slide" in shown(window)


def test_palette_search_and_menus_lead_to_help(qtbot: QtBot) -> None:
    with window_with(qtbot, project()) as window:
        search = find(window, "palette_search")
        qtbot.keyClicks(search, "gelu")
        qtbot.keyClick(search, Qt.Key.Key_F1)
        assert "GELU" in shown(window)
        canvas = window.tabs.canvas
        assert canvas is not None
        canvas.open_search(canvas.rect().center())
        found = canvas.findChild(NodeSearch)
        assert found is not None
        qtbot.keyClicks(found.field, "dropout")
        qtbot.keyClick(found.field, Qt.Key.Key_F1)
        assert "Dropout" in shown(window)
        qtbot.keyClick(found.field, Qt.Key.Key_Escape)
        select(window, "relu")
        qtbot.mouseClick(find(window, "palette_search"), Qt.MouseButton.LeftButton)
        window.docks.reveal("inspector")
        qtbot.mouseClick(find(window, "node_help"), Qt.MouseButton.LeftButton)
        assert "ReLU" in shown(window)


def test_links_open_in_the_browser_and_nothing_else_does(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    with window_with(qtbot, project()) as window:
        text = window.help.panel.text
        for address in ("https://arxiv.org/abs/1", "file:///etc/passwd", "javascript:1"):
            text.anchorClicked.emit(QUrl(address))
        assert opened == ["https://arxiv.org/abs/1"]
        text.setHtml("<img src='file:///etc/hostname'>")
        assert text.loadResource(2, QUrl("file:///etc/hostname")) is None
