"""What led from each version of the project format to the next; old files open for ever.

Each step works on the tree that JSON gives, which may hold anything at all: what it does not
understand it leaves as it is, to be refused or kept by whoever reads the newest version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from studio.model.values import Json

VERSION = 2
"""The version that is written."""

Tree = dict[str, Any]


def migrated(tree: Tree, version: int) -> Tree:
    """The tree of a project of an older version, from 1 on, as one of `VERSION`."""
    for step in _STEPS[version - 1 :]:
        tree = step(tree)
    return tree


# ---- from 1 to 2 -------------------------------------------------------------------------------


def _to_2(tree: Tree) -> Tree:
    """Updates name instances, in a list; they named nodes, in one text."""
    return _with_nodes(tree, lambda nodes: {id: _trains(node, nodes) for id, node in nodes.items()})


def _trains(node: Json, nodes: Mapping[str, Json]) -> Json:
    named = _field(node, "params").get("networks")
    if _field(node).get("type") != "Update" or not isinstance(named, str):
        return node
    words = [word for part in named.split(",") if (word := part.strip())]
    instances = list(dict.fromkeys(_network(nodes.get(word)) or word for word in words))
    return {**node, "params": {**node["params"], "networks": instances}}


def _network(node: Json) -> str:
    """The network that a node stands for: in version 1 the name of its only instance."""
    name = _field(node, "params").get("network")
    return name if _field(node).get("type") == "Network" and isinstance(name, str) else ""


# ---- finding one's way in a tree ---------------------------------------------------------------


def _with_nodes(tree: Tree, changed: Callable[[Mapping[str, Json]], Tree]) -> Tree:
    """The tree with the nodes of each board changed."""

    def boards() -> Iterator[tuple[str, Json]]:
        for name, board in _field(tree, "boards").items():
            nodes = _field(board, "nodes")
            yield name, {**board, "nodes": changed(nodes)} if nodes else board

    found = dict(boards())
    return {**tree, "boards": found} if found else tree


def _field(value: Json, *names: str) -> Mapping[str, Json]:
    """An object that lies inside others; an empty one where there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


_STEPS: tuple[Callable[[Tree], Tree], ...] = (_to_2,)
"""Step number n leads from version n to n + 1."""
