"""Small boards around one node of a type, for tests that any type must pass."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from nodes.declare import NodeType, Param, Port
from nodes.described import DataDescription
from studio.model.parameters import problem_with_value
from studio.model.ports import with_ports
from studio.model.project import Board
from studio.reading.data_reader import DataReader
from tests.compile.drawing import TYPES, board, chain, node

SIZES: dict[str, Any] = {
    **{"N": "N", "C": 8, "T": "T=12", "S": "S=8", "H": 12, "W": 8, "L": 12},
    **{"V": "V=6", "E": "E=10", "K": 1, "M": 64},
}
"""A size for each letter of a layout; 8 for others."""

DTYPES = {"int": "int64", "bool": "bool"}
"""Element types of what goes into ports of these kinds; real numbers into others."""


def shape_for(port: Port) -> tuple[Any, ...]:
    """A shape that fits what an input asks for."""
    letters = [letter for letter in port.dims.split() if letter != "*"]
    if not letters:
        return {"int": ("N", "T=12"), "bool": ("N",)}.get(port.kind, ("N", 4, 6))
    sizes = tuple(int(name) if name.isdigit() else SIZES.get(name, 8) for name in letters)
    return sizes if {"N", "V", "E"} & {*letters} else ("N", *sizes)


def network(node_type: NodeType, params: Mapping[str, Any], ports: int | None = None) -> Board:
    """A network around one node; `ports` counts the inputs that are wired, all by default."""
    shaped = with_ports(node_type, params)
    inputs, wires = [], []
    for number, port in enumerate(shaped.inputs[:ports]):
        for copy in range(2 if port.many else 1):
            id = f"x{number}{copy}"
            dtype = DTYPES.get(port.kind, "float32")
            inputs.append(node(id, "Input", shape=shape_for(port), dtype=dtype))
            wires.append(f"{id} -> layer.{port.name}")
    outputs = [node(f"y{number}", "Output") for number in range(len(shaped.outputs))]
    wires += [f"layer.{p.name} -> y{number}" for number, p in enumerate(shaped.outputs)]
    if not inputs:  # a network takes something, though the node does not
        inputs.append(node("x", "Input", shape=("N", 4)))
        outputs.append(node("same", "Output"))
        wires.append("x -> same")
    return board([*inputs, node("layer", node_type.name, **params), *outputs], ", ".join(wires))


def variants(node_type: NodeType) -> Iterator[dict[str, Any]]:
    """Parameters to try a type with: its defaults, its examples, and other values of each parameter
    that no example sets."""
    yield {}
    yield from map(dict, node_type.examples)
    told = {name for example in node_type.examples for name in example} | {*node_type.inferred}
    for param in node_type.params:
        if param.name not in told and param.kind not in ("path", "text"):
            for value in other_values(param):
                yield {param.name: value}


def other_values(param: Param) -> list[Any]:
    """Values besides the default. Raises AssertionError where none can be made up."""
    if param.kind == "bool":
        return [not param.default]
    if param.kind == "choice":
        return [choice for choice in param.choices if choice != param.default]
    if param.kind == "int":
        if param.default is None:
            return [3]
        return [param.default + 1 if param.low is not None and param.low >= 1 else 2]
    if param.kind == "ints":
        return [2, (2, 1, 2)[: param.axes] or (2,)]
    if param.kind == "float":
        return [value for value in (0.25, 0) if problem_with_value(param, value) is None]
    raise AssertionError(f"{param.name}: declare examples of it")


# ---- training boards ---------------------------------------------------------------------------


def scores(name: str = "Scores", classes: int = 10) -> Board:
    """A network from digits to a score for each class."""
    return chain(
        ("N", 1, 8, 8),
        node("flat", "Flatten"),
        node("fc", "Linear", out_features=classes),
        name=name,
    )


def pixels() -> Board:
    """A network from digits to digits."""
    return chain(("N", 1, 8, 8), node("conv", "Conv2d", out_channels=1, padding=1), name="Pixels")


def steps() -> Board:
    """A network from digits to a score for each class at each pixel, in a row."""
    return chain(
        ("N", 1, 8, 8),
        node("row", "Reshape", shape=(64, 1)),
        node("fc", "Linear", out_features=10),
        node("log", "LogSoftmax"),
        name="Steps",
    )


def chances(name: str) -> Board:
    """A network from digits to a probability for each class."""
    layers = node("flat", "Flatten"), node("fc", "Linear", out_features=10), node("soft", "Softmax")
    return chain(("N", 1, 8, 8), *layers, name=name)


REAL = {
    "scores": scores(),
    "others": scores("Others"),
    "thirds": scores("Thirds"),
    "pixels": pixels(),
}
LIKELY = {"chances": chances("Chances"), "guesses": chances("Guesses")}
NETWORKS = {**REAL, **LIKELY, "steps": steps()}
"""Networks by the nodes that stand for them: what gives any numbers, probabilities, sequences."""

LABELS = "labels"
"""The node that gives ten times the label of a digit, as N×10."""


def _feeds(port: Port) -> list[tuple[str, str]]:
    """Nodes with their outputs that may feed an input."""
    if port.kind == "int":
        return [(LABELS, "output") if len(port.dims.split()) > 1 else ("digits", "label")]
    if port.within is not None:
        return [(id, "y") for id in LIKELY]
    if port.dims == "N T C":
        return [("steps", "y")]
    return [*((id, "y") for id in REAL), ("digits", "image")]


UPDATE = next(name for name, found in TYPES.items() if found.role == "update")


def trainings(node_type: NodeType, params: Mapping[str, Any]) -> Iterator[list[Board]]:
    """Trainings on digits around a loss or metric: every way to feed its inputs, one of which
    should fit."""
    inputs = [port for port in with_ports(node_type, params).inputs if not port.optional]
    for ends in product(*map(_feeds, inputs)):
        used = {id: NETWORKS[id] for id, _ in ends if id in NETWORKS}
        if used and len(set(ends)) == len(ends):
            pairs = zip(ends, inputs, strict=True)
            wires = [f"{id}.{end} -> it.{port.name}" for (id, end), port in pairs]
            yield _training(node_type, params, used, wires)


def _training(
    node_type: NodeType, params: Mapping[str, Any], used: dict[str, Board], wires: list[str]
) -> list[Board]:
    nodes = [node("digits", "DigitsData"), node("it", node_type.name, **params)]
    loss = f"it.{with_ports(node_type, params).outputs[0].name}" if node_type.outputs else ""
    if node_type.role == "metric":
        used = {"scores": NETWORKS["scores"], **used}
        nodes.append(node("loss", "CrossEntropy"))
        wires = [*wires, "scores.y -> loss.logits, digits.label -> loss.target"]
        loss = "loss.loss"
    if any(wire.startswith(f"{LABELS}.") for wire in wires):
        rows = [f"row{number}" for number in range(10)]
        nodes += [node(LABELS, "Concatenate"), *(node(id, "Reshape", shape=(1,)) for id in rows)]
        wires = [*wires, *(f"digits.label -> {id}.input, {id} -> {LABELS}.inputs" for id in rows)]
    nodes += [node(id, "Network", network=network.name) for id, network in used.items()]
    wires += [f"digits.image -> {id}.x" for id in used]
    update = node("update", UPDATE)
    wires.append(f"{loss} -> update.{TYPES[UPDATE].inputs[0].name}")
    return [*used.values(), board([*nodes, update], ", ".join(wires), "Training", "training")]


def promised(declared: NodeType, params: Mapping[str, Any]) -> DataDescription:
    """What a data source promises to give."""
    return DataReader().describe(declared, {**declared.defaults(), **params})


def learner(declared: NodeType, params: Mapping[str, Any]) -> list[Board]:
    """A network that tells the last output from the first, and its training."""
    fields = promised(declared, params).fields
    (first, given), *_ = fields.items()
    target, asked = list(fields.items())[-1]
    wanted, classes = asked.shape, asked.limit
    layers = []
    if given.dtype == "int64":
        known = given.limit or 10
        layers.append(node("embedding", "Embedding", num_embeddings=known, embedding_dim=8))
    if len(wanted) == 1 or classes is None:
        layers.append(node("flat", "Flatten"))
    width = classes or math.prod(size for size in wanted[1:] if isinstance(size, int))
    layers.append(node("fc", "Linear", out_features=width))
    loss = "CrossEntropy" if classes else "MSE"
    ports = [port.name for port in TYPES[loss].inputs]
    nodes = [
        node("data", declared.name, **params),
        node("net", "Network", network="Net"),
        node("loss", loss),
        node("update", "Update"),
    ]
    wires = f"data.{first} -> net.x, net.y -> loss.{ports[0]}, loss.loss -> update.loss, "
    if classes or len(wanted) == 2:
        wires += f"data.{target} -> loss.{ports[1]}"
    else:
        nodes.append(node("flatten", "Flatten"))
        wires += f"data.{target} -> flatten, flatten -> loss.{ports[1]}"
    net = chain(given.shape, *layers, dtype=given.dtype)
    return [net, board(nodes, wires, "Training", "training")]
