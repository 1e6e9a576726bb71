"""The ports of a node in its place: those that its type declares, that follow from parameters, the
names of a formula, terms of an equation or the signature of code, or that come from the board that
it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from nodes.code import with_code
from nodes.declare import NodeType, Param, Port, PortKind
from nodes.equation import Equation
from nodes.formula import Formula
from studio.model.parameters import how_many, problem_with_value
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
    """Ports of a node: those of its type, those that its parameters give, or those of the board
    that it stands for. Where that cannot be read, it has those that its wires name."""
    found = types.get(node.type)
    if found is None:
        return _from_wires(board, node)
    if found.role in ("block", "network"):
        used = project.boards.get(node.stands_for)
        return _from_wires(board, node) if used is None else board_ports(used, node.scans)
    if found.role == "input":
        return Ports((), (Port("output", input_kind(node)),))
    try:
        shaped = read_ports(found, node.params)
    except ValueError:
        return _from_wires(board, node)
    return _from_wires(board, node) if shaped.is_unread else Ports(shaped.inputs, shaped.outputs)


def type_of(node: Node, types: Mapping[str, NodeType]) -> NodeType | None:
    """The type of a node as its parameters make it; None where it is not known."""
    found = types.get(node.type)
    return None if found is None else with_ports(found, node.params)


def with_ports(found: NodeType, params: Mapping[str, object]) -> NodeType:
    """A type as a node with these parameters has it: with the ports that they give, or as it is
    where they cannot be read."""
    try:
        return read_ports(found, params)
    except ValueError:
        return found


def read_ports(found: NodeType, params: Mapping[str, object]) -> NodeType:
    """The same. Raises ValueError, in a sentence, where they cannot be read."""
    if not found.deciding:
        return found
    found = _present(found, params)
    for param in found.params:
        if not param.gives:
            continue
        value: Any = params.get(param.name, param.default)
        if problem := problem_with_value(param, value):
            raise ValueError(problem)
        if param.gives == "signature":
            return _with_code(param, found, params)
        names = _given(param, value, found)
        if param.gives == "inputs":
            found = replace(found, inputs=tuple(replace(found.inputs[0], name=n) for n in names))
        else:
            fields = [f"{{{name}}}" for name in names]
            targets = ", ".join(fields) if len(fields) > 1 else f"({fields[0]},)"
            outputs = tuple(replace(found.outputs[0], name=name) for name in names)
            found = replace(found, outputs=outputs, targets=targets)
    return found


def _with_code(param: Param, found: NodeType, params: Mapping[str, object]) -> NodeType:
    try:
        return with_code(found, params)
    except ValueError as error:
        raise ValueError(f"{param.name} {error}.") from error


def _present(found: NodeType, params: Mapping[str, object]) -> NodeType:
    """The type with those of its ports that are there at these parameters."""
    values = found.defaults() | dict(params)

    def there(port: Port) -> bool:
        return port.when is None or values[port.when[0]] in port.when[1]

    inputs, outputs = tuple(filter(there, found.inputs)), tuple(filter(there, found.outputs))
    targets = found.targets
    if outputs != found.outputs:
        targets = ", ".join(f"{{{port.name}}}" for port in outputs) if len(outputs) > 1 else ""
    return replace(found, inputs=inputs, outputs=outputs, targets=targets)


def _given(param: Param, value: Any, found: NodeType) -> tuple[str, ...]:
    """Names of the ports that a parameter gives."""
    if param.kind == "formula":
        return Formula(value).names
    if param.kind == "equation":
        return Equation(value).names
    declared = found.inputs if param.gives == "inputs" else found.outputs
    return tuple(f"{declared[0].name}{number}" for number in range(how_many(value)))


def board_ports(board: Board, scanned: bool = False) -> Ports:
    """The ports of a node that stands for a board: its Input and Output nodes. What is carried on
    from step to step, where it is scanned, may begin as zeros."""
    inputs = tuple(
        Port(node.id, input_kind(node), optional=scanned and bool(node.next))
        for node in board.inputs
    )
    outputs = tuple(Port(node.id, "any") for node in board.outputs)
    return Ports(inputs, outputs)


def input_kind(node: Node) -> PortKind:
    """What an Input node carries; complex numbers are of no kind of their own."""
    dtype = str(node.params.get("dtype", ""))
    if dtype.startswith(("int", "uint")):
        return "int"
    if dtype == "bool":
        return "bool"
    return "any" if dtype.startswith("complex") else "float"


def _from_wires(board: Board, node: Node) -> Ports:
    inputs = dict.fromkeys(w.target_port for w in board.wires if w.target == node.id)
    outputs = dict.fromkeys(w.source_port for w in board.wires if w.source == node.id)
    return Ports(
        tuple(Port(name, "any", optional=True) for name in inputs),
        tuple(Port(name, "any") for name in outputs),
    )


def refusal(source: Port, target: Port) -> str | None:
    """Why an output cannot be wired to an input, whatever its shape, or None where it can."""
    kinds = {source.kind, target.kind}
    if "any" in kinds or len(kinds) == 1 or ("number" in kinds and "bool" not in kinds):
        return None
    what = {
        "float": "real numbers",
        "int": "whole numbers",
        "bool": "true or false",
        "number": "numbers",
        "loss": "a loss",
        "metric": "a metric",
        "any": "anything",
    }
    return f"{source.name} gives {what[source.kind]}, but {target.name} takes {what[target.kind]}"
