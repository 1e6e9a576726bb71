"""Every probe is found without a list, shows something somewhere, and may come from elsewhere."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.model.gallery import gallery, template
from studio.model.messages import Look
from studio.model.project import Node, Project, Wire
from studio.run.loaded_project import build
from studio.run.probe_catalogue import probe_catalogue
from studio.run.probing import Probing
from tests.nodes.packages import install
from tests.run.drawn import project

RANGE = """
from studio.model.figures import Text
from studio.run.probes.probe import Probe, array


def _figures(context):
    values = array(context.output())
    return (Text(context.site.path, f"{values.min():g} to {values.max():g}"),)


RANGE = Probe("Range", lambda site: site.output is not None and bool(site.path), _figures)
"""


def small(name: str) -> Project:
    """A project of the gallery whose text or pictures are few."""
    found = template(name)
    return replace(found, settings=replace(found.settings, device="cpu", epochs=1))


def pictures() -> Project:
    """A small network for pictures with attention, whose training shows what it reads."""
    found = project()
    board = found.boards["Train"]
    nodes = {**board.nodes, "shown": Node("shown", "ShowPictures")}
    wires = (*board.wires, Wire("digits", "image", "shown", "pictures"))
    return found.with_board(replace(board, nodes=nodes, wires=wires))


@functools.cache
def looking_into(name: str) -> Probing:
    """The small network, or a project of the gallery."""
    return Probing(build(small(name) if name else pictures()))


@pytest.mark.parametrize("name", probe_catalogue().probes)
def test_it_applies_somewhere_and_shows_figures(name: str) -> None:
    for source in ("", "gpt", *gallery()):
        probing = looking_into(source)
        for network, nodes in probing.probes().networks.items():
            for node, names in nodes.items():
                if name in names:
                    value = np.zeros((20, 30), np.float32) if name == "Predict" else None
                    answer = probing.look(Look(1, name, network, node, value=value))
                    assert not answer.error
                    assert answer.figures
                    return
    pytest.fail(f"{name} applies nowhere")


@pytest.fixture
def plug_ins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    install(tmp_path, "range_probe", RANGE, "netloom.probes")
    install(tmp_path, "second_range", RANGE, "netloom.probes")
    install(tmp_path, "broken_probe", "raise SystemExit(3)", "netloom.probes")
    monkeypatch.syspath_prepend(tmp_path)
    probe_catalogue.cache_clear()
    yield
    probe_catalogue.cache_clear()


@pytest.mark.usefixtures("plug_ins")
def test_probes_of_other_packages() -> None:
    probing = Probing(build(project()))
    assert "Range" in probing.probes().networks["Net"]["conv"]
    (figure,) = probing.look(Look(1, "Range", "Net", "conv")).figures
    assert " to " in str(figure)
    errors = " ".join(probing.probes().errors)
    assert "broken_probe could not be loaded: 3" in errors
    assert "a probe named Range is there already" in errors


def test_they_are_offered_in_their_order() -> None:
    names = list(probe_catalogue().probes)
    chosen = ["Predictions", "Feature maps", "Weight histogram"]
    assert sorted(chosen, key=names.index) == chosen
