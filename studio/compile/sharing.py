"""Weights that one node uses of another: a layer's, or those of a whole block."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from nodes.declare import NodeType
from studio.compile.board_flow import BoardFlow
from studio.compile.node_shapes import Shared
from studio.model.ports import type_of
from studio.model.project import Node

REPEATED = ("repeat", "tied")
"""What a node that repeats a block has from the owner of its weights too."""


def owner_of(flow: BoardFlow, node: Node) -> Node:
    """The node whose weights another one uses. Raises ValueError, in a sentence."""
    owner = flow.board.nodes.get(str(node.uses))
    if owner is None:
        raise ValueError(f"it uses the weights of '{node.uses}', and there is no such node")
    if owner.id == node.id or owner.uses is not None:
        raise ValueError(f"{owner.id} has no weights of its own to share")
    if owner.id in flow.outcomes and flow.outcomes[owner.id].failed:
        raise ValueError(f"{owner.id}, whose weights it uses, has an error")
    return owner


def shared_layer(
    flow: BoardFlow, node: Node, node_type: NodeType, owner: Node, types: Mapping[str, NodeType]
) -> Shared:
    """What a node needs to know of the layer that it uses. Raises ValueError, in a sentence."""
    owner_type = type_of(owner, types)
    if owner_type is None or not owner_type.layer:
        raise ValueError(f"{owner.id} has no weights of its own to share")
    if owner_type != node_type and owner.type not in node_type.shared:
        raise ValueError(f"a {node.type} cannot use the weights of {owner.id}, a {owner.type}")
    return Shared(owner_type, flow.values[owner.id], flow.outcomes[owner.id].inferred)


def as_owner(node: Node, owner: Node) -> Node:
    """A node that stands for a block, with what the owner of its weights gives that. Raises
    ValueError, in a sentence."""
    if node.role != "block":
        raise ValueError("networks share weights by their instance; let it use no other node's")
    if not owner.stands_for or owner.stands_for != node.stands_for:
        raise ValueError(
            f"it stands for {node.stands_for or 'nothing'}, so it cannot use the weights of "
            f"{owner.id}, which does not"
        )
    if owner.scans != node.scans and (owner if node.scans else node).params.get("repeat", 1) != 1:
        raise ValueError(f"only one copy can share its weights with {owner.id}; set repeat to 1")
    own = ("block", "reverse", *(REPEATED if owner.scans else ()))
    theirs = ("block", "reverse", *(REPEATED if node.scans else ()))
    kept = {name: value for name, value in node.params.items() if name in own}
    return replace(
        node, params={**kept, **{n: v for n, v in owner.params.items() if n not in theirs}}
    )


def misfits(owner: BoardFlow, user: BoardFlow, path: str = "") -> Iterator[str]:
    """Where layers of a block were made for another size than they would need elsewhere."""
    for id, outcome in owner.outcomes.items():
        needed = user.outcomes[id].inferred if id in user.outcomes else {}
        for name, size in outcome.inferred.items():
            if needed.get(name, size) != size:
                yield f"{path}{id} has {name} {size} there, and would need {needed[name]} here"
        if id in owner.children and id in user.children:
            inner = zip(owner.inside(id), user.inside(id), strict=False)
            for (mine, _), (other, _) in inner:
                if mine is not other:
                    yield from misfits(mine, other, f"{path}{id}.")
