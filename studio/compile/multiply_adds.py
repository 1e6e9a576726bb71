"""Multiply-adds of what has run, counted once for each use of a board."""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from nodes.declare import NodeType
from studio.compile.board_flow import BoardFlow
from studio.compile.node_shapes import Remembered
from studio.model.ports import with_ports


class MultiplyAdds:
    """Counts them, and remembers those of whole boards as long as their flows are in use."""

    def __init__(self, types: Mapping[str, NodeType], memory: Remembered) -> None:
        self._types = types
        self._memory = memory
        self._inside: WeakKeyDictionary[BoardFlow, int] = WeakKeyDictionary()

    def of(self, flow: BoardFlow, id: str) -> int:
        """Those of a node, of all copies where it stands for a block."""
        outcome, node_type = flow.outcomes[id], self._types.get(flow.board.nodes[id].type)
        if node_type is None or outcome.failed:
            return 0
        if id in flow.children:
            return sum(times * self._whole(child) for child, times in flow.inside(id))
        if not outcome.template:
            return 0
        node_type = with_ports(node_type, flow.board.nodes[id].params)
        self._memory.place = (flow.board.name, id)
        return self._memory.multiply_adds(
            node_type, flow.values[id], flow.inputs[id], flow.shared[id]
        )

    def _whole(self, flow: BoardFlow) -> int:
        if flow not in self._inside:
            self._inside[flow] = sum(self.of(flow, id) for id in flow.outcomes)
        return self._inside[flow]
