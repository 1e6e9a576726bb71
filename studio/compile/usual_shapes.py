"""Which shapes go in and come out of a node with its usual parameters: worked out as on any board,
for inputs of eight channels or features and free sizes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from nodes.declare import NodeType, Port
from nodes.structure.boards import INPUT
from studio.compile.checking import CheckedPart, Checking
from studio.model.ports import with_ports
from studio.model.project import Board, Node, Project, Wire
from studio.model.report import NodeReport, Signal
from studio.model.values import Value

FREE: Mapping[str, str] = {
    **{"T": "T=12", "S": "S=8", "L": "L=32", "D": "D=32", "H": "H=32", "W": "W=32"},
}
ALWAYS: Mapping[str, str] = {"N": "N", "V": "V=6", "E": "E=10"}
"""Letters of layouts that may be of any size, each with a typical one; some of them always are."""
WHOLE: Mapping[str, int] = {"C": 8, "L": 32, "D": 32, "H": 32, "W": 32, "T": 12, "S": 8}
"""The same as numbers, for layers that ask for certain sizes."""
ELSE = 8
ELEMENTS = {"int": "int64", "bool": "bool"}

_NODE = "node"


ANY = (("N", "C", "H", "W"), ("N", "T", "C"), ("N", "C"))
"""Layouts to try where a port takes any."""


def usual_shapes(found: NodeType) -> Mapping[tuple[bool, str], str]:
    """Port, with whether it is an output -> shape; nothing where the node cannot stand alone."""
    shaped = with_ports(found, {})
    if found.role != "operation" or "network" not in found.boards or not shaped.inputs:
        return {}
    for sizes, layout in product((FREE, {}), ANY):
        report = _report(found, shaped, sizes, layout)
        if report is not None and len(report.outputs) == len(shaped.outputs):
            told = {(False, port): _told(many[0]) for port, many in report.inputs.items() if many}
            return told | {(True, port): _told(signal) for port, signal in report.outputs.items()}
    return {}


def _told(signal: Signal) -> str:
    """A shape as one reads it alone: sums in brackets."""
    sizes = (str(size) for size in signal.shape)
    return "×".join(f"({s})" if set("+-") & {*s} and s[0] not in "⌊(" else s for s in sizes) or "1"


def _report(
    found: NodeType, shaped: NodeType, sizes: Mapping[str, str], layout: tuple[str, ...]
) -> NodeReport | None:
    """What is known of the node on a board with an input for each of its own."""
    nodes = {_NODE: Node(_NODE, found.name, uid=_NODE)}
    wires = []
    for port, id in _ends(shaped):
        params: dict[str, Value] = {
            "shape": _shape(port, sizes, layout),
            "dtype": ELEMENTS.get(port.kind, "float32"),
        }
        nodes[id] = Node(id, INPUT.name, params, uid=id)
        wires.append(Wire(id, INPUT.outputs[0].name, _NODE, port.name))
    board = Board("Help", "network", nodes, tuple(wires))
    checking = Checking({type.name: type for type in (INPUT, found)})
    for part in checking.check(Project({board.name: board})):
        if isinstance(part, CheckedPart) and _NODE in part.reports:
            return part.reports[_NODE]
    return None


def _ends(shaped: NodeType) -> Iterator[tuple[Port, str]]:
    """Ports to be wired, with the input for each: two where a port takes many."""
    for number, port in enumerate(shaped.inputs):
        if not port.optional:
            for copy in range(2 if port.many else 1):
                yield port, f"x{number}{copy}"


def _shape(port: Port, sizes: Mapping[str, str], layout: tuple[str, ...]) -> tuple[Value, ...]:
    letters = [letter for letter in port.dims.split() if letter != "*"]
    if not letters:
        letters = ["N", "T"] if port.kind == "int" else [*layout]
    elif not {"N", "V", "E"} & {*letters}:
        letters = ["N", *letters]
    return tuple(_size(letter, sizes) for letter in letters)


def _size(letter: str, sizes: Mapping[str, str]) -> Value:
    if letter.isdigit():
        return int(letter)
    return ALWAYS.get(letter) or sizes.get(letter) or WHOLE.get(letter, ELSE)
