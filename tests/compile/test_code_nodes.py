"""Code of a person's own on boards: trusted, checked, trained, exported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from studio.compile.checking import CheckResult
from studio.compile.compiled import Compiled, check
from studio.compile.training_source import CannotCompile, execute
from studio.compile.trusted_code import Untrusted, module_at
from studio.model import trust
from studio.model.expression import Expression
from studio.model.project import Board, Project
from studio.model.project_reading import parse
from studio.model.project_writing import to_text
from studio.run.exports import export
from tests.compile.drawing import TYPES, board, checked, codes, node, project, run, sample, shape

SCALE = """
import math
from torch import nn

# How much it grows.
FACTOR = math.sqrt(4)


class Scale(nn.Module):
    '''Its own scale for each feature.'''

    def __init__(self, features, rate: float = 1.0):
        super().__init__()
        self.weight = nn.Parameter(torch.full((features,), rate))

    def forward(self, x, y=None, *, twice: bool = False):
        x = FACTOR * self.weight * x
        if y is not None:
            x = x + y
        return 2 * x if twice else x
""".replace("import math", "import math\n\nimport torch")

SPLIT = """
import torch.nn.functional as F
from torch import Tensor


def split(x: Tensor, *, at: int = 2) -> tuple[Tensor, Tensor]:
    left, right = F.relu(x[:, :at]), x[:, at:]
    return left, right
"""


def around(*, code: str = SCALE, wires: str = "", inputs: int = 1, **params: object) -> Board:
    """A network around a node with code."""
    given = [node(f"x{n}", "Input", shape=("N", 6)) for n in range(inputs)]
    every = [*given, node("own", "Code", code=code, **params), node("y", "Output")]
    return board(every, wires or "x0 -> own.x, own -> y")


def trusted(*boards: Board) -> Compiled:
    """These boards, checked, all their code being trusted."""
    drawn = project(*boards)
    for content in trust.waiting(drawn):
        trust.trust(content)
    return check(drawn, TYPES)


def test_it_waits_for_trust() -> None:
    drawn = around(features=6)
    found = checked(drawn)
    (issue,) = found.issues
    assert (issue.code, issue.node) == ("untrusted", "own")
    with pytest.raises(CannotCompile, match="once you have read it and trusted it"):
        found.network("Net")
    trust.trust(SCALE)
    assert not trust.waiting(found.project)
    *_, last = found.checking.check(found.project)
    assert isinstance(last, CheckResult)
    assert not last.issues, "trust is seen without an edit"
    assert not checked(drawn).issues
    changed = around(code=SCALE + "\n", features=6)
    assert codes(checked(changed)) == ["untrusted"], "it is for this text alone"


def test_nothing_runs_untrusted(tmp_path: Path) -> None:
    there = tmp_path / "there"
    text = f"import pathlib\n\nMADE = pathlib.Path({str(there)!r}).mkdir()\n{SCALE}"
    drawn = project(around(code=text, features=6))
    found = check(parse(to_text(drawn)), TYPES)
    assert codes(found) == ["untrusted"]
    with pytest.raises(CannotCompile):
        export(found.project, "python", tmp_path / "net.py")
    assert not there.exists()
    trust.trust(text)
    assert not check(drawn, TYPES).issues
    assert there.exists()


def test_only_what_was_trusted_can_be_loaded() -> None:
    name = f"netloom_code_{'0' * 64}"
    with pytest.raises(Untrusted):
        module_at(name)


@pytest.mark.parametrize(
    ("params", "inputs", "wires", "line"),
    [
        ({"features": 6}, 1, "", "self.own(x0)"),
        ({"features": 6, "twice": True}, 1, "", "self.own(x0, twice=True)"),
        ({"features": 6}, 2, "x0 -> own.x, x1 -> own.y, own -> y", "self.own(x0, x1)"),
    ],
)
def test_a_module(params: dict[str, object], inputs: int, wires: str, line: str) -> None:
    found = trusted(around(inputs=inputs, wires=wires, **params))
    assert not found.issues
    assert shape(found, "own") == "N×6"
    assert found.totals["Net"].parameters == 6
    module = found.network("Net")
    assert list(module.state_dict()) == ["own.weight"]
    given = sample(found)
    (value,) = run(module, given)
    wanted = 2 * given[0] + (given[1] if inputs > 1 else 0)
    torch.testing.assert_close(value, 2 * wanted if "twice" in params else wanted)
    text = found.source("Net")
    assert line in text
    assert "# How much it grows.\nFACTOR = math.sqrt(4)\n" in text
    assert text.count("class Scale") == 1


def test_a_function_with_two_outputs() -> None:
    wires = "x0 -> own.x, own.right -> y"
    found = trusted(around(code=SPLIT, wires=wires, at=4))
    assert not found.issues
    assert (shape(found, "own", "left"), shape(found, "own", "right")) == ("N×4", "N×2")
    assert "_, right = split(x0, at=4)" in found.source("Net").replace("own_right", "right")


def test_parameters_follow_a_blocks() -> None:
    inside = board(
        [
            node("x", "Input", shape=("N", 6)),
            node("own", "Code", code=SCALE, features=Expression("3 * dim")),
            node("y", "Output"),
        ],
        "x -> own.x, own -> y",
        "Part",
        "block",
        dim=2,
    )
    outer = board(
        [node("x", "Input", shape=("N", 6)), node("b", "Block", block="Part"), node("y", "Output")],
        "x -> b.x, b.y -> y",
    )
    found = trusted(inside, outer)
    assert not found.issues
    assert "Scale(3 * dim)" in found.source("Net")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("def f(x:\n  return x", "own: code is no Python at line 1"),
        ("import sys\n\ndef f(x):\n    sys.exit()\n    return x", "own failed at line 4"),
        ("def f(x):\n    y = x @ x\n    return y", "own failed at line 2 of its code: "),
        ("def f(x):\n    return {'x': x}", "own: it gives a dict"),
        ("def f(x):\n    both = x, x\n    return both", "own: it gives a tuple"),
        ("def f(x):\n    return x, x, 3", "own: it gives an int"),
        ("SIZE = 1 / 0\n\ndef f(x):\n    return x", "own failed at line 1"),
        ("from nowhere_at_all import a\n\ndef f(x):\n    return a(x)", "nowhere_at_all"),
        ("def f(x):\n    continue\n    return x", "own failed at line 2"),
        ("def f(x, *, n):\n    return x", "n"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(code: str, told: str) -> None:
    found = trusted(around(code=code))
    messages = [issue.message for issue in found.issues if issue.severity == "error"]
    assert any(told in message for message in messages), messages


CLASHES = """
import random
from collections import OrderedDict as Net
from math import pi as F

