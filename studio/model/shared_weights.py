"""Which nodes of a board share weights with others, and with which."""

from __future__ import annotations

from collections.abc import Mapping

from studio.model.project import Board


def shared_weights(board: Board) -> Mapping[str, str]:
    """What there is to say, as a sentence, of each node that shares its weights: with a node of the
    board, or among its own copies."""
    told: dict[str, str] = {}
    users: dict[str, list[str]] = {}
    for id, node in board.nodes.items():
        if node.uses is not None:
            users.setdefault(f"the weights of {node.uses}", [node.uses]).append(id)
        elif "tied" in node.params and node.role == "block":
            if node.params["tied"] is True and node.params.get("repeat", 1) != 1:
                told[id] = "All copies share one set of weights."
        elif board.kind == "training" and node.instance:
            users.setdefault(f"the weights {node.instance}", []).append(id)
    for weights, ids in users.items():
        if len(ids) > 1:
            told |= {id: f"{' and '.join(ids)} share {weights}: counted once." for id in ids}
    return told
