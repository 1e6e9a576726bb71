"""The training panel where there are several stages or updates."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from nodes.catalogue import builtin
from studio.model.document import Document
from studio.model.gallery import template
from studio.model.operations.nodes import rename
from studio.model.run_layout import SavedState
from studio.model.value_names import value_names
from studio.session.runs import Run
from studio.ui.training.curves_area import LOWEST, CurvesArea
from studio.ui.training.run_list import BEST, RunList
from studio.ui.training.training_form import TrainingForm

TYPES = builtin().types


@pytest.fixture
def form(qtbot: QtBot, request: pytest.FixtureRequest) -> tuple[TrainingForm, Document]:
    document = Document(template(request.param), None)
    form = TrainingForm(document, TYPES)
    qtbot.addWidget(form)
    form.show()
    qtbot.waitExposed(form)
    return form, document


def choose(form: TrainingForm, field: str, name: str) -> None:
    combo = form.findChild(QComboBox, field)
    assert isinstance(combo, QComboBox)
    assert combo.isVisible()
    combo.setCurrentIndex(combo.findText(name))
    combo.activated.emit(combo.currentIndex())


def typed(form: TrainingForm, name: str, text: str) -> None:
    line = form.rows[name].field.editor.findChild(QLineEdit)
    assert isinstance(line, QLineEdit)
    line.selectAll()
    QTest.keyClicks(line, text)


def rate_of(form: TrainingForm) -> str:
    line = form.rows["learning_rate"].field.editor.findChild(QLineEdit)
    assert isinstance(line, QLineEdit)
    return line.text()


@pytest.mark.parametrize("form", ["gan"], indirect=True)
def test_the_form_names_the_update_that_it_is_about(
    form: tuple[TrainingForm, Document],
) -> None:
    panel, document = form
    choose(panel, "field_update", "generate")
    typed(panel, "learning_rate", "0.25")
    assert document.project.training is not None
    nodes = document.project.training.nodes
    assert nodes["generate"].params["learning_rate"] == 0.25
    assert nodes["discriminate"].params.get("learning_rate") != 0.25
    panel.show_node("Training", "discriminate")
    assert rate_of(panel) != "0.25"


def offered(form: TrainingForm) -> dict[str, str]:
    combo = form.rows["watch"].field.editor
    assert isinstance(combo, QComboBox)
    return {combo.itemData(i): combo.itemText(i) for i in range(combo.count())}


@pytest.mark.parametrize("form", ["distill"], indirect=True)
def test_what_to_watch_is_chosen_among_the_values_of_the_stage(
    form: tuple[TrainingForm, Document],
) -> None:
    panel, document = form
    assert offered(panel) == {
        "": "automatic",
        "loss/update": "loss",
        "metric/accuracy": "accuracy",
        "last": "the last weights",
    }
    choose(panel, "field_stage", "Study")
    choose(panel, "field_watch", "accuracy")
    teach, study = document.project.stages
    assert study.settings["watch"] == "metric/accuracy"
    assert "watch" not in teach.settings
    document.accept(rename(document.project, "Study", "accuracy", "hits"))
    assert "metric/hits" in offered(panel)


@pytest.mark.parametrize("form", ["distill"], indirect=True)
def test_the_form_names_the_stage_that_it_is_about(
    form: tuple[TrainingForm, Document],
) -> None:
    panel, document = form
    epochs = document.project.settings.epochs
    choose(panel, "field_stage", "Study")
    typed(panel, "epochs", "7")
    typed(panel, "learning_rate", "0.25")
    teach, study = document.project.stages
    assert [document.project.settings_of(s).epochs for s in (teach, study)] == [epochs, 7]
    assert document.project.settings.epochs == epochs
    assert study.nodes["update"].params["learning_rate"] == 0.25
    assert teach.nodes["update"].params["learning_rate"] != 0.25
    typed(panel, "epochs", str(epochs))
    assert not document.project.boards["Study"].settings, "one that does not differ is not kept"
    panel.show_board("Teach")
    assert rate_of(panel) == "0.002"
    panel.show_board("Student")
    assert rate_of(panel) == "0.002", "a network is no stage"


@pytest.mark.parametrize("form", ["lenet"], indirect=True)
def test_nothing_is_to_be_chosen_where_there_is_one_of_each(
    form: tuple[TrainingForm, Document],
) -> None:
    panel, _ = form
    for name in ("stage", "update", "data"):
        combo = panel.findChild(QComboBox, f"field_{name}")
        assert combo is not None
        assert not combo.isVisible()


@pytest.mark.parametrize(
    ("name", "names"),
    [
        (
            "gan",
            ["loss/discriminate", "rate/discriminate", "loss/generate", "rate/generate"],
        ),
        ("lenet", ["loss/update", "rate/update", "metric/accuracy"]),
    ],
)
def test_plots_wait_for_the_values_that_the_project_will_have(
    qtbot: QtBot, name: str, names: list[str]
) -> None:
    expected = value_names(template(name), TYPES)
    assert sorted(expected) == sorted(names)
    curves = CurvesArea()
    qtbot.addWidget(curves)
    curves.expect(expected)
    qtbot.waitUntil(lambda: list(curves.plots) == expected)


def test_the_accuracy_of_a_stage_is_told_in_percent(qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "net.now"
    folder.mkdir()
    best = {"loss/Study.update": 0.4, "metric/Study.accuracy": 0.9}
    runs = RunList()
    qtbot.addWidget(runs)
    runs.set_runs([Run(folder, SavedState(best=best))])
    item = runs.topLevelItem(0)
    assert item is not None
    assert item.text(BEST) == "90.0%"
    assert "best accuracy 0.9" in item.toolTip(0)


def test_plots_without_room_are_scrolled_and_not_squeezed(qtbot: QtBot) -> None:
    area = CurvesArea()
    qtbot.addWidget(area)
    area.expect(value_names(template("distill"), TYPES))
    area.resize(320, 130)
    area.show()
    qtbot.waitExposed(area)
    area.draw()
    qtbot.waitUntil(lambda: all(plot.height() >= LOWEST for plot in area.plots.values()))
    assert len(area.plots) == 6
    assert area.canvas.height() > area.height()
    area.resize(900, 500)
    qtbot.waitUntil(lambda: area.canvas.height() < area.height())
