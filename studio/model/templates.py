"""Boards that one click adds."""

from __future__ import annotations

from collections.abc import Mapping

from nodes.declare import NodeType
from nodes.losses.losses import CROSS_ENTROPY
from nodes.metrics.accuracy import ACCURACY
from nodes.structure.boards import NETWORK
from nodes.updates.update import UPDATE
from studio.model.names import stem, unused
from studio.model.parameters import problem_with_value
from studio.model.ports import board_ports, input_kind
from studio.model.project import USES_BOARD, Board, Node, Project, Wire
from studio.model.values import Value

IMAGES: Value = ("N", 1, 28, 28)
"""What an Input takes that says nothing."""

COLUMN, ROW = 260.0, 150.0
"""Distances between the nodes of a template on the canvas."""


def training_refusal(project: Project, types: Mapping[str, NodeType]) -> str | None:
    """Why no training board can be added, or None where it can."""
    if project.training is not None:
        return "This project has a training board already."
    if not project.of_kind("network"):
        return "There is no network to train: add a network board first."
    ports = board_ports(project.of_kind("network")[0])
    if not ports.inputs or not ports.outputs:
        return "The network needs an Input and an Output before it can be trained."
    if not any(declared.role == "data" for declared in types.values()):
        return "There is no data source among the node types."
    return None


def with_training(project: Project, types: Mapping[str, NodeType]) -> Project:
    """The project with a board that trains its first network to tell classes apart:
    `Data → Network → CrossEntropy → Update`, and `Accuracy`."""
    network = project.of_kind("network")[0]
    data = _data(network, types)
    ports = board_ports(network)
    ids: list[str] = []
    parts = (CROSS_ENTROPY, ACCURACY, UPDATE)
    for word in (stem(data), network.name.lower(), *map(stem, parts)):
        ids.append(unused(word, ids))
    source, model, loss, score, update = ids
    nodes = [
        Node(source, data.name, _fitting(network, data), (0.0, 0.0)),
        Node(model, NETWORK.name, {USES_BOARD[NETWORK.name]: network.name}, (COLUMN, 0.0)),
        Node(loss, CROSS_ENTROPY.name, {}, (2 * COLUMN, 0.0)),
        Node(score, ACCURACY.name, {}, (2 * COLUMN, ROW)),
        Node(update, UPDATE.name, {}, (3 * COLUMN, 0.0)),
    ]
    wires = [Wire(source, data.outputs[0].name, model, ports.inputs[0].name)]
    for reader in (loss, score):
        wires.append(Wire(model, ports.outputs[0].name, reader, "logits"))
        wires.append(Wire(source, data.outputs[-1].name, reader, "target"))
    wires.append(Wire(loss, "loss", update, "loss"))
    name = unused("Training", project.boards)
    board = Board(name, "training", {node.id: node for node in nodes}, tuple(wires))
    return project.with_board(board)


def _data(network: Board, types: Mapping[str, NodeType]) -> NodeType:
    """The first data source that gives what the network's first input takes, of as many dimensions
    where there is one."""
    sources = [declared for declared in types.values() if declared.role == "data"]
    declared, wanted = network.inputs[0], input_kind(network.inputs[0])
    shape = declared.params.get("shape", IMAGES)

    def fits(source: NodeType) -> tuple[bool, bool]:
        given = source.outputs[0]
        same = isinstance(shape, tuple) and len(given.dims.split()) == len(shape)
        return given.kind in (wanted, "any"), same

    return max((source for source in sources if source.outputs), key=fits, default=sources[0])


def _fitting(network: Board, data: NodeType) -> dict[str, Value]:
    """Parameters of the data source that follow from the shape of the network's input."""
    declared = network.inputs[0]
    shape = declared.params.get("shape", IMAGES)
    if not isinstance(shape, tuple):
        return {}
    found: dict[str, Value] = {}
    for name, (output, axis) in data.follows.items():
        param = data.param(name)
        port = next((port for port in data.outputs if port.name == output), None)
        if param is None or port is None or len(port.dims.split()) != len(shape):
            continue
        size = _typical(shape[axis])
        if size is not None and problem_with_value(param, size) is None:
            found[name] = size
    return found


def _typical(dim: Value) -> int | None:
    """The size of a dimension such as `64` or `T=64`."""
    if isinstance(dim, int):
        return dim
    _, _, number = dim.partition("=") if isinstance(dim, str) else ("", "", "")
    return int(number) if number.strip().isdigit() else None
