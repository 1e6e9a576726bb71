"""Edits of names that may stand at any node of a project."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from studio.model.expression import Expression
from studio.model.project import FOLLOWS, INSTANCE, TRAINED, Board, Node, Project
from studio.model.values import Value


@dataclass(frozen=True, slots=True)
class RenameInstance:
    """Give a network's set of weights another name, wherever it stands and is trained."""

    old: str
    new: str

    def apply(self, project: Project) -> Project:
        def follow(node: Node) -> Node:
            if node.instance == self.old:
                params = {key: value for key, value in node.params.items() if key != INSTANCE}
                own = self.new == node.stands_for
                node = replace(node, params=params if own else {**params, INSTANCE: self.new})
            return named_again(node, self.old, self.new)

        return with_nodes(project, follow)


@dataclass(frozen=True, slots=True)
class RenameVariable:
    """Give a project's variable another name; expressions that mean it follow."""

    old: str
    new: str

    def apply(self, project: Project) -> Project:
        def follow(value: Value) -> Value:
            if isinstance(value, Expression) and self.old in value.names:
                return value.renamed(self.old, self.new)
            return tuple(map(follow, value)) if isinstance(value, tuple) else value

        def renamed(node: Node) -> Node:
            params = {key: follow(value) for key, value in node.params.items()}
            return node if params == node.params else replace(node, params=params)

        def defaults(board: Board) -> Board:
            params = {key: follow(value) for key, value in board.params.items()}
            return board if params == board.params else replace(board, params=params)

        hidden = {name: b for name, b in project.boards.items() if self.old in b.params}
        variables = {
            self.new if name == self.old else name: follow(value)
            for name, value in project.variables.items()
        }
        followed = with_nodes(project, renamed).boards
        boards = {**{name: defaults(board) for name, board in followed.items()}, **hidden}
        return replace(project, boards=boards, variables=variables)


def named_again(node: Node, old: str, new: str) -> Node:
    """The node with the name of an instance changed where it gives it."""
    for name in (INSTANCE, FOLLOWS):
        if node.params.get(name) == old:
            node = node.with_param(name, new)
    if old in node.trained:
        node = node.with_param(TRAINED, tuple(new if n == old else n for n in node.trained))
    return node


def with_nodes(project: Project, changed: Callable[[Node], Node]) -> Project:
    """The project with each node changed; a board on which none was stays the same object."""
    boards = {}
    for name, board in project.boards.items():
        nodes = {id: changed(node) for id, node in board.nodes.items()}
        same = all(nodes[id] is node for id, node in board.nodes.items())
        boards[name] = board if same else replace(board, nodes=nodes)
    return replace(project, boards=boards)