from torch import nn, sum

dim = 1
DEVICE = 2


class Scale(nn.Module):
    def forward(self, x, Part=None):
        random.random()
        return sum(x, dim=dim, keepdim=True) * F + DEVICE + len(Net(Part=[dim for dim in [1]]))


def Part(x):
    return Scale()(x)
"""


def test_names_that_clash_give_way() -> None:
    other = node("other", "Code", code=SCALE, features=6)
    again = node("again", "Code", code=SCALE, features=6)
    drawn = around(code=CLASHES)
    nodes = {**drawn.nodes, other.id: other, again.id: again, "z": node("z", "Output")}
    net = board(
        list(nodes.values()),
        "x0 -> own.x, own -> y, x0 -> other.x, other -> again.x, again -> z",
    )
    block = board(
        [node("x", "Input", shape=("N", 6)), node("y", "Output")], "x -> y", "Part", "block"
    )
    found = trusted(net, block)
    assert not found.errors
    text = found.source("Net")
    assert text.count("class Scale") == 2, "one for each text"
    module = execute(text, "<test>")["Net"]()
    given = sample(found)
    value, _ = run(module, given)
    torch.testing.assert_close(value, given[0].sum(1, keepdim=True) * torch.pi + 3)


def test_exports_are_proved_in_a_clean_interpreter(tmp_path: Path) -> None:
    text = f"from __future__ import annotations\n{SCALE}"
    drawn = project(around(code=text, features=6, twice=True))
    trust.trust(text)
    report = export(drawn, "python", tmp_path / "net.py")
    assert report.difference == 0
    written = (tmp_path / "net.py").read_text()
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", str(tmp_path / "net.py")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "netloom" not in written.lower().replace("drawn in netloom", "")


@pytest.mark.parametrize(
    ("code", "signature", "told"),
    [
        ("torch.nn:Bilinear", "", "is not drawn yet"),
        ("torch.nn:Identity", "class Bilinear:\n  def forward(self, x): ...", "is not drawn yet"),
        ("torch.nn:Nothing", "", "torch.nn has no Nothing"),
        ("nowhere_at_all:Net", "", "No module named 'nowhere_at_all'"),
        ("subprocess:run", "def run(x, *, args='true'): ...", "no class of nn.Module"),
        ("subprocess:Popen", "class Popen:\n  def forward(self, x): ...", "no class of nn.Module"),
    ],
)
def test_installed_classes(code: str, signature: str, told: str) -> None:
    found = trusted(around(code=code, signature=signature))
    messages = [issue.message for issue in found.errors]
    assert any(told in message for message in messages), messages
    kept = trusted(
        around(code="torch.nn:Identity", signature="class Identity:\n  def forward(self, x): ...")
    )
    assert "self.own = Identity()" in kept.source("Net")


def test_old_parameters_do_no_harm() -> None:
    found = trusted(around(features=6, gone=3))
    assert not found.errors


def test_projects_with_code_go_through_files() -> None:
    drawn = Project({"Net": around(features=6)}, uid="u")
    assert parse(to_text(drawn)) == drawn
