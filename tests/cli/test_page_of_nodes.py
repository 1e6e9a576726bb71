"""`docs/nodes.md` works as it is written: its files lie there, its commands do that."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import studio
from studio.run.probe_catalogue import probe_catalogue
from tests.nodes.packages import install, register

PAGE = (Path(studio.__file__).parents[1] / "docs" / "nodes.md").read_text(encoding="utf-8")


def blocks(*kinds: str) -> Iterator[tuple[str, str]]:
    """The blocks of code in these languages, each with the file that was named last before it."""
    at = 0
    for found in re.finditer(r"```(\w*)\n(.*?)```", PAGE, re.DOTALL):
        names = re.findall(r"`([\w/]+\.\w+)`", PAGE[at : found.start()])
        at = found.end()
        if found[1] in kinds:
            yield names[-1] if names else "", found[2]


@pytest.fixture
def extras(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with what the page writes, its package installed."""
    package = tmp_path / "extras" / "netloom_extras"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    for name, text in blocks("toml", "text"):
        (tmp_path / name).write_text(text)
    for name, text in blocks("python"):
        (package.parent / name).write_text(text)
    told = tomllib.loads((package.parent / "pyproject.toml").read_text())["project"]
    register(package.parent, told["name"], told["entry-points"])
    monkeypatch.syspath_prepend(package.parent)
    monkeypatch.chdir(tmp_path)
    probe_catalogue.cache_clear()
    yield tmp_path
    probe_catalogue.cache_clear()


def test_what_it_adds_is_drawn_trained_and_looked_at(here, extras):
    commands = [
        shlex.split(line, comments=True)
        for _, text in blocks("sh")
        for line in text.splitlines()
        if line.startswith("netloom ")
    ]
    told = {}
    for _, command, *words in commands:
        (run,) = map(str, (extras / "runs").glob("*")) if (extras / "runs").exists() else [""]
        done = here(command, *(word.replace("runs/NAME", run) for word in words))
        assert done.returncode == 0, done.stderr
        told[command] = done.stdout
    assert "No issues." in told["check"]
    assert "SpiralsData" in told["check"]
    assert (extras / "means.png").stat().st_size > 0
    text = (extras / "spirals.py").read_text()
    assert "class LayerScale(nn.Module)" in text
    assert "netloom_extras" not in text


def test_what_is_left_out_is_told(here, tmp_path, monkeypatch):
    (text,) = (text for _, text in blocks("python") if "class LayerScale" in text)
    wrong = text.replace('Param("start", "float", 0.1', 'Param("start", "float", "small"')
    install(tmp_path, "layer_scale", wrong)
    monkeypatch.syspath_prepend(tmp_path)
    assert here("new", "empty", tmp_path / "my.json").returncode == 0
    told = here("check", tmp_path / "my.json").stdout
    (sentence,) = re.findall(r"\*(LayerScale of the\s+plug-in [^*]+)\*", PAGE)
    assert f"warning: {' '.join(sentence.split())}" in told.splitlines()
    asked = json.loads(here("check", tmp_path / "my.json", "--json").stdout)
    assert asked["left_out"] == [" ".join(sentence.split())]


def test_it_names_files_that_are_there():
    root = Path(studio.__file__).parents[1]
    named = set(re.findall(r"`((?:nodes|studio|tests)/[\w/]+(?:\.\w+)?)/?`", PAGE))
    assert len(named) > 10
    assert [name for name in sorted(named) if not (root / name).exists()] == []
