"""Which weights each update of a training board owns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nodes.declare import NodeType
from studio.compile.board_flow import BoardFlow
from studio.compile.update_schedule import Turn, Vertex, undetached
from studio.model.ports import type_of
from studio.model.project import FOLLOWS, Board, Node
from studio.model.roles import with_role


def is_frozen(node: Node) -> bool:
    """Whether weights stay in this place, whatever trains them elsewhere."""
    return node.params.get("state", "live") == "frozen"


def followed(board: Board) -> dict[str, Node]:
    """Sets of weights that follow others instead of being trained, each with a node that says
    so."""
    return {node.instance: node for node in board.networks if node.params.get(FOLLOWS)}


def loss_of(board: Board, update: Node) -> str:
    """The node that an update follows; empty where none is wired."""
    return next((wire.source for wire in board.into(update.id)), "")


@dataclass(frozen=True, slots=True)
class Weights:
    """Who computes with which weights on a training board: networks by their instance, layers of
    the board by the node that owns them. `layers` are those that learn."""

    vertices: Mapping[str, Vertex]
    layers: frozenset[str]


def weights_of(flow: BoardFlow, types: Mapping[str, NodeType]) -> Weights:
    """The weights of a training board."""
    vertices: dict[str, Vertex] = {}
    layers: set[str] = set()
    followers = followed(flow.board)
    for id, outcome in flow.outcomes.items():
        node = flow.board.nodes[id]
        used: set[str] = set()
        live = node.role == "network" and not is_frozen(node) and node.instance not in followers
        if live and outcome.parameters:
            used.add(network_key(node.instance))
        declared = type_of(node, types)
        if declared is not None and declared.layer and (outcome.parameters or node.uses):
            used.add(layer_key(node.uses or id))
            layers.add(node.uses or id)
        vertices[id] = Vertex(frozenset(used), declared is not None and declared.cuts)
    return Weights(vertices, frozenset(layers))


def network_key(name: str) -> str:
    """What a schedule calls the weights of a network."""
    return f"network {name}"


def layer_key(id: str) -> str:
    """What a schedule calls the weights of a layer on the training board."""
    return f"layer {id}"


@dataclass(frozen=True, slots=True)
class Owned:
    """What one update moves: instances of networks, and layers of the training board."""

    networks: tuple[str, ...]
    layers: tuple[str, ...]

    @property
    def keys(self) -> frozenset[str]:
        """As a schedule calls them."""
        return frozenset(
            {*map(network_key, self.networks), *map(layer_key, self.layers)},
        )


def owned(flow: BoardFlow, types: Mapping[str, NodeType]) -> dict[str, Owned]:
    """What each update owns: the networks that it names, or all live ones that its loss goes back
    to; and of the board's layers, those that it is the first to go back to."""
    board, weights = flow.board, weights_of(flow, types)
    found: dict[str, Owned] = {}
    taken: set[str] = set()
    for update in with_role(board, types, "update"):
        back = undetached(board.graph, weights.vertices, loss_of(board, update))
        reached = [id for id in weights.vertices if id in back]
        live = dict.fromkeys(
            board.nodes[id].instance
            for id in reached
            if board.nodes[id].role == "network" and weights.vertices[id].weights
        )
        wanted = update.trained
        networks = [name for name in live if not wanted or name in wanted]
        layers = [
            id
            for id in board.nodes
            if id in weights.layers
            and id not in taken
            and any(layer_key(id) in weights.vertices[other].weights for other in reached)
        ]
        taken.update(layers)
        found[update.id] = Owned(tuple(networks), tuple(layers))
    return found


def turns(flow: BoardFlow, types: Mapping[str, NodeType]) -> list[Turn]:
    """The updates of a training board, as a schedule takes them; without those that wait for what
    is wrong before them."""
    every = owned(flow, types)
    found = []
    for update in with_role(flow.board, types, "update"):
        if update.id not in flow.values:
            continue
        values = flow.values[update.id]
        found.append(
            Turn(
                update.id,
                loss_of(flow.board, update),
                every[update.id].keys,
                values["every"],
                values["accumulate"],
                values["turn"],
            )
        )
    return found
