"""Layers and operations stand on training boards too, where what they learn is the objective's."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch

from nodes.declare import Port
from studio.model.ports import with_ports
from studio.model.project import Board
from studio.run.loop.objective import At
from tests.compile.drawing import TYPES, board, chain, checked, node, opened
from tests.nodes.small_boards import shape_for

PLACED = [
    name
    for name, declared in TYPES.items()
    if declared.role == "operation"
    and "training" in declared.boards
    and not declared.differentiates  # asks that one of its inputs comes from the other
]


def giving(port: Port, name: str) -> Board:
    """A network from digits to what an input asks for."""
    sizes = [_number(size) for size in shape_for(port)[1:]]
    return chain(
        ("N", 1, 8, 8),
        node("flat", "Flatten"),
        node("fc", "Linear", out_features=math.prod(sizes)),
        node("shape", "Reshape", shape=tuple(sizes)) if sizes else node("shape", "Select"),
        name=name,
    )


def _number(size: Any) -> int:
    return int(str(size).rpartition("=")[2])


def around(name: str) -> list[Board]:
    """A training whose loss goes through a node."""
    shaped = with_ports(TYPES[name], {})
    networks: dict[str, Board] = {"net": giving(Port("first"), "Net")}
    wires, required = [], [port for port in shaped.inputs if not port.optional]
    more = []
    for number, port in enumerate(required):
        for copy in range(2 if port.many else 1):
            if port.kind == "int":
                wires.append(f"digits.label -> it.{port.name}")
                continue
            if port.kind == "bool":
                few = f"few{number}{copy}"
                wires.append(f"digits.label -> {few}.label, {few} -> it.{port.name}")
                more.append(node(few, "Expression", formula="label < 5"))
                continue
            id = f"net{number}{copy}"
            networks[id] = giving(port, f"Net{number}{copy}")
            wires.append(f"{id}.y -> it.{port.name}")
    terms = ["mean(net)", *(_term(number, port) for number, port in enumerate(shaped.outputs))]
    wires += [f"it.{port.name} -> loss.o{number}" for number, port in enumerate(shaped.outputs)]
    wires += ["net.y -> loss.net", "loss -> update.loss"]
    wires += [f"digits.image -> {id}.x" for id in networks]
    nodes = [
        node("digits", "DigitsData"),
        node("it", name),
        node("loss", "Expression", formula=" + ".join(terms)),
        node("update", "Update"),
        *more,
        *(node(id, "Network", network=network.name) for id, network in networks.items()),
    ]
    return [*networks.values(), board(nodes, ", ".join(wires), "Training", "training")]


def _term(number: int, port: Port) -> str:
    """An output's share of the loss: only real numbers have a mean."""
    return f"{'sum' if port.kind in ('int', 'bool') else 'mean'}(o{number})"


@pytest.mark.parametrize("name", PLACED)
def test_it_is_trained_through(name: str) -> None:
    found = checked(*around(name))
    assert not found.issues
    torch.manual_seed(0)
    objective = opened(found).objective()
    batch = {"image": torch.rand(6, 1, 8, 8), "label": torch.randint(0, 4, (6,))}
    due = frozenset(["update"])
    (step,) = objective.training_steps(batch, At(0, 1, due, due))
    assert step.loss.shape == ()
    assert step.loss.isfinite()
    step.loss.backward()
    own = list(objective.parameters())
    assert all(parameter.grad is not None for parameter in own)
    assert sum(parameter.numel() for parameter in own) == found.reports["Training"]["it"].parameters
