"""A node's parameters with defaults filled in and a block's expressions worked out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nodes.declare import NodeType
from studio.model.block_values import block_params, compute, computed
from studio.model.copy_numbers import numbered
from studio.model.parameters import problem_with_value
from studio.model.project import Board, Node, Project

Environment = Mapping[str, Any]
"""Values of the parameters of the block that a node is in."""


def checked_values(
    node: Node,
    node_type: NodeType,
    board: Board,
    environment: Environment,
    project: Project,
    types: Mapping[str, NodeType],
    copy: int = 0,
) -> dict[str, Any]:
    """Parameter name -> value; `copy` is the number of the copy that a repeated block is given them
    for. Raises ValueError, in a sentence, where one does not fit."""
    inside = board.kind == "block"
    own = {param.name: param for param in node_type.params}
    known = own
    if node_type.role in ("block", "network"):
        used = project.boards.get(node.stands_for)
        if used is None or used.kind != node_type.role:
            raise ValueError(f"choose which {node_type.role} it stands for")
        known = own | {param.name: param for param in block_params(project, used, types)}
    values = node_type.defaults()
    for name in sorted(node.params, key=lambda name: name not in own):
        value = node.params[name]
        if name not in known and node_type.needs_trust:
            continue  # its code had such a parameter before it was edited, and may have it again
        if name not in known:
            raise ValueError(f"{node.type} has no parameter called {name!r}; remove it")
        if problem := problem_with_value(known[name], value, block=inside or name not in own):
            raise ValueError(problem)
        if name in node_type.deciding and computed(value):
            raise ValueError(f"{name} decides which ports there are: give it a value of its own")
        if name not in own and node_type.role == "block" and not node_type.scans:
            environment = numbered(environment, copy, values["repeat"])
        try:
            values[name] = compute(value, environment)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error
    for name, value in values.items():
        if problem := problem_with_value(known[name], value):
            raise ValueError(problem)
        if name in own and own[name].kind == "path":
            values[name] = _whole_path(name, value, project)
    return values


def _whole_path(name: str, path: str, project: Project) -> str:
    """A path as it holds wherever the program was started."""
    if not path or Path(path).is_absolute():
        return path
    if project.folder is None:
        raise ValueError(
            f"{name} {path!r} begins at the project's own file, and there is none yet: save the "
            "project, or give the path from the root on"
        )
    return str(project.folder / path)


def frozen(values: Mapping[str, Any]) -> tuple[object, ...]:
    """The values as a key of a table. `True` and `1` differ."""
    return tuple((name, type(value), value) for name, value in values.items())
