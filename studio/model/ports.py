"""The ports of a node in its place: a block's or network's come from the board it uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nodes.declare import NodeType, Port, PortKind
from studio.model.project import Board, Node, Project


@dataclass(frozen=True, slots=True)
class Ports:
    """Inputs and outputs in order."""

    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]

    def input(self, name: str) -> Port | None:
        """The input of that name."""
        return next((port for port in self.inputs if port.name == name), None)

    def output(self, name: str) -> Port | None:
        """The output of that name."""
        return next((port for port in self.outputs if port.name == name), None)


def ports_of(project: Project, board: Board, node: Node, types: Mapping[str, NodeType]) -> Ports:
    """Ports of a node. A node of an unknown type, or one that uses a board that is not there, has
    those that its wires name."""
    found = types.get(node.type)
    if found is None:
        return _from_wires(board, node)
    if found.role in ("block", "network"):
        used = project.boards.get(node.stands_for)
        return _from_wires(board, node) if used is None else board_ports(used)
    if found.role == "input":
        return Ports((), (Port("output", input_kind(node)),))
    return Ports(found.inputs, found.outputs)


def board_ports(board: Board) -> Ports:
    """The ports of a node that stands for a board: its Input and Output nodes."""
    inputs = tuple(Port(node.id, input_kind(node)) for node in board.inputs)
    outputs = tuple(Port(node.id, "any") for node in board.outputs)
    return Ports(inputs, outputs)


def input_kind(node: Node) -> PortKind:
    """What an Input node carries."""
    return "int" if node.params.get("dtype") == "int64" else "float"


def _from_wires(board: Board, node: Node) -> Ports:
    inputs = dict.fromkeys(w.target_port for w in board.wires if w.target == node.id)
    outputs = dict.fromkeys(w.source_port for w in board.wires if w.source == node.id)
    return Ports(
        tuple(Port(name, "any", optional=True) for name in inputs),
        tuple(Port(name, "any") for name in outputs),
    )


def refusal(source: Port, target: Port) -> str | None:
    """Why an output cannot be wired to an input, whatever its shape, or None where it can."""
    if "any" in (source.kind, target.kind) or source.kind == target.kind:
        return None
    what = {
        "float": "real numbers",
        "int": "whole numbers",
        "loss": "a loss",
        "metric": "a metric",
        "any": "anything",
    }
    return f"{source.name} gives {what[source.kind]}, but {target.name} takes {what[target.kind]}"
