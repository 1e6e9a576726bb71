"""Writes a board as a class: constructor, forward, shapes in comments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from nodes.declare import NodeType
from studio.compile.class_plan import ClassPlan
from studio.compile.node_statements import COPY, NodeStatements, literal
from studio.compile.scan_writer import scan_lines
from studio.compile.source_lines import (
    INDENT,
    Source,
    call,
    copies,
    expression,
    returned,
    returning,
    statement,
)
from studio.model.block_values import computed
from studio.model.copy_numbers import COPY as COPY_NUMBER
from studio.model.copy_numbers import counted
from studio.model.expression import Expression
from studio.model.names import unused
from studio.model.project import Node


class ClassWriter:
    """Writes the class of one plan. `plans` holds those of the blocks used inside, `copied` what
    classes of layers that torch lacks are called, by import path. A `tapped` class is the plain
    one with another forward."""

    def __init__(
        self,
        plan: ClassPlan,
        plans: Mapping[str, ClassPlan],
        types: Mapping[str, NodeType],
        copied: Mapping[str, str],
        tapped: bool = False,
    ) -> None:
        self._plan = plan
        self._plans = plans
        self._board = plan.board
        self._order = list(plan.first.outcomes)
        self._nodes = NodeStatements(plan, types, copied, tapped=tapped)

    def write(self) -> Source:
        """The class with docstring, constructor and forward, each line with the node it comes
        from."""
        source, name = Source(), self._board.name
        if self._nodes.tapped:
            source.add(f"class {name}({name}):")
            source.extend(self._forward())
            return source
        source.add(f"class {name}(nn.Module):")
        source.add(f'{INDENT}"""{self._docstring()}"""')
        source.add()
        forward = self._forward()
        self._constructor(source)
        source.add()
        source.extend(forward)
        return source

    def _docstring(self) -> str:
        count = self._plan.first.parameters
        if len({use.parameters for use in self._plan.uses}) > 1:
            return "A block of layers; its sizes depend on where it is used."
        return f"{count:,} parameters."

    # ---- constructor ---------------------------------------------------------------------------

    def _constructor(self, source: Source) -> None:
        alone = self._board.kind == "network"  # nobody gives it arguments
        following = self._plan.following
        arguments = []
        for name, values in self._plan.arguments.items():
            if name not in following:
                default = f" = {literal(values[0])}" if alone else ""
                arguments.append(f"{name}: {_annotation(values)}{default}")
        for name in following:
            if name in self._plan.given:
                values = [*self._plan.arguments[name], None]
                arguments.append(f"{name}: {_annotation(values)} = None")
        source.add(call(1, "", "def __init__", ["self", *arguments], " -> None:"))
        source.add(f"{INDENT * 2}super().__init__()")
        for name in following:
            source.add(self._following(name))
        for name, attribute in self._nodes.attributes.items():
            source.add(f"{INDENT * 2}self.{attribute} = {name}")
        for id in self._order:
            node = self._board.nodes[id]
            lines = self._block(node) if node.role == "block" else self._nodes.construction(node)
            for line in lines:
                source.add(line, (self._board.name, id))

    def _following(self, name: str) -> str:
        """The statement that computes a parameter of the board which follows from others."""
        values = self._plan.arguments[name]
        whole = _annotation(values) == "int"
        formula = self._nodes.text(self._board.params[name], values[0], whole)
        text = f"{formula} if {name} is None else {name}" if name in self._plan.given else formula
        return expression(2, f"{name} = {text}")

    def _block(self, node: Node) -> list[str]:
        """What makes the block that a node stands for, or its copies; nothing where it uses those
        of another."""
        if node.uses is not None:
            return []
        child = self._plan.first.children[node.id]
        inner = self._plans[child.board.name]
        arguments = []
        following = inner.following
        every = [*(name for name in inner.arguments if name not in following), *following]
        for name in every:
            if name in following and node.params.get(name) is None:
                continue
            if name in inner.board.params:
                given, value = node.params.get(name), child.environment[name]
                whole = _annotation(inner.arguments[name]) == "int"
                given = counted(given, self._count(node), self._plan.first.environment)
                arguments.append(f"{name}={self._nodes.text(given, value, whole)}")
            else:
                arguments.append(f"{name}={self._plan.texts[node.id, name]}")
        made = f"{child.board.name}({', '.join(arguments)})"
        count, chain = self._copies(node), self._is_chain(node)
        if count is None or self._is_tied(node):
            return [call(2, f"self.{node.id} = ", child.board.name, arguments)]
        held = "nn.Sequential" if chain else "nn.ModuleList"
        number = COPY_NUMBER if node.id in self._plan.first.further else "_"
        return [copies(2, f"self.{node.id} = ", held, made, f"{number} in range({count})", chain)]

    def _holder(self, node: Node) -> Node:
        """The node that owns the weights."""
        return node if node.uses is None else self._board.nodes[node.uses]

    def _count(self, node: Node) -> Expression | int:
        """How many copies there are, as a person gave it."""
        given = node.params.get("repeat", 1)
        return given if isinstance(given, Expression | int) else 1

    def _copies(self, node: Node, attributes: bool = False) -> str | None:
        """Source of the number of copies of a repeated block, None for one that stands alone."""
        given = self._holder(node).params.get("repeat") if not node.scans else None
        repeat = self._plan.first.values[node.id].get("repeat", 1)
        if repeat == 1 and not computed(given):
            return None
        return self._nodes.text(given, repeat, whole=True, attributes=attributes)

    def _is_tied(self, node: Node) -> bool:
        return bool(self._plan.first.values[node.id].get("tied"))

    def _is_chain(self, node: Node) -> bool:
        """Whether copies can simply follow each other: one input and one output."""
        child = self._plan.first.children[node.id]
        return len(self._plan.first.inputs[node.id]) == 1 and len(child.outputs) == 1

    # ---- forward -------------------------------------------------------------------------------

    def _forward(self) -> Source:
        source = Source()
        variables = self._nodes.variables
        inputs = [variables[node.id, "output"] for node in self._board.inputs]
        outputs = [node.id for node in self._board.outputs]
        several = ["Tensor"] * len(outputs) if len(outputs) <= 8 else ["Tensor", "..."]
        result = "Tensor" if len(outputs) == 1 else f"tuple[{', '.join(several)}]"
        arguments = ["self", *(f"{name}: Tensor" for name in inputs)]
        source.add(call(1, "", "def forward", arguments, f" -> {result}:"))
        last = self._last()
        for id in self._order:
            node, origin = self._board.nodes[id], (self._board.name, id)
            if id == last:
                value = self._call(node) if node.role == "block" else self._nodes.value(node)
                source.add(returning(2, value, self._nodes.shapes(id)), origin)
                return source
            if node.role not in ("input", "output"):
                text = self._use(node) if node.role == "block" else self._nodes.step(node)
                source.add(text, origin)
            for line in self._nodes.taps(id):
                source.add(line, origin)
        values = [self._nodes.sources(id, "input")[0] for id in outputs]
        source.add(returned(2, values), (self._board.name, outputs[0]))
        return source

    def _last(self) -> str:
        """The node whose value forward returns as it is computed, which needs no name; empty where
        there is none."""
        steps = [id for id in self._order if self._board.nodes[id].role not in ("input", "output")]
        if self._nodes.tapped or len(self._board.outputs) != 1 or not steps:
            return ""
        node = self._board.nodes[steps[-1]]
        (output,) = self._nodes.sources(self._board.outputs[0].id, "input")
        one = not self._is_looped(node) if node.role == "block" else self._nodes.is_one(node)
        return node.id if one and self._nodes.variables_of(node.id) == [output] else ""

    def _is_looped(self, node: Node) -> bool:
        """Whether a block is called more than once: for each step, or for each of copies that take
        more than the carried value, that share one set of weights, or that taps tell apart."""
        several = self._is_tied(node) or not self._is_chain(node) or self._nodes.tapped
        return node.scans or (self._copies(node) is not None and several)

    def _call(self, node: Node) -> str:
        """The call of a block, or of all its copies."""
        inputs = self._plan.first.children[node.id].board.inputs
        given = [self._nodes.sources(node.id, port.id)[0] for port in inputs]
        return f"self.{self._holder(node).id}({', '.join(given)})"

    def _use(self, node: Node) -> str:
        """A call of a block, or a loop of calls."""
        child, nodes = self._plan.first.children[node.id], self._nodes
        holder = self._holder(node)
        if node.scans:
            reverse = bool(self._plan.first.values[node.id]["reverse"])
            return "\n".join(scan_lines(node, holder, child, nodes, reverse))
        inputs = [nodes.sources(node.id, port.id)[0] for port in child.board.inputs]
        pattern = ", ".join(f"{{{port}}}" for port in child.outputs)
        target = nodes.target(node.id, pattern if len(child.outputs) > 1 else "")
        shape = nodes.shapes(node.id)
        if not self._is_looped(node):
            entering, depth = nodes.entering(node.id, 2)
            return "\n".join([*entering, statement(depth, target, self._call(node), shape)])
        count = self._copies(node, attributes=self._is_tied(node))
        first, *others = child.outputs
        carried = nodes.variables[node.id, first]
        if others:
            used = nodes.used[node.id]
            target = ", ".join(
                [carried, *(nodes.variables[node.id, p] if p in used else "_" for p in others)]
            )
        copy = unused(f"{node.id}_copy", {*self._board.nodes, *nodes.variables.values()})
        loop, step = f"for {copy} in self.{holder.id}:", copy
        if self._is_tied(node):
            number = COPY if nodes.tapped else "_"
            loop, step = f"for {number} in range({count}):", f"self.{holder.id}"
        elif nodes.tapped:
            loop = f"for {COPY}, {copy} in enumerate(self.{holder.id}):"
        start = statement(2, carried, inputs[0], shape)
        entering, depth = nodes.entering(node.id, 3, COPY)
        body = statement(depth, target, f"{step}({', '.join([carried, *inputs[1:]])})")
        return "\n".join([start, f"{INDENT * 2}{loop}", *entering, body])


def _annotation(values: Iterable[Any]) -> str:
    """The type of values that uses of a block give one argument."""
    kinds = {type(value) for value in values}
    if kinds & {int, float}:
        kinds = kinds - {int, float} | {float if float in kinds else int}
    texts = [_WRITTEN[kind] for kind in _WRITTEN if kind in kinds]
    return " | ".join(texts)


_WRITTEN: Mapping[type, str] = {
    bool: "bool",
    int: "int",
    float: "float",
    str: "str",
    tuple: "tuple[int, ...]",
    type(None): "None",
}
