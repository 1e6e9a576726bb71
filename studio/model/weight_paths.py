"""What weights are known by: the way of nodes that leads to their layer, by what never changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from studio.model.project import Board, Node, Project


class WeightPlace(NamedTuple):
    """Where weights lie in a run: in which module, by its instance; in which of its layers, by the
    names that lead there; what the layer itself calls them."""

    module: str
    layer: str
    name: str

    @property
    def key(self) -> str:
        """Their key in the module's `state_dict`."""
        return f"{self.layer}.{self.name}" if self.layer else self.name


@dataclass(frozen=True, slots=True)
class LayerPath:
    """What a layer is known by, whatever it and all around it are called: the uids of the nodes
    that stand for its instance (of a training board's own layers none), and those that lead to it,
    each with the number of its copy, where a block is repeated. `type` is that of its node."""

    instance: frozenset[str]
    steps: tuple[tuple[str, int], ...]
    type: str

    def __str__(self) -> str:
        return "/".join(f"{uid}#{copy}" if copy else uid for uid, copy in self.steps)


def layer_paths(
    project: Project, boards: Mapping[str, Board], keys: Mapping[str, Iterable[str]]
) -> dict[WeightPlace, LayerPath]:
    """The weights of a project, from their keys by module, and the path of each one's layer.
    `boards` are those that modules are made from. What no board explains is known by its names."""
    found: dict[WeightPlace, LayerPath] = {}
    for module, every in keys.items():
        uids = _uids_of(project, module) if boards[module].kind == "network" else frozenset()
        for key in every:
            layer, steps, type = _walk(project, boards[module], key)
            name = key.removeprefix(layer).removeprefix(".")
            found[WeightPlace(module, layer, name)] = LayerPath(uids, steps, type)
    return found


def _uids_of(project: Project, instance: str) -> frozenset[str]:
    """The uids of all nodes that stand for an instance of a network."""
    nodes = (node for board in project.boards.values() for node in board.nodes.values())
    return frozenset(node.uid for node in nodes if node.instance == instance)


def _walk(
    project: Project, board: Board | None, key: str
) -> tuple[str, tuple[tuple[str, int], ...], str]:
    """The names that lead to a layer on a board or inside its blocks, and what they mean."""
    parts, at = key.split("."), 0
    steps: list[tuple[str, int]] = []
    while at < len(parts) and (node := _node(board, parts[at])) is not None:
        at += 1
        if node.role != "block":
            return ".".join(parts[:at]), (*steps, (node.uid, 0)), node.type
        copy = 0
        if at < len(parts) and parts[at].isdecimal():
            copy, at = int(parts[at]), at + 1
        steps.append((node.uid, copy))
        board = project.boards.get(node.stands_for)
    layer = key.rpartition(".")[0]
    return layer, ((layer, 0),), ""


def _node(board: Board | None, attribute: str) -> Node | None:
    """The node that an attribute is of; where one is the module's own, `_` is put behind."""
    nodes = {} if board is None else board.nodes
    return nodes.get(attribute) or nodes.get(attribute.removesuffix("_"))
