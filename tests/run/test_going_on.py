"""Runs that go on with a project that was edited meanwhile."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from studio.compile.compiled import all_types, check
from studio.model.edits import RenameNode
from studio.model.operations.block import make_block
from studio.model.operations.boards import rename_board
from studio.model.operations.drawn_board import DrawnBoard
from studio.model.project import Project
from studio.model.project_file import load
from studio.model.run_layout import RunLayout, metrics_lines
from studio.run.training_runs import train

MLP = Path("projects/mlp.json")


def losses(folder: Path) -> list[tuple[int, float]]:
    lines = metrics_lines(RunLayout(folder).metrics.read_bytes())
    return [(m.step, m.values["loss/update"]) for m in lines if m.split == "training"]


def mlp(epochs: int) -> Project:
    project = load(MLP)
    return replace(project, settings=replace(project.settings, epochs=epochs, device="cpu"))


def with_param(project: Project, board: str, node: str, name: str, value: int) -> Project:
    old = project.boards[board]
    nodes = {**old.nodes, node: old.nodes[node].with_param(name, value)}
    return project.with_board(replace(old, nodes=nodes))


def test_renamed_wrapped_and_widened_it_goes_on(tmp_path: Path) -> None:
    train(mlp(3), tmp_path / "run")
    before = losses(tmp_path / "run")
    drawn = rename_board(mlp(4), "MLP", "Digits").project
    drawn = RenameNode("Digits", "hidden", "wide").apply(drawn)
    drawn = with_param(drawn, "Digits", "wide", "out_features", 192)
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
