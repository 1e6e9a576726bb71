"""Run folders in which files are damaged: listed, and loaded or refused in a sentence."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from studio.compile.training_source import CannotCompile
from studio.model.files import FileError
from studio.model.project_identity import ProjectIdentity
from studio.model.run_layout import SavedState
from studio.run.loaded_project import load_run
from studio.run.run_folder import RunFolder
from studio.session.metrics_reader import Tail, collect, joined
from studio.session.runs import runs_of
from tests.cli.conftest import tiny
from tests.fuzz.gallery import damage
from tests.fuzz.hostile import command, told
from tests.fuzz.search import search
from tests.kill.table import Row
from tests.model.projects import JSON

FILES = (
    "state.json",
    "metrics.jsonl",
    "segments/1/project.json",
    "segments/1/segment.json",
    "environment.json",
    "checkpoints/last-*/state.pt",
    "checkpoints/last-*/checkpoint.json",
    "checkpoints/last-*/Tiny.safetensors",
    "checkpoints/best-*/state.pt",
    "checkpoints/best-*/Tiny.safetensors",
    "log.txt",
    "segments/1/source.py",
)
GARBAGE = (
    b"",
    b"\0" * 100,
    b"\xff\xfe{}",
    b"[" * 100_000,
    b'{"netloom_run": 1}',
    b'{"netloom_run": [1]}',
    b'{"done": Infinity, "total": NaN, "seconds": 1e999, "best": {"a": 1e999}}',
    b'{"done": ' + b"9" * 400 + b', "best": {"loss": ' + b"9" * 400 + b"}}",
    b'{"step": ' + b"9" * 400 + b', "values": {"loss": 1}}\n',
    b'{"step": 1, "split": "training", "epoch": "x", "seconds": null, "values": {"loss": 1}}\n',
    b'{"step": NaN, "split": [], "epoch": 1, "seconds": 1, "values": {"loss": 1}}\n',
    b'{"step": 1, "split": "validation", "values": {"loss": ' + b"9" * 400 + b"}}\n",
    b"7\nnull\n[]\n{}\n",
)
ODD: tuple[Any, ...] = (None, 0, -1, 10**30, 0.5, float("nan"), "x", [], {}, {1: 2}, True)


def rewritten(path: Path, chance: random.Random) -> None:
    """Change, remove, rename or reshape something in a checkpoint's state or weights."""
    if path.suffix == ".safetensors":
        weights = load_file(path)
        key = chance.choice(list(weights))
        tensor = weights.pop(key)
        changed = (tensor.half(), tensor[:1], tensor.bool(), tensor.sum(), tensor.unsqueeze(0))
        name = chance.choice([key, f"{key}x"])
        save_file({**weights, name: chance.choice([*changed, tensor * float("nan")]).clone()}, path)
        return
    content = torch.load(path, weights_only=True)
    if chance.random() < 0.2:
        content = chance.choice([*ODD, torch.zeros(3)])
    else:
        damage(content, chance)
    torch.save(content, path)


@st.composite
def damaged(draw: st.DrawFn) -> Callable[[Path], None]:
    """What to do to a run folder."""
    steps = [draw(harm(draw(st.sampled_from(FILES)))) for _ in range(draw(st.integers(1, 3)))]

    def work(folder: Path) -> None:
        for step in steps:
            step(folder)

    return work


@st.composite
def harm(draw: st.DrawFn, name: str) -> Callable[[Path], None]:
    """Damage to one file."""
    kind = draw(st.integers(0, 6))
    data = draw(st.sampled_from(GARBAGE) | st.binary(max_size=40))
    value, where = draw(JSON), draw(st.floats(0, 1))
    seed = draw(st.integers(0, 10**6))

    def work(folder: Path) -> None:
        path = next(folder.glob(name), folder / name.replace("*", ""))
        if path.is_dir() or not path.parent.is_dir():
            return
        old = path.read_bytes() if path.exists() else b""
        place = int(where * len(old))
        if kind == 0:
            path.unlink(missing_ok=True)
        elif kind == 1:
            path.unlink(missing_ok=True)
            path.mkdir()
        elif kind == 2:
            path.write_bytes(data)
        elif kind == 3:
            path.write_bytes(old[:place] + data + old[place:])
        elif kind == 4:
            path.write_bytes(old[:place])
        elif path.suffix in (".pt", ".safetensors") and old:
            with contextlib.suppress(Exception):  # it is no checkpoint any more
                rewritten(path, random.Random(seed))
        elif path.suffix in (".json", ".jsonl"):
            json_harm(path, old, value, seed)

    return work


def json_harm(path: Path, old: bytes, value: Any, seed: int) -> None:
    """Change something in JSON, or put another value in its place."""
    chance = random.Random(seed)
    lines = old.decode(errors="replace").splitlines() if path.suffix == ".jsonl" else [old]
    try:
        trees = [json.loads(line) for line in lines]
    except ValueError:
        return
    if trees and isinstance(trees[0], dict) and chance.random() < 0.8:
        damage(chance.choice(trees), chance)
    else:
        trees = [value]
    path.write_text("\n".join(json.dumps(tree) for tree in trees) + "\n")


def enter(original: Path, damage: Callable[[Path], None]) -> None:
    """Damage a copy of a run and let everything read it."""
    parent = original.parent.parent / "copy"
    run, project = parent / "runs" / "tiny a", parent / "tiny.json"
    shutil.rmtree(parent, ignore_errors=True)
    shutil.copytree(original, run)
    shutil.copy(original.parent.parent / "tiny.json", project)
    damage(run)
    for found in runs_of(ProjectIdentity(project)):
        assert isinstance(found.under_way, bool)
        assert isinstance(found.saved, SavedState)
    tail = Tail(run / "metrics.jsonl")
    joined([collect(tail.read(1000)[0]) for _ in range(4)])
    for weights in ("", "last"):
        with contextlib.suppress(FileError, CannotCompile):
            load_run(run, weights=weights)
    with contextlib.suppress(FileError):
        RunFolder.open(run).metrics()
    for name in ("evaluate", "train"):
        code, _, error = command(name, project, "--run" if name == "evaluate" else "--resume", run)
        told(code, "\n".join(line for line in error.splitlines() if line and "step/s" not in line))


def rows(seconds: float, seed: int) -> Iterator[Row]:
    """Train once, damage often."""
    with tempfile.TemporaryDirectory() as name:
        project, run = Path(name, "tiny.json"), Path(name, "runs", "tiny a")
        drawn = tiny()
        drawn["settings"]["epochs"] = 1
        project.write_text(json.dumps(drawn))
        code, _, error = command("train", project, "--runs", run.parent)
        assert code == 0, error
        next(run.parent.iterdir()).rename(run)
        yield search(
            "run folders with damaged files",
            lambda damage: enter(run, damage),
            damaged(),
            seconds,
            seed,
            "listed, loaded, resumed, or refused in a line",
        )
