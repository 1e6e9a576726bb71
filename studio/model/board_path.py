"""The way to a board: from one that stands by itself, through the nodes that stand for others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import networkx as nx

from studio.model.project import Board, Node, Project


@dataclass(frozen=True, slots=True)
class BoardPath:
    """A board as one comes to it: `root` stands by itself, `way` are the uids of the nodes through
    which one goes inside, one board after the other. So it outlives renaming."""

    root: str
    way: tuple[str, ...] = ()

    def into(self, node: Node) -> BoardPath:
        """The way on, through a node of the last board."""
        return BoardPath(self.root, (*self.way, node.uid))

    def out(self, steps: int = 1) -> BoardPath:
        """The same less its last steps, but never less than the root."""
        return BoardPath(self.root, self.way[: max(0, len(self.way) - steps)])

    def nodes(self, project: Project) -> list[Node]:
        """The nodes on the way, as far as it leads in a project."""
        return [node for node, _ in self._steps(project)]

    def boards(self, project: Project) -> list[Board]:
        """The root and the boards that the way leads to, as far as it does; none where there is no
        such root."""
        root = project.boards.get(self.root)
        return [] if root is None else [root, *(board for _, board in self._steps(project))]

    def within(self, project: Project) -> BoardPath:
        """The path as far as it leads in a project."""
        return BoardPath(self.root, tuple(node.uid for node in self.nodes(project)))

    def _steps(self, project: Project) -> Iterator[tuple[Node, Board]]:
        board = project.boards.get(self.root)
        for uid in self.way:
            found = None if board is None else _entrance(project, board, uid)
            if found is None:
                return
            board = found[1]
            yield found

    def on_to(self, project: Project, name: str) -> BoardPath | None:
        """The shortest way on to a board that stands somewhere inside the last one."""
        here = self.boards(project)
        if not here or name not in project.boards:
            return None
        try:
            names = nx.shortest_path(project.uses, here[-1].name, name)
        except nx.NetworkXNoPath:
            return None
        path, board = self, here[-1]
        for inner in names[1:]:
            path = path.into(next(n for n in board.nodes.values() if n.stands_for == inner))
            board = project.boards[inner]
        return path


def _entrance(project: Project, board: Board, uid: str) -> tuple[Node, Board] | None:
    """The node of that uid, and the block that it stands for."""
    node = next((node for node in board.nodes.values() if node.uid == uid), None)
    inner = None if node is None else project.boards.get(node.stands_for)
    return None if node is None or inner is None else (node, inner)
