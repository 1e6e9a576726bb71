"""Projects of older versions of the format."""

from __future__ import annotations

import json
from typing import Any

import pytest

from studio.model.files import FileError
from studio.model.project_reading import parse
from studio.model.project_writing import to_text


def training(networks: str) -> str:
    """A project of version 1 with an update that trains these nodes."""
    nodes: dict[str, Any] = {
        "fake": {"type": "Network", "params": {"network": "Judge"}},
        "real": {"type": "Network", "params": {"network": "Judge"}},
        "make": {"type": "Network", "params": {"network": "Make"}},
        "empty": {"type": "Network"},
        "update": {"type": "Update", "params": {"networks": networks, "every": 2}},
    }
    boards = {
        "Judge": {"kind": "network"},
        "Make": {"kind": "network"},
        "Train": {"kind": "training", "nodes": nodes},
    }
    return json.dumps({"netloom": 1, "boards": boards})


@pytest.mark.parametrize(
    ("nodes", "instances"),
    [
        ("", ()),
        ("make", ("Make",)),
        (" fake ,real, make", ("Judge", "Make")),
        ("gone, empty", ("gone", "empty")),
    ],
)
def test_updates_named_nodes_in_version_1(nodes: str, instances: tuple[str, ...]) -> None:
    project = parse(training(nodes))
    update = project.boards["Train"].nodes["update"]
    assert update.trained == instances
    assert update.params["every"] == 2
    text = to_text(project)
    assert json.loads(text)["netloom"] == 2
    assert parse(text) == project


@pytest.mark.parametrize(
    "boards",
    [
        3,
        {"A": 3},
        {"A": {"nodes": [1]}},
        {"A": {"nodes": {"n": 3}}},
        {"A": {"nodes": {"n": {"type": "Update", "params": 3}}}},
        {"A": {"nodes": {"n": {"type": "Update", "params": {"networks": 3}}}}},
        {"A": {"nodes": {"n": {"type": ["Update"], "params": {"networks": "a"}}}}},
        {"A": {"nodes": {"a": 3, "n": {"type": "Update", "params": {"networks": "a"}}}}},
    ],
)
def test_anything_at_all_is_read_or_refused(boards: Any) -> None:
    try:
        found = parse(json.dumps({"netloom": 1, "boards": boards}))
    except FileError:
        return
    assert parse(to_text(found)) == found
