"""Runs that go on with a project that was edited meanwhile."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from studio.compile.compiled import all_types, check
from studio.model.edits import AddNode, AddWire, RenameNode, SetParam
from studio.model.files import FileError
from studio.model.operations.block import make_block
from studio.model.operations.boards import rename_board
from studio.model.operations.drawn_board import DrawnBoard
from studio.model.project import Node, Project, Wire
from studio.model.project_file import load
from studio.model.run_layout import RunLayout, metrics_lines
from studio.model.trained_project import trains_alike
from studio.run.training_runs import load_run, train
from tests.run.drawn import project
from tests.run.saved import saved

MLP = Path(__file__).parents[2] / "projects/mlp.json"


def weights(folder: Path) -> dict[str, torch.Tensor]:
    found: dict[str, torch.Tensor] = saved(folder)["networks"]["Net"]
    return found


def losses(folder: Path) -> list[tuple[int, float]]:
    lines = metrics_lines(RunLayout(folder).metrics.read_bytes())
    return [(m.step, m.values["loss/update"]) for m in lines if m.split == "training"]


def mlp(epochs: int) -> Project:
    drawn = load(MLP)
    return replace(drawn, settings=replace(drawn.settings, epochs=epochs, device="cpu"))


def test_renamed_wrapped_and_widened_it_goes_on(tmp_path: Path) -> None:
    train(mlp(3), tmp_path / "run")
    before = losses(tmp_path / "run")
    drawn = rename_board(mlp(4), "MLP", "Digits").project
    drawn = RenameNode("Digits", "hidden", "wide").apply(drawn)
    drawn = SetParam("Digits", "wide", "out_features", 192).apply(drawn)
    board = DrawnBoard.of(drawn, "Digits", all_types()[0], check(drawn).reports["Digits"])
    drawn = make_block(board, {"wide", "relu"}, "part").project
    told: list[str] = []
    end = train(
        drawn,
        tmp_path / "run",
        resume=True,
        edited=True,
        on_event=lambda event: told.append(getattr(event, "message", "")),
    )
    assert end.state == "finished", end.message
    assert any("kept 0 layers, resized 2 (head, part.wide)" in text for text in told)
    after = losses(tmp_path / "run")
    first = after[len(before)]
    assert (first[0], after[: len(before)]) > (before[-1][0], before)
    assert first[1] <= min(1.2 * before[-1][1], 0.5 * before[0][1])
    assert "resized 2 (head, part.wide)" in RunLayout(tmp_path / "run").log.read_text()


def test_new_names_and_blocks_change_no_training(tmp_path: Path) -> None:
    train(project(epochs=2), tmp_path / "own")
    shutil.copytree(tmp_path / "own", tmp_path / "edited")
    train(project(epochs=4), tmp_path / "own", resume=True)
    drawn = RenameNode("Net", "conv", "first").apply(project(epochs=4))
    drawn = rename_board(drawn, "Layer", "Part").project
    drawn = RenameNode("Train", "update", "step").apply(drawn)
    board = DrawnBoard.of(drawn, "Net", all_types()[0], check(drawn).reports["Net"])
    drawn = make_block(board, {"relu", "patches", "drop", "layers"}, "middle").project
    end = train(drawn, tmp_path / "edited", resume=True, edited=True)
    assert (end.state, end.done) == ("finished", 80)
    own, edited = (weights(tmp_path / name) for name in ("own", "edited"))
    assert len(own) == len(edited)
    for key, value in own.items():
        key = key.replace("conv", "first")
        at = f"middle.{key}" if key.startswith(("patches", "layers")) else key
        assert torch.equal(edited[at], value), at
    assert load_run(tmp_path / "edited").project.boards.keys() == drawn.boards.keys()


def test_a_slow_copy_that_was_added_begins_as_what_it_follows(tmp_path: Path) -> None:
    train(project(epochs=1), tmp_path / "run")
    trained = weights(tmp_path / "run")
    drawn = project(epochs=2, learning_rate=0.0, weight_decay=0.0)
    params = {"network": "Net", "instance": "slow", "follows": "Net", "decay": 0.999}
    for edit in (
        AddNode("Train", Node("slow", "Network", params)),
        AddNode("Train", Node("right", "Accuracy", {})),
        AddWire("Train", Wire("digits", "image", "slow", "image")),
        AddWire("Train", Wire("slow", "logits", "right", "logits")),
        AddWire("Train", Wire("digits", "label", "right", "target")),
    ):
        drawn = edit.apply(drawn)
    end = train(drawn, tmp_path / "run", resume=True, edited=True)
    assert end.state == "finished", end.message
    found = saved(tmp_path / "run")["networks"]["slow"]
    assert found.keys() == trained.keys()
    for key, value in trained.items():
        torch.testing.assert_close(found[key], value)
    train(drawn, tmp_path / "new", weights=tmp_path / "run")
    for key, value in saved(tmp_path / "new")["networks"]["slow"].items():
        torch.testing.assert_close(value, trained[key])


def test_steps_and_epochs_count_on_where_epochs_get_another_length(tmp_path: Path) -> None:
    train(project(epochs=2, batch_size=64), tmp_path / "run")
    end = train(project(epochs=3, batch_size=32), tmp_path / "run", resume=True, edited=True)
    assert (end.state, end.done) == ("finished", 40 + 40)
    lines = metrics_lines(RunLayout(tmp_path / "run").metrics.read_bytes())
    assert [(m.step, m.epoch) for m in lines if m.split == "validation"] == [
        (20, 1.0),
        (40, 2.0),
        (80, 3.0),
    ]
    again = train(project(epochs=4, batch_size=32), tmp_path / "run", resume=True)
    assert (again.state, again.done) == ("finished", 120)


def test_nothing_to_do_or_to_go_on_with_is_said(tmp_path: Path) -> None:
    drawn = project(epochs=1)
    train(drawn, tmp_path / "run")
    renamed = RenameNode("Net", "conv", "first").apply(drawn)
    with pytest.raises(FileError, match="set more epochs"):
        train(renamed, tmp_path / "run", resume=True, edited=True)
    other = project(epochs=2)
    board = other.boards["Train"]
    nodes = {id: replace(node, uid=f"other-{id}") for id, node in board.nodes.items()}
    other = other.with_board(replace(board, nodes=nodes))
    with pytest.raises(FileError, match="No training board goes on from Train"):
        train(other, tmp_path / "run", resume=True, edited=True)
    assert not RunLayout(tmp_path / "run").segment(2).folder.exists()


def test_a_new_run_begins_with_weights_of_another(tmp_path: Path) -> None:
    train(mlp(2), tmp_path / "first")
    drawn = SetParam("MLP", "hidden", "out_features", 160).apply(mlp(1))
    end = train(drawn, tmp_path / "second", weights=tmp_path / "first")
    assert end.state == "finished"
    assert "Begins with weights of first: kept 0 layers, resized 2 (head, hidden)" in (
        RunLayout(tmp_path / "second").log.read_text()
    )
    (_, start), (_, last) = losses(tmp_path / "second")[0], losses(tmp_path / "first")[-1]
    assert start < 1.2 * last
    with pytest.raises(FileError, match="no weights of this project"):
        train(project(), tmp_path / "third", weights=tmp_path / "first")
    assert not (tmp_path / "third").exists()


def test_what_moved_on_the_canvas_is_not_edited() -> None:
    drawn = project(epochs=2)
    board = drawn.boards["Net"]
    nodes = {id: replace(node, at=(9.0, 9.0)) for id, node in board.nodes.items()}
    moved = drawn.with_board(replace(board, nodes=nodes))
    assert trains_alike(drawn, moved)
    assert trains_alike(drawn, project(epochs=7))
    assert not trains_alike(drawn, project(learning_rate=0.5))
    assert not trains_alike(drawn, project(batch_size=32))
