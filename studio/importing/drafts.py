"""Boards in the making: nodes and what feeds them, before they have names and places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from torch import Tensor

from studio.importing.trace import ModuleCall, Value, values_in
from studio.model.project import TYPE_OF
from studio.model.values import Value as ParamValue

PortName: TypeAlias = "str | DraftNode"
"""A port's name; of a node that stands for a board the Input or Output node inside."""

End: TypeAlias = tuple["DraftNode", PortName]
"""A node and one of its outputs."""


class CannotImport(Exception):
    """Why a model cannot become boards, in a sentence."""


@dataclass(eq=False)
class DraftNode:
    """A node in the making. `weights` are those of its layer by the layer's own names, `inside` is
    the board that it stands for, `copies` are those of its repeats."""

    type: str
    name: str
    params: dict[str, ParamValue] = field(default_factory=dict)
    inputs: list[tuple[PortName, End]] = field(default_factory=list)
    weights: Mapping[str, Tensor] = field(default_factory=dict)
    uses: DraftNode | None = None
    inside: Draft | None = None
    copies: list[Draft] = field(default_factory=list)
    carries: Value | None = None
    """Of an Input, what comes in."""


@dataclass(eq=False)
class Draft:
    """A board in the making, of the call of one module. `ends` tell where its values come from."""

    call: ModuleCall
    parent: Draft | None = None
    node: DraftNode | None = None
    nodes: list[DraftNode] = field(default_factory=list)
    ends: dict[Value, End] = field(default_factory=dict)
    outputs: dict[Value, DraftNode] = field(default_factory=dict)

    @property
    def way(self) -> Iterator[Draft]:
        """Itself and the boards that it stands on, outwards."""
        at: Draft | None = self
        while at is not None:
            yield at
            at = at.parent

    def holds(self, other: Draft) -> bool:
        """Whether another is this one, or inside."""
        return self in other.way

    def add(self, node: DraftNode) -> DraftNode:
        """Put a node on it."""
        self.nodes.append(node)
        return node

    def put_out(self, value: Value, end: End, name: str) -> DraftNode:
        """The Output node of a value."""
        if value not in self.outputs:
            output = DraftNode(TYPE_OF["output"], name, inputs=[("input", end)])
            self.outputs[value] = self.add(output)
        return self.outputs[value]

    def with_role(self, type: str) -> list[DraftNode]:
        """Nodes of a type, in order."""
        return [node for node in self.nodes if node.type == type]


class Wiring:
    """Leads values from the boards they are made on to those they are used on."""

    def __init__(self) -> None:
        self._homes: dict[Value, Draft] = {}
        self._free: set[Value] = set()

    def made(self, value: Value, draft: Draft, end: End, free: bool = False) -> None:
        """A value is there; a `free` one needs nothing, so that its node may stand anywhere."""
        self._homes[value] = draft
        draft.ends[value] = end
        if free:
            self._free.add(value)

    def knows(self, value: Value) -> bool:
        """Whether it is there."""
        return value in self._homes

    def end(self, value: Value, draft: Draft) -> End:
        """Where a board has a value from. It comes in through Input nodes, and out through
        Outputs. Raises CannotImport for one that is not what it was."""
        if value.stale:
            raise CannotImport(
                f"{draft.call.path or 'The model'} writes into a part of a tensor that is used as "
                "a whole later; that cannot be drawn"
            )
        if value in draft.ends:
            return draft.ends[value]
        if value in self._free and not self._homes[value].holds(draft):
            self._raise(value, draft)
            return self.end(value, draft)
        home = self._homes[value]
        if draft.holds(home):
            child = next(inner for inner in home.way if inner.parent is draft)
            assert child.node is not None
            end: End = (child.node, child.put_out(value, self.end(value, child), "output"))
        else:
            assert draft.parent is not None
            assert draft.node is not None
            outer = self.end(value, draft.parent)
            inside = DraftNode(TYPE_OF["input"], _called(value, draft.call), carries=value)
            draft.nodes.insert(len(draft.with_role(TYPE_OF["input"])), inside)
            draft.node.inputs.append((inside, outer))
            end = (inside, "output")
        draft.ends[value] = end
        return end

    def _raise(self, value: Value, draft: Draft) -> None:
        """Move a free node to the innermost board that holds it and another board."""
        home = self._homes[value]
        common = next(outer for outer in home.way if outer.holds(draft))
        node = home.ends.pop(value)[0]
        home.nodes.remove(node)
        common.nodes.insert(len(common.with_role(TYPE_OF["input"])), node)
        self.made(value, common, (node, "output"))
        new = self.end(value, home)
        for other in home.nodes:
            other.inputs = [(p, new if end[0] is node else end) for p, end in other.inputs]


def _called(value: Value, call: ModuleCall) -> str:
    """What a module calls something that it takes."""
    for name, given in call.given.items():
        if given is value:
            return name
        if value in values_in(given):
            return f"{name}_item"
    return value.parameter.rpartition(".")[2] or "x"
