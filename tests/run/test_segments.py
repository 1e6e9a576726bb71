"""What a run was at each of its stretches, and runs of the first layout, which had but one."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from studio.model.edits import RenameNode
from studio.model.operations.boards import rename_board
from studio.model.plain_json import read_object
from studio.model.project_file import load
from studio.model.project_identity import ProjectIdentity
from studio.model.run_layout import RunLayout
from studio.run.run_folder import RunFolder
from studio.run.training_runs import evaluate, load_run, train
from studio.session.runs import read_run, runs_of
from tests.run.drawn import project

OLD = Path(__file__).parent / "format_1" / "linear"
"""A run of one epoch as it was made with the first layout: a linear layer, digits, AdamW."""


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_each_resume_begins_a_segment_and_leaves_those_before(tmp_path: Path) -> None:
    layout = RunLayout(tmp_path / "run")
    train(project(epochs=1), layout.folder)
    first = files(layout.segments / "1")
    train(project(epochs=2, seed=9), layout.folder, resume=True)
    assert files(layout.segments / "1") == first
    assert sorted(path.name for path in layout.segments.iterdir()) == ["1", "2"]
    begun = [read_object(layout.segment(number).beginning) for number in (1, 2)]
    assert [fields["step"] for fields in begun] == [0, 20]
    assert all(fields["torch"] and fields["since"] for fields in begun)
    run = RunFolder.open(layout.folder)
    assert [run.project(number).settings.epochs for number in (1, 2, None)] == [1, 2, 2]
    assert run.project().settings.seed == 1, "a run goes on with its own project"


def test_what_is_no_segment_is_left_alone(tmp_path: Path) -> None:
    layout = RunLayout(tmp_path)
    for name in ("1", "2", ".3.part", "10a", "\u0663"):
        (layout.segments / name).mkdir(parents=True)
    assert layout.segment().folder.name == "2"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    folder = tmp_path / "runs" / "net.old"
    shutil.copytree(OLD, folder)
    return folder


def test_an_old_run_is_listed_and_evaluated(old: Path) -> None:
    (found,) = runs_of(ProjectIdentity(old.parents[1] / "net.json", "old"))
    assert found == read_run(old)
    assert found.resumable
    loaded = load_run(old)
    assert evaluate(loaded)["loss/update"] == pytest.approx(2.191584587097168)
    assert files(old) == files(OLD), "nothing is written by looking"


def test_an_old_run_goes_on_with_an_edited_project(old: Path) -> None:
    drawn = load(OLD / "project.json")
    (network,) = drawn.of_kind("network")
    drawn = rename_board(drawn, network.name, "Other").project
    drawn = RenameNode("Other", "linear", "scores").apply(drawn)
    longer = replace(drawn, settings=replace(drawn.settings, epochs=2))
    end = train(longer, old, resume=True, edited=True)
    assert end.state == "finished", end.message
    assert "kept 1 layer." in RunLayout(old).log.read_text()
    values = {
        m.step: m.values["loss/update"]
        for m in RunFolder.open(old).metrics()
        if m.split == "validation"
    }
    assert values[40] == pytest.approx(2.1119866371154785), "the optimiser went on, too"


def test_an_old_run_goes_on_in_a_segment_with_its_optimiser(old: Path) -> None:
    drawn = load(OLD / "project.json")
    longer = replace(drawn, settings=replace(drawn.settings, epochs=2))
    end = train(longer, old, resume=True)
    assert end.state == "finished", end.message
    lines = RunFolder.open(old).metrics()
    values = {m.step: m.values["loss/update"] for m in lines if m.split == "validation"}
    assert values[40] == pytest.approx(2.1119866371154785), "as a whole run of then"
    before, after = files(OLD), files(old)
    assert {name for name in before if after.get(name) not in (before[name], None)} <= {
        "environment.json",
        "log.txt",
        "metrics.jsonl",
        "state.json",
    }
    assert not (old / "checkpoints/last.pt").exists(), "it would be older than the folder"
    assert read_object(RunLayout(old).segment().beginning)["step"] == 20
    assert train(replace(longer, settings=replace(longer.settings, epochs=3)), old, resume=True)
    assert RunLayout(old).segment().folder.name == "2"


def test_what_a_killed_trainer_left_half_is_swept_by_the_next(tmp_path: Path) -> None:
    layout = RunLayout(tmp_path / "run")
    train(project(epochs=1), layout.folder)
    for parent in (layout.checkpoints, layout.segments):
        (parent / ".1.half").mkdir()
    train(project(epochs=2), layout.folder, resume=True)
    assert not [*layout.checkpoints.glob(".*"), *layout.segments.glob(".*")]
