"""A run is paused, gone on with and stopped from another shell."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def under_way(written, tiny, tmp_path):
    """The folder of a run that another shell trains."""
    command = [sys.executable, "-m", "studio.cli", "train", written(tiny), "--epochs", "1000000"]
    with subprocess.Popen(
        [str(part) for part in command], cwd=ROOT, stderr=subprocess.PIPE, text=True
    ) as process:
        runs = tmp_path / "runs"
        try:
            until = time.monotonic() + 60
            while not list(runs.glob("[!.]*/state.json")):
                assert process.poll() is None, process.communicate()[1]
                assert time.monotonic() < until
                time.sleep(0.02)
            yield next(runs.glob("[!.]*"))
        finally:
            process.kill()
            process.communicate()


def state(run: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((run / "state.json").read_text())
    return found


def test_a_run_of_another_shell_is_steered(here, under_way, tmp_path):
    done = here("steer", under_way, "pause")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("paused at step ")
    assert "trained by process " in done.stdout
    paused = state(under_way)["done"]
    assert here("steer", under_way, "rate", "0.0005").returncode == 0
    assert "learning rate 0.0005" in (under_way / "log.txt").read_text()
    assert state(under_way)["done"] == paused
    assert here("steer", under_way, "go-on").returncode == 0
    told = json.loads(here("steer", under_way, "--json").stdout)
    assert told["state"] == "training"
    assert told["owner"]["pid"]
    refused = here("train", tmp_path / "project.json", "--resume", under_way)
    assert refused.returncode == 1
    assert f"by process {told['owner']['pid']} on {platform.node()} since 2" in refused.stderr
    assert here("steer", under_way, "stop").stdout.endswith("nobody trains in it now\n")
    assert state(under_way)["state"] == "stopped"
    assert "Nobody trains in" in here("steer", under_way, "pause").stderr


@pytest.mark.parametrize("given", [["rate"], ["pause", "3"], ["rate", "0"], ["rate", "nan"]])
def test_what_cannot_be_asked_is_told(here, one_line, tmp_path, given):
    (tmp_path / "environment.json").write_text('{"netloom_run": 1}')
    one_line(here("steer", tmp_path, *given))


def test_what_is_no_run_is_not_steered(here, one_line, tmp_path):
    assert "not a run that Netloom made" in one_line(here("steer", tmp_path, "stop"))
    assert not list(tmp_path.iterdir())
