"""Changes to a project from the command line: `--set`, `--epochs`, `--device`, `--seed`."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from dataclasses import replace

from nodes.declare import NodeType
from studio.cli.command_error import CommandError
from studio.model.edits import SetParam
from studio.model.parameters import parse_value
from studio.model.ports import type_of
from studio.model.project import Project
from studio.model.settings import SETTINGS


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("--epochs", help="passes over the training part")
    parser.add_argument("--device", help="auto, cpu, cuda, cuda:1 or mps")
    parser.add_argument("--seed", help="for weights, order and dropout")
    parser.add_argument(
        "--set",
        dest="changes",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="a parameter: NODE.PARAM of the training board, BOARD.NODE.PARAM, or settings.NAME",
    )


def changed(
    project: Project, arguments: argparse.Namespace, types: Mapping[str, NodeType]
) -> Project:
    """The project with what the command line says. Raises CommandError."""
    project = _with_changes(project, arguments.changes, types)
    given = {name: getattr(arguments, name) for name in ("epochs", "device", "seed")}
    for name, text in given.items():
        if text is not None:
            project = _with_setting(project, f"--{name}", name, text)
    return project


def _with_changes(
    project: Project, changes: Iterable[str], types: Mapping[str, NodeType]
) -> Project:
    for change in changes:
        key, equals, text = change.partition("=")
        parts = key.strip().split(".")
        if not equals or len(parts) not in (2, 3):
            raise CommandError(
                f"--set {change}: write NODE.PARAM=VALUE, BOARD.NODE.PARAM=VALUE or "
                "settings.NAME=VALUE."
            )
        if len(parts) == 2 and parts[0] == "settings":
            project = _with_setting(project, f"--set {change}", parts[1], text)
        else:
            project = _with_param(project, change, parts, text, types)
    return project


def _with_setting(project: Project, option: str, name: str, text: str) -> Project:
    param = next((param for param in SETTINGS if param.name == name), None)
    try:
        value = parse_value(param, text) if param else text
        settings = project.settings.changed(name, value)
    except ValueError as error:
        raise CommandError(f"{option}: {error}") from error
    return replace(project, settings=settings)


def _with_param(
    project: Project, change: str, parts: list[str], text: str, types: Mapping[str, NodeType]
) -> Project:
    training = project.training
    board = project.boards.get(parts[0]) if len(parts) == 3 else training
    if board is None:
        what = f"board {parts[0]!r}" if len(parts) == 3 else "training board"
        raise CommandError(
            f"--set {change}: there is no {what}; there are {', '.join(project.boards)}."
        )
    node = board.nodes.get(parts[-2])
    if node is None:
        known = ", ".join(board.nodes)
        raise CommandError(
            f"--set {change}: {board.name} has no node {parts[-2]!r}; it has {known}."
        )
    node_type = type_of(node, types)
    param = node_type.param(parts[-1]) if node_type else None
    if param is None:
        known = ", ".join(p.name for p in node_type.params) if node_type else ""
        raise CommandError(
            f"--set {change}: {node.type} has no parameter {parts[-1]!r}; it has {known or 'none'}."
        )
    try:
        value = parse_value(param, text, block=project.computes(board, node))
    except ValueError as error:
        raise CommandError(f"--set {change}: {error}") from error
    return SetParam(board.name, node.id, param.name, value).apply(project)
