"""Writes a board as a class: constructor, forward, shapes in comments."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nodes.declare import NodeType
from nodes.initialise import statements
from studio.compile import meta_layers
from studio.compile.class_plan import Plan
from studio.compile.expression_template import fields, fill
from studio.compile.source_lines import INDENT, Source, call, expression, statement
from studio.compile.trial_shapes import signal
from studio.model.expression import Expression
from studio.model.names import unused, variables
from studio.model.project import USES_BOARD, Node, Wire


def literal(value: Any) -> str:
    """A value as source, strings in double quotes."""
    if isinstance(value, str):
        text = repr(value)
        return f'"{text[1:-1]}"' if text[0] == "'" and '"' not in text else text
    if isinstance(value, tuple):
        return tuple_of([literal(item) for item in value])
    return repr(value)


class ClassWriter:
    """Writes the class of one plan. `plans` holds those of the blocks used inside, `copied` what
    classes of layers that torch lacks are called, by import path."""

    def __init__(
        self,
        plan: Plan,
        plans: Mapping[str, Plan],
        types: Mapping[str, NodeType],
        copied: Mapping[str, str],
    ) -> None:
        self._plan = plan
        self._copied = copied
        self._plans = plans
        self._types = types
        self._board = plan.board
        self._order = list(plan.first.outcomes)
        self._variables = self._name_variables()
        self._attributes: dict[str, str] = {}
        self._into: dict[tuple[str, str], list[Wire]] = defaultdict(list)
        self._used: dict[str, set[str]] = defaultdict(set)
        for wire in self._board.wires:
            self._into[wire.target, wire.target_port].append(wire)
            self._used[wire.source].add(wire.source_port)

    def write(self) -> Source:
        """The class with docstring, constructor and forward, each line with the node it comes
        from."""
        source = Source()
        source.add(f"class {self._board.name}(nn.Module):")
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
        arguments = [
            f"{name}: {_annotation(values)}" + (f" = {literal(values[0])}" if alone else "")
            for name, values in self._plan.arguments.items()
        ]
        source.add(call(1, "", "def __init__", ["self", *arguments], " -> None:"))
        source.add(f"{INDENT * 2}super().__init__()")
        for name, attribute in self._attributes.items():
            source.add(f"{INDENT * 2}self.{attribute} = {name}")
        for id in self._order:
            node = self._board.nodes[id]
            for line in self._construction(node):
                source.add(line, (self._board.name, id))

    def _construction(self, node: Node) -> list[str]:
        node_type = self._types[node.type]
        if node.type in USES_BOARD:
            return [self._block(node)]
        if not node_type.layer or node.uses is not None:
            return []
        values = self._plan.first.values[node.id]
        name = self._copied.get(node_type.layer, "")
        if not name:
            name = f"nn.{node_type.layer.rpartition('.')[2]}"
        made = call(2, f"self.{node.id} = ", name, self._arguments(node, node_type, values))
        biases = node_type.biases if values.get("bias", True) else ()
        init = statements(values, f"self.{node.id}", node_type.weights, biases)
        return [made, *(expression(2, line) for line in init)]

    def _arguments(self, node: Node, node_type: NodeType, values: Mapping[str, Any]) -> list[str]:
        inferred = self._plan.first.outcomes[node.id].inferred
        found = []
        for name, value in meta_layers.constructor_values(node_type, values, inferred).items():
            given = node.params.get(name)
            if not computed(given) and not meta_layers.is_printed(node_type, name, value):
                continue
            if name in node_type.inferred:
                text = self._plan.texts[node.id, name]
            else:
                text = self._text(given, value, whole=_is_whole(node_type, name))
            positional = node_type.arguments.index(name) < node_type.positional
            found.append(text if positional else f"{name}={text}")
        return [*found, *(f"{name}={literal(value)}" for name, value in node_type.fixed.items())]

    def _text(self, given: Any, value: Any, whole: bool, attributes: bool = False) -> str:
        """Source of a value: what was given where it is computed from the block's parameters.
        With `attributes` it stands in forward, where those are attributes."""
        if isinstance(given, tuple) and computed(given):
            pairs = zip(given, value, strict=True)
            return tuple_of([self._text(g, v, whole, attributes) for g, v in pairs])
        if not isinstance(given, Expression):
            return literal(value)
        text = str(given)
        if attributes:
            for name in sorted(given.names):
                text = re.sub(rf"\b(?<!\.){name}\b", f"self.{self._attribute(name)}", text)
        if whole and isinstance(given.value(self._plan.first.environment), float):
            return f"int({text})"
        return text

    def _attribute(self, name: str) -> str:
        """The attribute that keeps an argument for forward."""
        if name not in self._attributes:
            taken = {*self._board.nodes, *self._attributes.values()}
            self._attributes[name] = unused(name, taken)
        return self._attributes[name]

    def _block(self, node: Node) -> str:
        child = self._plan.first.children[node.id]
        inner = self._plans[child.board.name]
        arguments = []
        for name in inner.arguments:
            if name in inner.board.params:
                given, value = node.params.get(name), child.environment[name]
                whole = _annotation(inner.arguments[name]) == "int"
                arguments.append(f"{name}={self._text(given, value, whole)}")
            else:
                arguments.append(f"{name}={self._plan.texts[node.id, name]}")
        made = f"{child.board.name}({', '.join(arguments)})"
        copies = self._copies(node)
        if copies is None or self._is_tied(node):
            return call(2, f"self.{node.id} = ", child.board.name, arguments)
        each = f"{made} for _ in range({copies})"
        if self._is_chain(node):
            return call(2, f"self.{node.id} = ", "nn.Sequential", [f"*({each})"])
        return call(2, f"self.{node.id} = ", "nn.ModuleList", [each])

    def _copies(self, node: Node, attributes: bool = False) -> str | None:
        """Source of the number of copies of a repeated block, None for one that stands alone."""
        given = node.params.get("repeat")
        repeat = self._plan.first.values[node.id].get("repeat", 1)
        if repeat == 1 and not computed(given):
            return None
        return self._text(given, repeat, whole=True, attributes=attributes)

    def _is_tied(self, node: Node) -> bool:
        return bool(self._plan.first.values[node.id].get("tied"))

    def _is_chain(self, node: Node) -> bool:
        """Whether copies can simply follow each other: one input and one output."""
        child = self._plan.first.children[node.id]
        return len(self._plan.first.inputs[node.id]) == 1 and len(child.outputs) == 1

    # ---- forward -------------------------------------------------------------------------------

    def _name_variables(self) -> dict[tuple[str, str], str]:
        names: dict[tuple[str, str], str] = {}
        first = variables(self._board.nodes)
        taken = {*self._board.nodes, *self._plan.arguments, *first.values()}
        for id in self._order:
            for number, port in enumerate(self._plan.first.outcomes[id].outputs):
                names[id, port] = first[id] if number == 0 else unused(f"{id}_{port}", taken)
                taken.add(names[id, port])
        return names

    def _forward(self) -> Source:
        source = Source()
        inputs = [self._variables[node.id, "output"] for node in self._board.of_type("Input")]
        outputs = [node.id for node in self._board.of_type("Output")]
        result = "Tensor" if len(outputs) == 1 else f"tuple[{', '.join(['Tensor'] * len(outputs))}]"
        arguments = ["self", *(f"{name}: Tensor" for name in inputs)]
        source.add(call(1, "", "def forward", arguments, f" -> {result}:"))
        for id in self._order:
            node = self._board.nodes[id]
            if node.type not in ("Input", "Output"):
                text = self._use(node) if node.type in USES_BOARD else self._step(node)
                source.add(text, (self._board.name, id))
        returned = ", ".join(self._source_of(id, "input")[0] for id in outputs)
        source.add(f"{INDENT * 2}return {returned}", (self._board.name, outputs[0]))
        return source

    def _source_of(self, id: str, port: str) -> list[str]:
        return [self._variables[w.source, w.source_port] for w in self._into[id, port]]

    def _shapes(self, id: str) -> str:
        """Shapes for the comment; none where they differ between the uses of a block."""
        used = self._used[id]
        texts = {
            ", ".join(
                str(signal(flow, use.trials))
                for port, flow in use.outcomes[id].outputs.items()
                if port in used
            )
            for use in self._plan.uses
        }
        return texts.pop() if len(texts) == 1 else ""

    def _target(self, id: str, pattern: str) -> str:
        """Variables that take the outputs; `_` for one that nothing uses."""
        used = self._used[id]
        if not pattern:
            return self._variables[id, next(iter(used))] if used else "_"
        names = {p: self._variables[id, p] if p in used else "_" for p in fields(pattern)}
        return fill(pattern, names)

    def _step(self, node: Node) -> str:
        node_type, template = self._types[node.type], self._plan.first.outcomes[node.id].template
        names: dict[str, str | list[str]] = {"layer": f"self.{node.uses or node.id}"}
        for field in fields(template):
            port = next((p for p in node_type.inputs if p.name == field), None)
            if port is not None:
                sources = self._source_of(node.id, field)
                names[field] = sources if port.many else sources[0]
            elif field != "layer":
                names[field] = self._value_texts(node, node_type, field)
        target = self._target(node.id, node_type.targets)
        return statement(2, target, fill(template, names), self._shapes(node.id))

    def _value_texts(self, node: Node, node_type: NodeType, name: str) -> str | list[str]:
        """A parameter inside the expression of a node: one text, or a list of them."""
        given, value = node.params.get(name), self._plan.first.values[node.id][name]
        whole = _is_whole(node_type, name)
        if not isinstance(value, tuple):
            return self._text(given, value, whole, attributes=True)
        every = given if isinstance(given, tuple) and computed(given) else value
        return [self._text(g, v, whole, True) for g, v in zip(every, value, strict=True)]

    def _use(self, node: Node) -> str:
        """A call of a block; a loop over copies that take more than the carried value, or that
        share one set of weights."""
        child = self._plan.first.children[node.id]
        inputs = [self._source_of(node.id, port.id)[0] for port in child.board.of_type("Input")]
        pattern = ", ".join(f"{{{port}}}" for port in child.outputs)
        target = self._target(node.id, pattern if len(child.outputs) > 1 else "")
        copies, shape = self._copies(node, attributes=self._is_tied(node)), self._shapes(node.id)
        if copies is None or (self._is_chain(node) and not self._is_tied(node)):
            return statement(2, target, f"self.{node.id}({', '.join(inputs)})", shape)
        first, *others = child.outputs
        carried = self._variables[node.id, first]
        if others:
            used = self._used[node.id]
            target = ", ".join(
                [carried, *(self._variables[node.id, p] if p in used else "_" for p in others)]
            )
        copy = unused(f"{node.id}_copy", {*self._board.nodes, *self._variables.values()})
        loop, step = f"for {copy} in self.{node.id}:", copy
        if self._is_tied(node):
            loop, step = f"for _ in range({copies}):", f"self.{node.id}"
        start = statement(2, carried, inputs[0], shape)
        body = statement(3, target, f"{step}({', '.join([carried, *inputs[1:]])})")
        return f"{start}\n{INDENT * 2}{loop}\n{body}"


def computed(given: Any) -> bool:
    """Whether a value, as it was given, depends on the block's parameters."""
    if isinstance(given, tuple):
        return any(isinstance(item, Expression) for item in given)
    return isinstance(given, Expression)


def tuple_of(texts: Sequence[str]) -> str:
    """Source of a tuple."""
    return f"({texts[0]},)" if len(texts) == 1 else f"({', '.join(texts)})"


def _is_whole(node_type: NodeType, name: str) -> bool:
    param = node_type.param(name)
    return param is not None and param.kind in ("int", "ints", "shape")


def _annotation(values: Iterable[Any]) -> str:
    kinds = {type(value) for value in values}
    return "bool" if kinds == {bool} else "float" if float in kinds else "int"
