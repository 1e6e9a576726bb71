"""Parameters of nodes, the weights they share, and the settings of the project."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from nodes.declare import NodeType, Param
from studio.model.edits import AddNode
from studio.model.operations.edited import Edited, Refusal
from studio.model.parameters import problem_with_value
from studio.model.project import Board, Node, Project
from studio.model.settings import OF_RUN, SETTINGS
from studio.model.values import Value


def set_parameter(
    project: Project, board: str, ids: Collection[str], param: Param, value: Value
) -> Edited:
    """Give nodes a parameter; one that equals the default is not kept. Raises Refusal where the
    value does not fit."""
    on = project.boards[board]
    block = project.computes(on, *(on.nodes[id] for id in ids))
    if problem := problem_with_value(param, value, block):
        raise Refusal(problem)
    whose = next(iter(ids)) if len(ids) == 1 else ""
    for id in ids:
        node = project.boards[board].nodes[id]
        params = {key: old for key, old in node.params.items() if key != param.name}
        if value != param.default or type(value) is not type(param.default):
            params = {**node.params, param.name: value}
        project = AddNode(board, replace(node, params=params)).apply(project)
    label = f"Change {whose}.{param.name}" if whose else f"Change {param.name} of {len(ids)} nodes"
    return Edited(label, project)


def share_weights(
    project: Project, board: str, id: str, owner: str | None, types: Mapping[str, NodeType]
) -> Edited:
    """Let a node use another's weights, or own some where `owner` is None. Raises Refusal."""
    node = project.boards[board].nodes[id]
    owners = owners_for(project.boards[board], node, types)
    if owner is not None and owner not in owners:
        able = ", ".join(owners) or "none here"
        raise Refusal(f"{id} cannot use the weights of '{owner}'; it may use those of: {able}.")
    label = f"Share weights of {owner}" if owner else f"Give {id} its own weights"
    return Edited(label, AddNode(board, replace(node, uses=owner)).apply(project))


def owners_for(board: Board, node: Node, types: Mapping[str, NodeType]) -> list[str]:
    """Nodes whose weights a node may use."""
    found = types.get(node.type)
    if node.role == "block":
        return [
            other.id
            for other in board.nodes.values()
            if other.id != node.id
            and other.uses is None
            and node.stands_for
            and other.stands_for == node.stands_for
        ]
    if found is None or not (found.weights or found.shared):
        return []
    fitting = {node.type, *found.shared}
    return [
        other.id
        for other in board.nodes.values()
        if other.id != node.id and other.type in fitting and other.uses is None
    ]


def keeps_own(project: Project, stage: Board, name: str) -> bool:
    """Whether a training board keeps that setting for itself: where there are several of them, or
    it has one of its own."""
    return name not in OF_RUN and (len(project.stages) > 1 or name in stage.settings)


def set_setting_on(project: Project, board: str, name: str, value: Value) -> Edited:
    """Change a setting as it is shown on a board: that of a training board which keeps its own,
    else the project's. Raises Refusal where the value does not fit."""
    found = project.boards.get(board)
    own = found is not None and found.kind == "training" and keeps_own(project, found, name)
    return set_setting(project, name, value, board if own else "")


def usual_settings(project: Project, stage: Board | None) -> dict[str, Value]:
    """What leads back: the project's settings where a training board keeps its own, defaults
    elsewhere."""
    of_project = project.settings.values()
    return {
        param.name: of_project[param.name]
        if stage is not None and keeps_own(project, stage, param.name)
        else param.default
        for param in SETTINGS
    }


def set_setting(project: Project, name: str, value: Value, stage: str = "") -> Edited:
    """Change a setting of the project, or of that training board alone, which then keeps it where
    it differs from the project's. Raises Refusal where the value does not fit."""
    try:
        settings = project.settings.changed(name, value)
    except ValueError as error:
        raise Refusal(str(error)) from error
    if not stage or name in OF_RUN:
        return Edited(f"Change {name}", replace(project, settings=settings))
    board = project.boards[stage]
    own = {key: old for key, old in board.settings.items() if key != name}
    if settings != project.settings:
        own[name] = value
    return Edited(f"Change {name} of {stage}", project.with_board(replace(board, settings=own)))
