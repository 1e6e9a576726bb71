"""What nodes cost, as the window shows it: colours, their bar, the table."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QTreeView
from pytestqt.qtbot import QtBot

from studio.model.analysis import Analysis, Forecast, Memory, NodeCosts
from studio.model.gallery import template
from studio.model.measures import MEASURES
from studio.model.messages import Analysed, Checked
from studio.ui.appearance.heat_colours import STEPS, heat_colour
from studio.ui.appearance.theme import DARK, LIGHT, Theme
from studio.ui.canvas.overlays.heat_bar import HeatBar
from studio.ui.window.window import Window
from tests.ui.windows import find, window_with

ANALYSIS = Analysis(
    {
        "LeNet": {
            "conv1": NodeCosts(1, 156, 117_600, 1_204_224, 1_206_728),
            "conv2": NodeCosts(1, 2416, 240_000, 409_600, 448_264),
            "relu1": NodeCosts(1, 0, 0, 1_204_224, 1_204_224),
            "fc3": NodeCosts(1, 850, 840, 0, 13_608),
        },
        "Training": {"lenet": NodeCosts(1, 61_706, 416_520, 4_545_024, 5_532_328)},
    },
    (
        Forecast(
            "Training", 64, "float32", "cpu", Memory(weights=246_824), 8_000_000_000, largest=1797
        ),
    ),
)


def tell(window: Window) -> None:
    """What the checker would say."""
    window.link.checked.emit(Checked(1, (), {}))
    window.link.analysed.emit(Analysed(1, ANALYSIS))
    QApplication.processEvents()


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG has it."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_colours_can_be_told_apart_by_their_lightness(theme: Theme) -> None:
    light = [luminance(heat_colour(step / (STEPS - 1), theme)) for step in range(STEPS)]
    assert light == sorted(light, reverse=not theme.dark)
    assert heat_colour(0, theme) == theme.node


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nodes_are_coloured_by_what_they_cost(qtbot: QtBot, theme: str) -> None:
    with window_with(qtbot) as window:
        window.set_theme(theme)
        tell(window)
        canvas = window.tabs.canvas
        assert canvas is not None
        bar = canvas.findChild(HeatBar)
        assert bar is not None
        window.commands["heat_multiply_adds"].trigger()
        assert canvas.scene.heat is not None
        assert canvas.scene.heat.words == {"conv1": "118 k", "conv2": "240 k", "fc3": "840"}
        assert bar.accessibleName() == "Nodes are coloured by Multiply-adds"
        canvas.zoom_by(1 / canvas.view.scale)
        canvas.reveal("conv2")
        inside = canvas.node_rect("conv2").topRight() + QPoint(-5, 42)

        def colour() -> str:
            return canvas.grab().toImage().pixelColor(inside).name()

        hot = heat_colour(1, window.theme)
        qtbot.waitUntil(lambda: colour() == hot)  # pictures are drawn a few a frame
        window.tabs.open_board("Training")
        training = window.tabs.canvas
        assert training is not None
        assert training.scene.heat is not None
        assert training.scene.heat.shares == {"lenet": 1.0}
        window.tabs.open_board("LeNet")
        menu = bar.menu()
        next(a for a in menu.actions() if a.objectName() == "colour_by_none").trigger()
        assert window.commands["heat_none"].isChecked()
        qtbot.waitUntil(lambda: colour() == window.theme.node)


def test_costs_are_asked_for_only_while_they_are_shown(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with window_with(qtbot) as window:
        asked: list[int] = []
        monkeypatch.setattr(window.link, "analyse", lambda: asked.append(1))
        tell(window)
        assert not asked
        window.commands["heat_memory"].trigger()
        assert len(asked) == 1
        window.docks.reveal("costs")
        tell(window)
        assert len(asked) == 2
        window.commands["heat_none"].trigger()
        tell(window)
        assert len(asked) == 3
        window.docks.reveal("issues")
        QApplication.processEvents()
        tell(window)
        assert len(asked) == 3


def test_the_table_leads_to_nodes(qtbot: QtBot) -> None:
    with window_with(qtbot) as window:
        window.docks.reveal("costs")
        tell(window)
        told = find(window, "forecast")
        assert isinstance(told, QLabel)
        assert "the largest batch that does is 1,797" in told.text()
        view = find(window, "costs_table")
        assert isinstance(view, QTreeView)

        def column(number: int) -> list[str]:
            model = view.model()
            return [model.index(row, number).data() for row in range(model.rowCount())]

        memory = 3 + [measure.name for measure in MEASURES].index("memory")
        assert column(0) == ["LeNet.conv1", "LeNet.relu1", "LeNet.conv2", "LeNet.fc3"]
        assert column(memory) == ["1.21 MB", "1.2 MB", "448 kB", "13.6 kB"]
        view.sortByColumn(3, Qt.SortOrder.DescendingOrder)
        assert column(0)[0] == "LeNet.conv2"
        window.tabs.open_board("Training")
        place = view.visualRect(view.model().index(0, 0)).center()
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert window.tabs.board == "LeNet"
        assert window.tabs.canvas is not None
        assert window.tabs.canvas.selection == {"conv2"}
        window.files.show(template("mlp"), None)
        QApplication.processEvents()
        assert view.model().rowCount() == 0, "that was about another project"
