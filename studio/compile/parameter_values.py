"""A node's parameters with defaults filled in and a block's expressions worked out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nodes.declare import NodeType
from studio.model.expression import Expression
from studio.model.parameters import problem_with_value
from studio.model.project import Board, Node, Project

Environment = Mapping[str, Any]
"""Values of the parameters of the block that a node is in."""


def checked_values(
    node: Node, node_type: NodeType, board: Board, environment: Environment, project: Project
) -> dict[str, Any]:
    """Parameter name -> value. Raises ValueError, in a sentence, where one does not fit."""
    if problem := _problem(node, node_type, board, project):
        raise ValueError(problem)
    values = node_type.defaults()
    for name, value in node.params.items():
        values[name] = compute(value, environment)
    for param in node_type.params:
        if problem := problem_with_value(param, values[param.name]):
            raise ValueError(problem)
        if param.kind == "path":
            values[param.name] = _whole_path(param.name, values[param.name], project)
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


def compute(value: Any, environment: Environment) -> Any:
    """A value with its expressions replaced by what they come to, whole where they can be."""
    if isinstance(value, Expression):
        number = value.value(environment)
        if isinstance(number, float) and number.is_integer():
            return int(number)
        return number
    if isinstance(value, tuple):
        return tuple(compute(item, environment) for item in value)
    return value


def frozen(values: Mapping[str, Any]) -> tuple[object, ...]:
    """The values as a key of a table. `True` and `1` differ."""
    return tuple((name, type(value), value) for name, value in values.items())


def _problem(node: Node, node_type: NodeType, board: Board, project: Project) -> str | None:
    """What is wrong before any expression is worked out."""
    known = {param.name: param for param in node_type.params}
    inside_block = board.kind == "block"
    used = None
    if node_type.role in ("block", "network"):
        used = project.boards.get(node.stands_for)
        if used is None or used.kind != node_type.role:
            return f"choose which {node_type.role} it stands for"
    for name, value in node.params.items():
        if name in known:
            problem = problem_with_value(known[name], value, block=inside_block)
        elif used is not None and name in used.params:
            problem = _problem_with_argument(name, value, inside_block)
        elif node_type.needs_trust:
            continue  # its code had such a parameter before it was edited, and may have it again
        else:
            problem = f"{node.type} has no parameter called {name!r}; remove it"
        if problem is not None:
            return problem
    return None


def _problem_with_argument(name: str, value: object, inside_block: bool) -> str | None:
    """Why a value cannot be handed to a block as one of its own parameters."""
    if isinstance(value, Expression):
        return None if inside_block else f"{name} must be a number, not an expression"
    return None if isinstance(value, bool | int | float) else f"{name} must be a number"
