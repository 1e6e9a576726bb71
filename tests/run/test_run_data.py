"""What a run learned from stays what it was: parts and classes, whatever becomes of the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from studio.compile.compiled import CannotCompile
from studio.compile.meta_layers import imported
from studio.model.files import FileError
from studio.model.plain_json import read_object
from studio.model.project import Node, Project
from studio.model.run_layout import RunLayout
from studio.model.settings import Settings
from studio.run.run_data import recorded
from studio.run.run_folder import RunFolder
from studio.run.training_runs import evaluate, load_run, train
from tests.compile.drawing import TYPES
from tests.nodes.small_boards import learner, promised

ANIMALS = ("cat", "dog", "owl")


def write_pictures(path: Path, count: int = 60, names: tuple[str, ...] = ANIMALS) -> None:
    """Pictures of three kinds, more of them the same at first."""
    random = np.random.default_rng(0)
    x = random.random((count, 1, 4, 6)).astype("f4")
    np.savez(path, x=x, y=random.integers(0, 3, count), classes=np.array(names))


def project(type: str, path: Path, epochs: int = 1) -> Project:
    boards = learner(TYPES[type], {"path": str(path), "batch_size": 16})
    settings = Settings(epochs=epochs, device="cpu")
    return Project({board.name: board for board in boards}, settings, uid="tried")


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    path = tmp_path / "animals.npz"
    write_pictures(path)
    return path


@pytest.fixture
def run(pictures: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    assert train(project("ArraysData", pictures), folder).state == "finished"
    return folder


def test_a_run_keeps_its_parts_while_the_file_grows(run: Path, pictures: Path) -> None:
    kept = read_object(RunLayout(run).segment().data)["Training"]
    parts = {part: sorted(numbers) for part, numbers in kept["parts"].items()}
    assert sorted(chain(*parts.values())) == list(range(60))
    write_pictures(pictures, 600)
    data, x = load_run(run).data, np.load(pictures)["x"]
    for part, numbers in parts.items():
        found = data.batch(part, torch.arange(data.size(part)))["x"]
        assert np.array_equal(found.numpy(), x[numbers])
    train(project("ArraysData", pictures, epochs=2), run, resume=True)
    assert read_object(RunLayout(run).segment(2).data)["Training"] == kept


def test_edited_networks_keep_the_parts_and_other_data_get_their_own(
    run: Path, pictures: Path
) -> None:
    write_pictures(pictures, 600)
    kept = read_object(RunLayout(run).segment().data)
    before = RunFolder.open(run).project()
    drawn = replace(before, settings=replace(before.settings, epochs=3))
    update = drawn.boards["Training"].nodes["update"]
    faster = replace(update, params={"learning_rate": 0.01})
    train(with_nodes(drawn, faster), run, resume=True, edited=True)
    assert read_object(RunLayout(run).segment(2).data) == kept
    data = drawn.boards["Training"].nodes["data"]
    other = with_nodes(drawn, replace(data, params={**data.params, "test": 0.5}))
    other = replace(other, settings=replace(other.settings, epochs=4))
    train(other, run, resume=True, edited=True)
    anew = read_object(RunLayout(run).segment(3).data)["Training"]["parts"]
    assert sum(map(len, anew.values())) == 600


def with_nodes(drawn: Project, *nodes: Node) -> Project:
    board = drawn.boards["Training"]
    changed = replace(board, nodes={**board.nodes, **{node.id: node for node in nodes}})
    return replace(drawn, boards={**drawn.boards, "Training": changed})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda path: write_pictures(path, 30), "samples are missing"),
        (
            lambda path: write_pictures(path, 60, ("cat", "owl", "dog")),
            "y was one of cat, dog, owl, and is one of cat, owl, dog now",
        ),
        (Path.unlink, "animals.npz cannot be read"),
    ],
)
def test_other_data_are_refused_in_a_sentence(
    run: Path, pictures: Path, change: Callable[[Path], None], says: str
) -> None:
    change(pictures)
    with pytest.raises((FileError, CannotCompile), match=says):
        load_run(run)


@pytest.mark.parametrize("damage", [b"", b"[1]", b'{"Training": {"parts": {"test": ["a"]}}}'])
def test_what_is_damaged_is_nothing_or_refused(run: Path, damage: bytes) -> None:
    RunLayout(run).segment().data.write_bytes(damage)
    if b"parts" in damage:
        with pytest.raises(FileError, match="damaged"):
            load_run(run)
    else:
        assert load_run(run).data.size("training")


def test_a_text_keeps_its_end_for_what_it_was_kept_for(tmp_path: Path) -> None:
    book, run = tmp_path / "book.txt", tmp_path / "run"
    book.write_text("the quick brown fox jumps over the lazy dog\n" * 40, encoding="utf-8")
    train(project("TextData", book), run)
    parts = read_object(RunLayout(run).segment().data)["Training"]["parts"]
    assert parts["validation"] == {"from": 1584, "to": 1760}
    before = evaluate(load_run(run), "validation")
    book.write_text("the quick brown fox jumps over the lazy dog\n" * 60, encoding="utf-8")
    assert evaluate(load_run(run), "validation") == before


@pytest.mark.parametrize("name", ["KarateClub", "DigitPairs"])
def test_whatever_is_divided_can_be_divided_so_again(name: str) -> None:
    declared = TYPES[name]
    data: Any = imported(declared.dataset)()
    members = data.members()
    assert recorded(data, promised(declared, {}))["parts"] == members
    swapped = {**members, "training": members["test"], "test": members["training"]}
    before = data.batch("test", torch.arange(data.size("test")))
    data.divide(swapped)
    after = data.batch("training", torch.arange(data.size("training")))
    assert data.members() == swapped
    assert len(before["label"]) == len(after["label"])
