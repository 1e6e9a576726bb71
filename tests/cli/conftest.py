"""The command line as a person meets it: a process, its two streams, its exit code."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.cli import main

ROOT = Path(__file__).parents[2]

Json = dict[str, Any]
Netloom = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def netloom() -> Netloom:
    """Run `netloom` with these arguments; `before` goes in front of the command."""

    def run(
        *arguments: object, cwd: Path = ROOT, before: tuple[str, ...] = ()
    ) -> subprocess.CompletedProcess[str]:
        command = [*before, sys.executable, "-m", "studio.cli", *map(str, arguments)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(
            command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=110
        )

    return run


@pytest.fixture(scope="session")
def here() -> Netloom:
    """The same without a process of its own, which saves the time that torch takes to import."""

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [str(argument) for argument in arguments]
        out, error = io.StringIO(), io.StringIO()
        with (
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(error),
            warnings.catch_warnings(),
        ):
            code = main(command)
        return subprocess.CompletedProcess(command, code, out.getvalue(), error.getvalue())

    return run


@pytest.fixture(name="tiny")
def tiny_fixture() -> Json:
    """A project that trains in a moment."""
    return tiny()


def tiny() -> Json:
    """A project that trains in a moment: one layer on the digits."""
    return {
        "netloom": 1,
        "settings": {"epochs": 2, "device": "cpu", "precision": "float32", "seed": 0},
        "boards": {
            "Tiny": {
                "kind": "network",
                "nodes": {
                    "image": {"type": "Input", "params": {"shape": ["N", 1, 8, 8]}},
                    "flatten": {"type": "Flatten"},
                    "linear": {"type": "Linear", "params": {"out_features": 10}},
                    "logits": {"type": "Output"},
                },
                "wires": [
                    "image.output -> flatten.input",
                    "flatten.output -> linear.input",
                    "linear.output -> logits.input",
                ],
            },
            "Training": {
                "kind": "training",
                "nodes": {
                    "digits": {"type": "DigitsData"},
                    "tiny": {"type": "Network", "params": {"network": "Tiny"}},
                    "cross_entropy": {"type": "CrossEntropy"},
                    "accuracy": {"type": "Accuracy"},
                    "update": {"type": "Update"},
                },
                "wires": [
                    "digits.image -> tiny.image",
                    "tiny.logits -> cross_entropy.logits",
                    "digits.label -> cross_entropy.target",
                    "tiny.logits -> accuracy.logits",
                    "digits.label -> accuracy.target",
                    "cross_entropy.loss -> update.loss",
                ],
            },
        },
    }


@pytest.fixture
def written(tmp_path: Path) -> Callable[[Json | str], Path]:
    """Write a project, or any text, to a file."""

    def write(project: Json | str) -> Path:
        path = tmp_path / "project.json"
        text = project if isinstance(project, str) else json.dumps(project)
        path.write_text(text, encoding="utf-8")
        return path

    return write


def one_line(done: subprocess.CompletedProcess[str], code: int = 1) -> str:
    """The one sentence of a command that failed as it should."""
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


@pytest.fixture(name="one_line")
def one_line_fixture() -> Callable[..., str]:
    """Check that a command failed with one sentence, and give it."""
    return one_line
