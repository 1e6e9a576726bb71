"""`netloom import`: what it writes, and what it refuses."""

from __future__ import annotations

import json

import pytest
from safetensors.torch import load_file

from studio import Project

MODEL = """
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 8)
        self.last = nn.Linear(8, 2)

    def forward(self, x):
        return self.last(self.first(x).relu())

class Wide(nn.Module):
    def __init__(self, width):
        super().__init__()
"""


@pytest.fixture
def model(tmp_path):
    """A file with models."""
    path = tmp_path / "model.py"
    path.write_text(MODEL)
    return path


def test_a_file_becomes_a_project_with_weights_beside_it(here, model, tmp_path):
    out = tmp_path / "net.json"
    done = here("import", f"{model}:Net", "--input", "1,4", "--trust", "-o", out, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["difference"] < 1e-6
    assert told["parameters"] == 58
    project = Project.load(out)
    network = project.compile()
    weights = load_file(told["weights"])
    network.load_state_dict({key.removeprefix("Net."): value for key, value in weights.items()})


@pytest.mark.parametrize(
    ("place", "inputs", "trust", "words"),
    [
        ("model.py:Net", "1,4", False, "--trust"),
        ("model.py:None_", "1,4", True, "it has Net, Wide"),
        ("model.py:Wide", "1,4", True, "needs width"),
        ("model.py:Net", "one", True, "is no input"),
        ("model.py:Net", "1,5", True, "cannot be run on inputs of 1×5"),
        ("gone.py:Net", "1,4", True, "There is no file"),
    ],
)
def test_what_cannot_be_imported_is_told_in_a_sentence(
    here, model, tmp_path, place, inputs, trust, words
):
    out = tmp_path / "net.json"
    asked = [f"{tmp_path}/{place}", "--input", inputs, "-o", out]
    done = here("import", *asked, *(["--trust"] if trust else []))
    assert done.returncode == 1
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not out.exists()
