"""Code in a project runs from the command line once it is trusted."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from studio.cli import main
from studio.model import trust
from studio.model.project import Project
from studio.model.project_file import load, save
from tests.compile.drawing import board, node

CODE = """
from torch import Tensor


def doubled(x: Tensor) -> Tensor:
    return 2 * x
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    nodes = node("x", "Input", shape=("N", 4)), node("own", "Code", code=CODE), node("y", "Output")
    net = board(nodes, "x -> own.x, own -> y")
    save(Project({"Net": net}, uid="u"), tmp_path / "own.json")
    return tmp_path / "own.json"


def test_it_is_refused_then_trusted(here, file: Path) -> None:
    done = here("check", file, "--json")
    assert done.returncode == 1
    assert [i["code"] for i in json.loads(done.stdout)["issues"]] == ["untrusted"]
    done = here("export", file, "--to", "python", "-o", file.with_suffix(".py"))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "--trust" in done.stderr
    assert not file.with_suffix(".py").exists()
    assert here("check", file, "--trust").returncode == 0
    assert here("export", file, "--to", "python", "-o", file.with_suffix(".py")).returncode == 0
    assert "2 * x" in file.with_suffix(".py").read_text()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("\n", 1), ("n\n", 1), ("", 1)])
def test_a_terminal_is_asked(
    file: Path, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    shown = Terminal()
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    monkeypatch.setattr(sys, "stderr", shown)
    assert main(["check", str(file)]) == code
    assert CODE.strip() in shown.getvalue()
    assert trust.is_trusted(CODE) == (code == 0)


def test_an_installed_class(here, file: Path) -> None:
    assert here("edit", file, "set", "Net.own.code", "torch.nn:Bilinear").returncode == 0
    issues = json.loads(here("check", file, "--trust", "--json").stdout)["issues"]
    found = next(issue for issue in issues if issue["code"] == "signature")
    (edit,) = found["fixes"][0]["edits"]
    done = here("edit", file, "set", "Net.own.signature", edit["value"])
    assert done.returncode == 0, done.stderr
    for name, value in (("in1_features", 4), ("in2_features", 4), ("out_features", 3)):
        assert here("edit", file, "set", f"Net.own.{name}", value).returncode == 0
    assert here("edit", file, "unwire", "Net", "x.output", "own.x").returncode == 0
    for port in ("input1", "input2"):
        done = here("edit", file, "wire", "Net", "x.output", f"own.{port}")
        assert done.returncode == 0, done.stderr
    done = here("check", file)
    assert done.returncode == 0, done.stdout
    assert "N×3" in done.stdout
    done = here("export", file, "--to", "python", "-o", file.with_suffix(".py"))
    text = file.with_suffix(".py").read_text()
    assert "from torch.nn import Bilinear" in text
    assert "self.own = Bilinear(4, 4, 3)" in text
    assert load(file).boards["Net"].nodes["own"].params["in1_features"] == 4
