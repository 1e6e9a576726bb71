"""Code of a person's own in a training: as a part of the network, and as its loss."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from nodes.layers.code import HALVES
from studio.compile.compiled import check
from studio.compile.training_script import training_script
from studio.compile.training_source import CannotCompile
from studio.model import trust
from studio.model.edits import SetParam
from studio.model.files import FileError
from studio.model.project import Node, Project, Wire
from studio.model.settings import Settings
from studio.run.loaded_project import build, load_run
from studio.run.training_runs import train
from tests.compile.drawing import board, node
from tests.run.saved import saved

SCALE = """
import torch
from torch import Tensor, nn


class Update(nn.Module):
    '''Called like a part of the loop, with words like its options.'''

    def __init__(self, width: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(width))
        self.update = None

    def forward(self, x: Tensor, step=None) -> Tensor:
        if self.update is not None and self.update.every == 1:
            return x
        if step is not None and step.loss:
            return x
        return self.scale * x
"""

LOSS = """
from torch import Tensor, nn


class Focal(nn.Module):
    def __init__(self, gamma: float = 1.0):
        super().__init__()
        self.gamma = gamma

    def forward(self, scores: Tensor, target: Tensor) -> Tensor:
        chance = scores.softmax(-1).gather(-1, target[:, None])
        return (-((1 - chance) ** self.gamma) * chance.log()).mean()
"""

FAILS = (
    SCALE.replace("        return self.scale * x", "        return self.late(x)")
    + """
    @torch.no_grad()
    def late(self, x):
        # It is well until it learns.
        if self.training:
            raise ValueError("not today")
        return self.scale * x
"""
)


def drawn(code: str = SCALE) -> Project:
    net = board(
        [
            node("x", "Input", shape=("N", 1, 8, 8)),
            node("flat", "Flatten"),
            node("own", "Code", code=code, width=64),
            node("fc", "Linear", out_features=10),
            node("y", "Output"),
        ],
        "x -> flat -> own.x, own -> fc -> y",
    )
    training = board(
        [
            node("digits", "DigitsData", batch_size=256),
            node("net", "Network", network="Net"),
            node("focal", "Code", code=LOSS, gamma=2.0),
            node("update", "Update"),
        ],
        "digits.image -> net.x, net.y -> focal.scores, digits.label -> focal.target, "
        "focal -> update.loss",
        "Training",
        "training",
    )
    boards = {"Net": net, "Training": training}
    return Project(boards, replace(Settings(), epochs=1, device="cpu"), uid="code")


@pytest.fixture
def trusted() -> None:
    for content in (SCALE, LOSS, FAILS):
        trust.trust(content)


def test_nothing_trains_untrusted(tmp_path: Path) -> None:
    with pytest.raises(CannotCompile, match=r"own: its code has not run.*--trust"):
        train(drawn(), tmp_path / "run")


@pytest.mark.usefixtures("trusted")
def test_a_run_keeps_and_finds_its_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "run"
    project = drawn()
    end = train(project, folder)
    assert end.state == "finished", end.message
    scale = saved(folder)["networks"]["Net"]["own.scale"]
    assert not torch.equal(scale, torch.ones(64))
    assert torch.equal(load_run(folder).networks["Net"].state_dict()["own.scale"], scale)
    again = SetParam("Net", "fc", "bias", False).apply(
        replace(project, settings=replace(project.settings, epochs=2))
    )
    end = train(again, folder, resume=True, edited=True)
    assert end.state == "finished", end.message
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "elsewhere"))
    with pytest.raises((CannotCompile, FileError), match="its code has not run"):
        load_run(folder)


@pytest.mark.usefixtures("trusted")
def test_what_fails_is_told_with_its_line(tmp_path: Path) -> None:
    end = train(drawn(FAILS), tmp_path / "run")
    line = 1 + FAILS.splitlines().index('            raise ValueError("not today")')
    assert end.state == "failed"
    assert f"own failed at line {line} of its code: not today" in end.message


@pytest.mark.usefixtures("trusted")
def test_the_script_leaves_it_as_it_was_written(tmp_path: Path) -> None:
    compiled = check(drawn())
    text = training_script(compiled.project, compiled.checking)
    body = SCALE[SCALE.index("    '''Called") :].rstrip()
    assert body in text
    script = tmp_path / "script.py"
    script.write_text(text)
    done = subprocess.run(
        [sys.executable, "-I", str(script)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[0])["validation"] == 1


@pytest.mark.usefixtures("trusted")
def test_it_can_be_looked_inside() -> None:
    project = drawn()
    net = project.boards["Net"]
    halves = Node("flat", "Code", {"code": HALVES})
    flat = Node("row", "Flatten")
    wires = (
        Wire("x", "output", "row", "input"),
        Wire("row", "output", "flat", "x"),
        Wire("flat", "second", "own", "x"),
        *(wire for wire in net.wires if "flat" not in (wire.source, wire.target)),
    )
    nodes = {**net.nodes, "flat": halves, "row": flat}
    nodes["own"] = nodes["own"].with_param("width", 32)
    loaded = build(project.with_board(replace(net, nodes=nodes, wires=wires)))
    seen = {}
    with loaded.taps.seen(lambda tap, value: seen.setdefault((tap.node, tap.port), value)):
        loaded.networks["Net"](torch.ones(2, 1, 8, 8))
    assert seen["flat", "first"].shape == seen["own", "output"].shape == (2, 32)
