"""Checkpoints: whole or not there, read while others write, and removed where nobody needs them."""

import threading
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from studio.model.checkpoint_folders import checkpoint_folders, newest, to_remove
from studio.model.files import FileError
from studio.model.run_layout import RunLayout
from studio.run import checkpoint_files, checkpoints
from studio.run.checkpoints import Checkpoints

State = dict[str, object]


def state(step: int) -> State:
    weights = {"a": torch.full((2, 3), float(step)), "count": torch.tensor(step)}
    return {
        "networks": {"Net": weights},
        "done": step,
        "best_step": step // 2,
        "best_values": {"loss/update": 1.0},
        "random": torch.arange(3),
    }


def written(layout: RunLayout, steps: range, every: int = 0) -> Checkpoints:
    layout.checkpoints.mkdir(exist_ok=True)
    found = Checkpoints(layout)
    found.keep_every = every
    for step in steps:
        found.save(state(step), {"Net": {"a": torch.zeros(1)}})
        found.wait()
    return found


def names(layout: RunLayout) -> list[str]:
    return [folder.path.name for folder in checkpoint_folders(layout.checkpoints)]


def test_the_last_and_the_best_are_kept_and_each_kth_where_wanted(tmp_path: Path) -> None:
    layout = RunLayout(tmp_path)
    written(layout, range(10, 14))
    assert names(layout) == ["best-6.4", "last-13.6"]
    written(layout, range(14, 20), every=4)
    assert names(layout) == ["last-14.8", "last-17.12", "best-9.13", "last-19.15"]
    assert sorted(p.name for p in layout.checkpoints.iterdir()) == sorted(names(layout))


def test_weights_are_plain_safetensors_and_the_state_is_apart(tmp_path: Path) -> None:
    layout = RunLayout(tmp_path)
    written(layout, range(7, 8))
    with safe_open(layout.last / "Net.safetensors", "pt") as file:
        assert file.get_tensor("a").tolist() == [[7.0] * 3] * 2
    path, content = checkpoints.read(layout, "last")
    assert path == layout.last
    assert content["done"] == 7
    assert content["random"].tolist() == [0, 1, 2]
    assert "networks" not in torch.load(layout.last / "state.pt", weights_only=True)


def test_whatever_networks_are_called_and_hold_comes_back(tmp_path: Path) -> None:
    odd = {"sparse": torch.eye(2).to_sparse(), "complex": torch.ones(2) * 1j, "text": "x"}
    networks = {
        "Net": {"w": torch.ones(2, 3).t(), "half": torch.ones(1).bfloat16()},
        "net": {"w": torch.zeros(1)},
        "../up": odd,
        "con.": {},
    }
    checkpoint_files.write(tmp_path / "last-1.1", {"networks": networks, "done": 1})
    found = checkpoint_files.read(tmp_path / "last-1.1")["networks"]
    assert {name: set(weights) for name, weights in found.items()} == {
        name: set(weights) for name, weights in networks.items()
    }
    assert torch.equal(found["Net"]["w"], networks["Net"]["w"])
    assert torch.equal(found["../up"]["sparse"].to_dense(), torch.eye(2))
    files = [path.name.casefold() for path in (tmp_path / "last-1.1").iterdir()]
    assert len(set(files)) == len(files) == 6


def test_what_was_not_finished_is_no_checkpoint(tmp_path: Path) -> None:
    layout = RunLayout(tmp_path)
    written(layout, range(3, 4))
    (layout.checkpoints / ".last-4.9.half").mkdir()
    (layout.checkpoints / "last-x.9").mkdir()
    assert newest(layout.checkpoints, "last").name == "last-3.2"
    assert checkpoints.read(layout, "last")[1]["done"] == 3
    (layout.last / "Net.safetensors").unlink()
    with pytest.raises(FileError, match="missing"):
        checkpoints.read(layout, "last")


def test_a_file_of_the_first_layout_counts_until_there_is_a_folder(tmp_path: Path) -> None:
    layout = RunLayout(tmp_path)
    layout.checkpoints.mkdir()
    torch.save(state(5), layout.last)
    assert layout.last.name == "last.pt"
    assert checkpoints.read(layout, "last")[1]["done"] == 5
    written(layout, range(6, 7))
    assert names(layout) == ["best-3.1", "last-6.2"]
    assert not (layout.checkpoints / "last.pt").exists()
    assert to_remove(layout.checkpoints) == []


def test_one_reads_while_another_writes(tmp_path: Path) -> None:
    layout = RunLayout(tmp_path)
    written(layout, range(1, 2))
    writer = threading.Thread(target=written, args=(layout, range(2, 40)))
    writer.start()
    seen = []
    while writer.is_alive():
        content = checkpoints.read(layout, "last")[1]
        assert content["networks"]["Net"]["a"][0, 0] == content["done"]
        seen.append(content["done"])
    writer.join()
    assert seen == sorted(seen)
