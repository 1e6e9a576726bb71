"""Every loss and metric is drawn, checked, written, run and exported on a small training board."""

from __future__ import annotations

import functools
import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from studio.compile.compiled import Compiled
from studio.compile.training_script import training_script
from studio.model.project_reading import parse
from studio.model.project_writing import to_text
from studio.run.loop.objective import At, Objective
from tests.compile.drawing import TYPES, Opened, checked, opened, stage_of
from tests.nodes.small_boards import trainings, variants

CASES = [
    pytest.param(name, params, id=f"{name}-{params}")
    for name, declared in TYPES.items()
    if declared.role in ("loss", "metric")
    for params in variants(declared)
]


@functools.cache
def drawn(name: str, params: tuple[tuple[str, Any], ...]) -> Compiled:
    """The first training with it that has no error."""
    told = set()
    for boards in trainings(TYPES[name], dict(params)):
        found = checked(*boards)
        if all(issue.severity == "warning" for issue in found.issues):
            return found
        told |= {issue.message for issue in found.issues}
    raise AssertionError(f"{name} fits nowhere: {told}")


@functools.cache
def script(name: str) -> str:
    found = drawn(name, ())
    return training_script(found.project, found.checking)


def batch(samples: int = 6) -> dict[str, torch.Tensor]:
    torch.manual_seed(1)
    return {"image": torch.rand(samples, 1, 8, 8), "label": torch.randint(0, 10, (samples,))}


def objective(stage: Opened) -> Objective:
    torch.manual_seed(0)
    return stage.objective()


def imported(text: str, path: Path) -> dict[str, Any]:
    """What a script defines."""
    path.write_text(text)
    spec = importlib.util.spec_from_file_location("a_script", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return vars(module)


def at(stage: Opened) -> At:
    due = frozenset(stage.plan.updates)
    return At(0, 1, due, due)


def told(stage: Opened, given: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """What a batch comes to, by itself."""
    values = objective(stage).evaluate(given, at(stage))
    for name, make in (getattr(stage.plan, "metrics", None) or {}).items():
        metric = make()
        metric.update(*values[name])
        values[name] = metric.compute()
    return values


@pytest.mark.parametrize(("name", "params"), CASES)
def test_it_is_written_and_trains(name: str, params: dict[str, Any]) -> None:
    stage = opened(drawn(name, tuple(params.items())))
    made = objective(stage)
    (step,) = made.training_steps(batch(), at(stage))
    assert step.loss.shape == ()
    assert step.loss.isfinite()
    step.loss.backward()
    (network, *_) = stage.plan.updates["update"].networks
    grads = [p.grad for p in made.networks[network].parameters()]
    assert any(grad is not None and grad.abs().sum() > 0 for grad in grads)
    values = told(stage, batch())
    assert all(value.shape == () and value.isfinite() for value in values.values())
    key = "metric/it" if TYPES[name].role == "metric" else "loss/update"
    assert key in values


@pytest.mark.parametrize(("name", "params"), CASES)
def test_it_is_a_mean_over_samples_unless_it_says_otherwise(
    name: str, params: dict[str, Any]
) -> None:
    """So that values of batches can be averaged by their sizes."""
    if TYPES[name].couples or TYPES[name].gathers:
        return
    stage = opened(drawn(name, tuple(params.items())))
    made, every = objective(stage).eval(), batch()
    parts = [(2, {k: v[:2] for k, v in every.items()}), (4, {k: v[2:] for k, v in every.items()})]
    whole = made.evaluate(every, at(stage))
    for key, value in whole.items():
        mean = sum(size * made.evaluate(part, at(stage))[key] for size, part in parts) / 6
        torch.testing.assert_close(mean, value)


@pytest.mark.parametrize(("name", "params"), CASES)
def test_it_goes_through_files_and_into_scripts(
    name: str, params: dict[str, Any], tmp_path: Path
) -> None:
    found = drawn(name, tuple(params.items()))
    assert parse(to_text(found.project)) == found.project
    if params:  # whose values are written as in training; one script of each type tells enough
        return
    text = script(name)
    assert "studio" not in text
    stages = opened(found), stage_of(imported(text, tmp_path / "script.py"))
    ours, theirs = (told(stage, batch()) for stage in stages)
    assert ours == theirs


def test_scripts_are_clean(tmp_path: Path) -> None:
    for name in {case.values[0] for case in CASES}:
        (tmp_path / f"{name.lower()}.py").write_text(script(name))
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", [n for n, t in TYPES.items() if t.role == "metric"])
def test_a_metric_says_which_values_are_better(name: str) -> None:
    assert TYPES[name].better in ("higher", "lower")
