"""Renderers: every kind of figure is drawn, on the screen and into a file."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QToolTip
from pytestqt.qtbot import QtBot

from studio.model.figures import (
    Bars,
    Curves,
    Figure,
    Heatmap,
    Histogram,
    Images,
    Series,
    Table,
    Text,
)
from studio.ui.appearance.theme import DARK, LIGHT, Theme
from studio.ui.figures import colour_maps
from studio.ui.figures.bars_view import BarsView, HistogramView
from studio.ui.figures.curve_pyramid import Pyramid
from studio.ui.figures.figure_card import RENDERERS, FigureCard, render_png
from studio.ui.figures.heatmap_view import HeatmapView
from studio.ui.figures.images_view import Enlarged, ImagesView
from studio.ui.figures.plot import Line, Plot
from studio.ui.figures.plot_axis import Ticks

CHANCE = np.random.default_rng(0)

FIGURES: list[Figure] = [
    Curves("Curves", (Series("a", np.arange(9), np.arange(9) ** 2),), "x", "y", log_y=True),
    Images("Pictures", CHANCE.random((5, 4, 6)), ("one", "two")),
    Images("Colour", CHANCE.random((1, 4, 4, 3))),
    Images("Signed", CHANCE.normal(size=(2, 3, 3)), signed=True),
    Images("None", np.zeros((0, 3, 3))),
    Heatmap(
        "Matrix", CHANCE.integers(0, 9, (3, 4)), ("a", "b", "c"), tuple("wxyz"), "p", "t", True
    ),
    Heatmap("Long", CHANCE.random((2, 300))),
    Heatmap("Not finite", np.array([[np.nan, 1.0], [np.inf, 0.0]]), counts=True),
    Histogram("Histogram", np.linspace(-1, 1, 11), np.arange(10), "a note"),
    Histogram("All the same", np.array([0.0, 0.0]), np.array([0])),
    Bars("Bars", ("a", "a very long name " * 9), np.array([0.25, 0.75]), (1,)),
    Bars("Below zero", ("a", "b"), np.array([-0.5, 0.25])),
    Bars("Log", ("a", "b", "c"), np.array([1e-6, 0.0, 1.0]), log_x=True),
    Bars("No bars", (), np.zeros(0)),
    Table("Table", ("name", "value"), (("a", "1"), ("b", "2"))),
    Text("Text", "words\nand more"),
]


def test_every_kind_of_figure_has_a_renderer() -> None:
    assert set(RENDERERS) == set(get_args(Figure))


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.title)
def test_a_figure_becomes_a_sharp_picture(
    qtbot: QtBot, tmp_path: Path, figure: Figure, theme: Theme
) -> None:
    render_png(figure, tmp_path / "figure.png", theme, 300)
    image = QImage(str(tmp_path / "figure.png"))
    assert image.width() == 600
    assert image.pixelColor(2, 2) == QColor(theme.base)
    seen = {image.pixel(x, y) for x in range(0, 600, 7) for y in range(0, image.height(), 7)}
    assert len(seen) > 1


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.title)
def test_a_figure_is_shown_at_any_width(qtbot: QtBot, figure: Figure) -> None:
    card = FigureCard(figure, DARK)
    qtbot.addWidget(card)
    card.show()
    for width in (90, 400, 1500):
        card.resize(width, card.height_for(width))
        card.grab()
    assert card.accessibleName() == figure.title
    assert figure.title in card.view.accessibleName()


def test_a_small_picture_stays_crisp(qtbot: QtBot) -> None:
    view = ImagesView()
    qtbot.addWidget(view)
    view.resize(200, 200)
    view.show_figure(Images("", np.array([[[0.0, 1.0], [1.0, 0.0]]])))
    view.show()
    image, place = view.grab().toImage(), view.place(0)
    shades = {
        image.pixelColor(x, place.center().y() - 20).lightness()
        for x in range(place.left() + 2, place.right() - 2)
    }
    assert shades == {0, 255}


def test_a_click_enlarges_a_picture_and_a_key_closes_it(qtbot: QtBot) -> None:
    view = ImagesView()
    qtbot.addWidget(view)
    view.resize(400, 200)
    view.show_figure(Images("Maps", CHANCE.random((4, 8, 8)), tuple("abcd")))
    view.show()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.place(2).center())
    dialog = view.findChild(Enlarged)
    assert isinstance(dialog, Enlarged)
    assert dialog.windowTitle() == "c"
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: view.findChild(Enlarged) is None)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    opened = view.findChild(Enlarged)
    assert isinstance(opened, Enlarged)
    assert opened.windowTitle() == "d"


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_the_value_under_the_pointer_is_said(qtbot: QtBot) -> None:
    view = HeatmapView()
    qtbot.addWidget(view)
    figure = Heatmap("", np.array([[1.0, 2.0], [3.0, 4.5]]), ("a", "b"), ("c", "d"), "to", "from")
    view.show_figure(figure)
    view.resize(300, view.height_for(300))
    view.show()
    area = view.area()
    last = QPoint(int(area.right()) - 3, int(area.bottom()) - 3)
    assert view.cell_at(last.toPointF()) == (1, 1)
    qtbot.mouseMove(view, last)
    qtbot.waitUntil(lambda: QToolTip.text() == "from b, to d: 4.5")


def test_numbers_are_readable_on_every_colour() -> None:
    for red, green, blue in colour_maps.sequential():
        colour = QColor(int(red), int(green), int(blue))
        text = colour_maps.readable_on(colour)
        assert contrast(colour, text) > 4.5


def contrast(one: QColor, other: QColor) -> float:
    """The contrast ratio of two colours, 1 to 21."""

    def light(colour: QColor) -> float:
        channels = (colour.redF(), colour.greenF(), colour.blueF())
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))

    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


def test_bars_are_as_long_as_their_values(qtbot: QtBot) -> None:
    view = BarsView()
    qtbot.addWidget(view)
    view.show_figure(Bars("", ("a", "b", "c"), np.array([0.2, 0.7999, 0.0001])))
    assert view.lengths() == [0.2, 0.7999, 0.0001], "shares are shown of the whole"
    assert [view.words(i) for i in range(3)] == ["20.0%", "80.0%", "< 0.1%"]
    view.show_figure(Bars("", ("a", "b"), np.array([-4.0, 8.0])))
    assert view.lengths() == [-0.5, 1.0]
    assert view.words(0) == "-4"


def test_the_bin_under_the_pointer_is_found(qtbot: QtBot) -> None:
    view = HistogramView()
    qtbot.addWidget(view)
    view.resize(204, 150)
    view.show_figure(Histogram("", np.array([0.0, 1.0, 2.0]), np.array([3, 5])))
    assert view.bin_at(QPoint(50, 20).toPointF()) == 0
    assert view.bin_at(QPoint(150, 20).toPointF()) == 1


# ---- plots -------------------------------------------------------------------------------------


def curve(count: int) -> Pyramid:
    data = Pyramid()
    x = np.arange(count, dtype=float)
    data.append(x, np.exp(-x / count))
    return data


def shown(qtbot: QtBot, *lines: Line) -> Plot:
    plot = Plot("loss")
    qtbot.addWidget(plot)
    plot.resize(400, 240)
    plot.show()
    qtbot.waitExposed(plot)
    plot.set_lines(lines)
    return plot


def test_a_plot_says_the_last_values_and_those_at_the_pointer(qtbot: QtBot) -> None:
    plot = shown(qtbot, Line("training", curve(101), "#ff0000"))
    assert plot.readings()[0] is None
    assert "0.37" in plot.header.text()
    viewport = plot.view.viewport()
    qtbot.mouseMove(viewport, QPoint(viewport.width() // 2, viewport.height() // 2))
    qtbot.waitUntil(lambda: plot.readings()[0] is not None)
    at, found = plot.readings()
    assert at is not None
    assert 30 < at < 70
    assert found[0][1] == pytest.approx(np.exp(-round(at) / 101), rel=0.02)


def test_a_heading_without_room_gives_up_values_before_the_title(qtbot: QtBot) -> None:
    plot = shown(qtbot, Line("training", curve(101), "#ff0000"))
    plot.set_title("generator learning rate")
    for width, has_values, has_title in ((400, True, True), (180, False, True), (90, False, False)):
        plot.resize(width, 240)
        plot.refresh()
        said = plot.header.text()
        assert ("●" in said) is has_values
        assert ("generator learning rate" in said) is has_title
        assert ("…" in said) is not has_title
    assert "generator learning rate" in plot.header.toolTip()
    assert "training: 0.3" in plot.header.toolTip()


def test_numbers_of_an_axis_have_room_between_them(qtbot: QtBot) -> None:
    axis = Ticks("bottom")
    for size, most in ((400, 11), (100, 3), (40, 1)):
        ((step, _),) = axis.tickSpacing(0.0, 1.0, size)
        assert 1.0 / step <= most
    ((step, _),) = Ticks("left").tickSpacing(0.0, 1.0, 100)
    assert step == pytest.approx(0.2)


def test_a_plot_is_painted_as_soon_as_it_is_there(qtbot: QtBot) -> None:
    plot = Plot("loss")
    qtbot.addWidget(plot)
    plot.set_lines([Line("training", curve(101), "#ff0000")])
    assert plot.view.updatesEnabled(), "nothing would be there but a black box"
    plot.show()
    qtbot.waitExposed(plot)
    qtbot.wait(50)
    plot.refresh()
    assert not plot.view.updatesEnabled(), "later it is painted once for all that changes"
    qtbot.waitUntil(plot.view.updatesEnabled)


def test_a_plot_follows_until_it_is_zoomed(qtbot: QtBot) -> None:
    data = curve(100)
    plot = shown(qtbot, Line("training", data, "#ff0000"))

    def right() -> float:
        return float(plot.box.viewRange()[0][1])

    data.append(np.array([200.0]), np.array([1.0]))
    plot.refresh()
    assert right() > 199
    plot.box.setXRange(10, 20)
    plot.box.sigRangeChangedManually.emit([True, True])
    data.append(np.array([300.0]), np.array([1.0]))
    plot.refresh()
    assert right() < 30
    qtbot.mouseDClick(plot.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    assert right() > 299


def test_a_logarithmic_plot_leaves_out_what_it_cannot_show(qtbot: QtBot) -> None:
    data = Pyramid()
    data.append(np.arange(3.0), np.array([0.0, 0.01, 1.0]))
    plot = shown(qtbot, Line("training", data, "#ff0000", smoothable=True))
    plot.set_log(True)
    low, high = plot.box.viewRange()[1]
    assert high >= 0
    assert low >= -5
    assert plot.grab().width() == 400


def test_an_empty_plot_is_drawn(qtbot: QtBot) -> None:
    plot = shown(qtbot)
    plot.set_log(True)
    plot.set_smoothing(4)
    plot.show_all()
    assert plot.readings() == (None, [])
