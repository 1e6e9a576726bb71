"""What every output of a board gives, as far as that can be known: also of nodes that lack inputs.

A network gives what its own board gives, since it must be fed what that declares; a loss or a
metric gives one number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch

from nodes.declare import ONE_NUMBER
from studio.compile.board_flow import BoardFlow
from studio.compile.flows import Flow
from studio.model.project import Node

End = tuple[str, str]
"""A node and one of its outputs."""


@dataclass(frozen=True, slots=True)
class Given:
    """A flow, and whether a network stands before it, so that it is more than the data."""

    flow: Flow
    learned: bool


def network_of(node: Node, flows: Mapping[str, BoardFlow]) -> BoardFlow | None:
    """The flow, as it declares its inputs itself, of the network that a node stands for."""
    alone = flows.get(node.stands_for)
    return alone if alone is not None and alone.board.kind == "network" else None


class BoardOutputs:
    """The outputs of a board. `given` is what each gives, `alike` are those that give the same."""

    def __init__(self, flow: BoardFlow, flows: Mapping[str, BoardFlow]) -> None:
        """`flows` are those of all boards by themselves."""
        nodes = flow.board.nodes.values()
        networks = [node.id for node in nodes if network_of(node, flows)]
        learned = frozenset(networks).union(*map(flow.board.after, networks))
        self.given: dict[End, Given] = {}
        self.alike: dict[Given, list[End]] = {}
        for node in nodes:
            for port, found in _outputs(flow, node, flows):
                given = Given(found, node.id in learned)
                self.given[node.id, port] = given
                self.alike.setdefault(given, []).append((node.id, port))


def _outputs(
    flow: BoardFlow, node: Node, flows: Mapping[str, BoardFlow]
) -> Iterator[tuple[str, Flow]]:
    outcome, alone = flow.outcomes.get(node.id), network_of(node, flows)
    if outcome is not None and not outcome.failed:
        for port, given in outcome.outputs.items():
            yield port, given
    elif alone is not None:
        for port, given in alone.outputs.items():
            yield port, given
    else:
        number = Flow((), torch.float32)
        for output in flow.structure.ports[node.id].outputs:
            if output.kind in ONE_NUMBER:
                yield output.name, number
