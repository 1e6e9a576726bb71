"""Writes single nodes of a board: what constructs a layer, and what computes an output."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from nodes.declare import NodeType
from nodes.initialise import statements
from studio.compile import meta_layers
from studio.compile.class_plan import ClassPlan
from studio.compile.expression_template import fields, fill
from studio.compile.flows import signal
from studio.compile.source_lines import INDENT, call, expression, statement
from studio.model.block_values import computed
from studio.model.copy_numbers import numbered
from studio.model.expression import Expression
from studio.model.names import unused, variables
from studio.model.ports import with_ports
from studio.model.project import Node, Wire

NOTHING: frozenset[str] = frozenset()

TAP = "_tap"
"""What tapped code hands each value to, and takes it back from: no node or board is called so."""

COPY = "_copy"
"""The number of a block's copy in tapped code."""


class NodeStatements:
    """Statements of one board's nodes, and what their values are called. `given` are texts of
    values that no statement computes; `copied` is what classes of layers that torch lacks are
    called, by import path. `tapped` code hands on whatever a node puts out."""

    def __init__(
        self,
        plan: ClassPlan,
        types: Mapping[str, NodeType],
        copied: Mapping[str, str],
        given: Mapping[tuple[str, str], str] | None = None,
        taken: Collection[str] = (),
        members: Collection[str] = (),
        tapped: bool = False,
    ) -> None:
        """Variables keep clear of `taken`, attributes of `members`."""
        self._plan, self._types, self._copied, self._members = plan, types, copied, members
        self.tapped = tapped
        self._board = plan.board
        self.used: dict[str, set[str]] = defaultdict(set)
        self._into: dict[tuple[str, str], list[Wire]] = defaultdict(list)
        for wire in self._board.wires:
            self._into[wire.target, wire.target_port].append(wire)
            self.used[wire.source].add(wire.source_port)
        if tapped:
            for id, outcome in plan.first.outcomes.items():
                self.used[id].update(outcome.outputs)
        self.variables = self._name_variables(taken) | dict(given or {})
        self.attributes: dict[str, str] = {}
        """Constructor arguments that forward reads, and the attributes that keep them."""

    def _name_variables(self, taken: Collection[str]) -> dict[tuple[str, str], str]:
        names: dict[tuple[str, str], str] = {}
        first = variables(self._board.nodes, taken)
        every = {*self._board.nodes, *self._plan.arguments, *first.values(), *taken}
        for id, outcome in self._plan.first.outcomes.items():
            for number, port in enumerate(outcome.outputs):
                names[id, port] = first[id] if number == 0 else unused(f"{id}_{port}", every)
                every.add(names[id, port])
        return names

    @property
    def names(self) -> set[str]:
        """Names that stand for something in forward already."""
        return {*self._board.nodes, *self.variables.values(), *self._plan.arguments, "self"}

    def variables_of(self, id: str) -> list[str]:
        """What the outputs of a node are called."""
        return [name for (node, _), name in self.variables.items() if node == id]

    def is_one(self, node: Node) -> bool:
        """Whether the expression that computes a node is its only output."""
        return not self._type(node).targets and len(self.variables_of(node.id)) == 1

    def attribute(self, id: str) -> str:
        """The attribute that holds a node's layer."""
        return f"{id}_" if id in self._members else id

    # ---- construction --------------------------------------------------------------------------

    def construction(self, node: Node) -> list[str]:
        """Statements that make a node's layer and fill its weights; none where it has no layer of
        its own."""
        node_type = self._type(node)
        if not node_type.layer or node.uses is not None or node_type.gathers:
            return []
        values = self._plan.first.values[node.id]
        layer = f"self.{self.attribute(node.id)}"
        made = self.layer(node, 2, f"{layer} = ")
        biases = node_type.biases if values.get("bias", True) else ()
        written = {
            name: self.text(node.params[name], values[name], _is_whole(node_type, name))
            for name in ("init_std", "init_depth")
            if computed(node.params.get(name))
        }
        each = unused("layer", self._plan.arguments) if self._has_parts(node) else ""
        init = statements(values, layer, node_type.weights, biases, written, each)
        return [
            made,
            *(expression(2 + line.startswith(INDENT), line.removeprefix(INDENT)) for line in init),
        ]

    def _has_parts(self, node: Node) -> bool:
        """Whether the weights that an initialiser fills are those of all parts of a layer."""
        node_type, values = self._type(node), self._plan.first.values[node.id]
        if len(node_type.weights) < 2 or values.get("init", "default") == "default":
            return False
        inferred = self._plan.first.outcomes[node.id].inferred
        made = meta_layers.build(node_type, values, inferred)
        return [f"{name}.weight" for name, _ in made.named_children()] == list(node_type.weights)

    def layer(self, node: Node, depth: int, prefix: str, suffix: str = "") -> str:
        """What makes a node's layer, between `prefix` and `suffix`."""
        node_type, values = self._type(node), self._plan.first.values[node.id]
        name = self._copied.get(node_type.layer, "")
        if not name:
            name = f"nn.{node_type.layer.rpartition('.')[2]}"
        return call(depth, prefix, name, self._arguments(node, node_type, values), suffix)

    def _arguments(self, node: Node, node_type: NodeType, values: Mapping[str, Any]) -> list[str]:
        inferred = self._plan.first.outcomes[node.id].inferred
        found = []
        for name, value in meta_layers.constructor_values(node_type, values, inferred).items():
            given = node.params.get(name)
            if not computed(given) and not meta_layers.is_printed(node_type, name, value):
                continue
            if name in node_type.inferred and given is None:
                text = self._plan.texts[node.id, name]
            else:
                text = self.text(given, value, whole=_is_whole(node_type, name))
            positional = node_type.arguments.index(name) < node_type.positional
            found.append(text if positional else f"{name}={text}")
        return [*found, *(f"{name}={literal(value)}" for name, value in node_type.fixed.items())]

    def text(self, given: Any, value: Any, whole: bool, attributes: bool = False) -> str:
        """Source of a value: what was given where it is computed from the block's parameters.
        With `attributes` it stands in forward, where those are attributes."""
        if isinstance(given, tuple) and computed(given):
            pairs = zip(given, value, strict=True)
            return tuple_of([self.text(g, v, whole, attributes) for g, v in pairs])
        if not isinstance(given, Expression):
            return literal(value)
        text = str(given)
        if attributes:
            for name in sorted(given.names):
                text = re.sub(rf"\b(?<!\.){name}\b", f"self.{self._attribute(name)}", text)
        environment = numbered(self._plan.first.environment, 1, 1)
        if whole and not given.alone and isinstance(given.value(environment), float):
            return f"int({text})"
        return text

    def _attribute(self, name: str) -> str:
        """The attribute that keeps an argument for forward."""
        if name not in self.attributes:
            taken = {*self._board.nodes, *self.attributes.values()}
            self.attributes[name] = unused(name, taken)
        return self.attributes[name]

    # ---- computing -----------------------------------------------------------------------------

    def sources(self, id: str, port: str, detached: Collection[str] = NOTHING) -> list[str]:
        """The values that are wired into a port, those of `detached` nodes without their graph."""
        return [
            self.variables[w.source, w.source_port] + (".detach()" if w.source in detached else "")
            for w in self._into[id, port]
        ]

    def shapes(self, id: str, port: str = "") -> str:
        """Shapes for the comment, of all outputs or one; none where they differ between the uses of
        a block."""
        used = {port} if port else self.used[id]
        texts = {
            ", ".join(
                str(signal(flow)) for port, flow in use.outcomes[id].outputs.items() if port in used
            )
            for use in self._plan.uses
        }
        return texts.pop() if len(texts) == 1 else ""

    def target(self, id: str, pattern: str) -> str:
        """Variables that take the outputs; `_` for one that nothing uses."""
        used = self.used[id]
        if not pattern:
            return self.variables[id, next(iter(used))] if used else "_"
        names = {p: self.variables[id, p] if p in used else "_" for p in fields(pattern)}
        return fill(pattern, names)

    def step(
        self, node: Node, depth: int = 2, detached: Collection[str] = NOTHING, shapes: bool = True
    ) -> str:
        """The statement that computes a node, its shapes in a comment."""
        target = self.target(node.id, self._type(node).targets)
        comment = self.shapes(node.id) if shapes else ""
        return statement(depth, target, self.value(node, detached), comment)

    def taps(self, id: str, depth: int = 2, values: Mapping[str, str] | None = None) -> list[str]:
        """Statements that hand on what a node puts out: its variables, or the `values` by port."""
        if not self.tapped:
            return []
        taps = []
        for port in self._plan.first.outcomes[id].outputs:
            variable = self.variables[id, port]
            value = variable if values is None else values[port]
            key = literal(f"{self._board.name}.{id}.{port}")
            taps.append(statement(depth, variable, f"{TAP}({key}, {value})"))
        return taps

    def entering(self, id: str, depth: int, copy: str = "") -> tuple[list[str], int]:
        """What says that the board behind a node is entered, and how deep its call then stands."""
        if not self.tapped:
            return [], depth
        given = ", ".join([literal(id), copy] if copy else [literal(id)])
        return [f"{INDENT * depth}with {TAP}.inside({given}):"], depth + 1

    def _type(self, node: Node) -> NodeType:
        return with_ports(self._types[node.type], node.params)

    def value(self, node: Node, detached: Collection[str] = NOTHING) -> str:
        """The expression that computes a node."""
        node_type, template = self._type(node), self._plan.first.outcomes[node.id].template
        layer = f"self.{self.attribute(node.uses or node.id)}"
        function = self._copied.get(node_type.function, "")
        names: dict[str, str | list[str]] = {"layer": layer, "function": function}
        for field in fields(template):
            port = next((p for p in node_type.inputs if p.name == field), None)
            if port is not None:
                sources = self.sources(node.id, field, detached)
                names[field] = sources if port.many else sources[0]
            elif field not in names:
                names[field] = self._value_texts(node, node_type, field)
        return fill(template, names)

    def _value_texts(self, node: Node, node_type: NodeType, name: str) -> str | list[str]:
        """A parameter inside the expression of a node: one text, or a list of them."""
        given, value = node.params.get(name), self._plan.first.values[node.id][name]
        whole = _is_whole(node_type, name)
        if not isinstance(value, tuple):
            return self.text(given, value, whole, attributes=True)
        if isinstance(given, Expression):
            text = self.text(given, value, whole, attributes=True)
            return [f"{text}[{number}]" for number in range(len(value))]
        every = given if isinstance(given, tuple) and computed(given) else value
        return [self.text(g, v, whole, True) for g, v in zip(every, value, strict=True)]


def literal(value: Any) -> str:
    """A value as source, strings in double quotes."""
    if isinstance(value, str):
        text = repr(value)
        return f'"{text[1:-1]}"' if text[0] == "'" and '"' not in text else text
    if isinstance(value, tuple):
        return tuple_of([literal(item) for item in value])
    return repr(value)


def tuple_of(texts: Sequence[str]) -> str:
    """Source of a tuple."""
    return f"({texts[0]},)" if len(texts) == 1 else f"({', '.join(texts)})"


def _is_whole(node_type: NodeType, name: str) -> bool:
    param = node_type.param(name)
    return param is not None and param.kind in ("int", "ints", "shape")
