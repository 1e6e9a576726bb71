"""Writes a board as a class: constructor, forward, shapes in comments."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

from nodes.declare import NodeType
from nodes.initialise import statements
from studio.compile import layers
from studio.compile.flow import Trials, signal
from studio.compile.layout import INDENT, Source, call, statement
from studio.compile.plan import Plan
from studio.compile.template import fields, fill
from studio.model.expression import Expression
from studio.model.names import unused
from studio.model.ports import USES_BOARD
from studio.model.project import Node


def literal(value: Any) -> str:
    """A value as source, strings in double quotes."""
    if isinstance(value, str):
        text = repr(value)
        return f'"{text[1:-1]}"' if text[0] == "'" and '"' not in text else text
    if isinstance(value, Expression):
        return str(value)
    if isinstance(value, tuple):
        inner = ", ".join(literal(item) for item in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    return repr(value)


class ClassWriter:
    """Writes the class of one plan. `plans` holds those of the blocks used inside."""

    def __init__(
        self,
        plan: Plan,
        plans: Mapping[str, Plan],
        types: Mapping[str, NodeType],
        order: Iterable[str],
        trials: Trials | None,
    ) -> None:
        self._plan = plan
        self._plans = plans
        self._types = types
        self._board = plan.board
        self._order = [id for id in order if id in plan.first.outcomes]
        self._trials = trials
        self._variables = self._name_variables()

    def write(self) -> Source:
        """The class."""
        source = Source()
        source.add(f"class {self._board.name}(nn.Module):")
        source.add(f'{INDENT}"""{self._docstring()}"""')
        source.add()
        self._constructor(source)
        source.add()
        self._forward(source)
        return source

    def _docstring(self) -> str:
        count = self._plan.first.parameters
        if len({use.parameters for use in self._plan.uses}) > 1:
            return "A block of layers; its sizes depend on where it is used."
        return f"{count:,} parameters."

    # ---- constructor ---------------------------------------------------------------------------

    def _constructor(self, source: Source) -> None:
        arguments = [
            f"{name}: {type(values[0]).__name__}" for name, values in self._plan.arguments.items()
        ]
        source.add(call(1, "", "def __init__", ["self", *arguments], " -> None:"))
        source.add(f"{INDENT * 2}super().__init__()")
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
        name = node_type.layer.rpartition(".")[2]
        if node_type.layer.startswith("torch.nn."):
            name = f"nn.{name}"
        made = call(2, f"self.{node.id} = ", name, self._arguments(node, node_type, values))
        biases = node_type.biases if values.get("bias", True) else ()
        init = statements(values, f"self.{node.id}", node_type.weights, biases)
        return [made, *(f"{INDENT * 2}{line}" for line in init)]

    def _arguments(self, node: Node, node_type: NodeType, values: Mapping[str, Any]) -> list[str]:
        inferred = self._plan.first.outcomes[node.id].inferred
        found = []
        for name, value in layers.constructor_values(node_type, values, inferred).items():
            given = node.params.get(name)
            computed = isinstance(given, Expression)
            if not computed and not layers.is_printed(node_type, name, value):
                continue
            if name in node_type.inferred:
                text = self._plan.texts[node.id, name]
            else:
                text = (
                    self._expression(given, value) if computed else literal(given_or(given, value))
                )
            positional = node_type.arguments.index(name) < node_type.positional
            found.append(text if positional else f"{name}={text}")
        return [*found, node_type.fixed] if node_type.fixed else found

    def _expression(self, given: Any, value: Any) -> str:
        text = str(given)
        if isinstance(value, int) and isinstance(given.value(self._plan.first.environment), float):
            return f"int({text})"
        return text

    def _block(self, node: Node) -> str:
        child = self._plan.first.children[node.id]
        inner = self._plans[child.board.name]
        arguments = []
        for name in inner.arguments:
            if name in inner.board.params:
                value = node.params.get(name, inner.board.params[name])
                arguments.append(f"{name}={literal(value)}")
            else:
                arguments.append(f"{name}={self._plan.texts[node.id, name]}")
        values = self._plan.first.values[node.id]
        repeat, tied = int(values.get("repeat", 1)), bool(values.get("tied"))
        if repeat == 1 or tied:
            return call(2, f"self.{node.id} = ", child.board.name, arguments)
        holder = "nn.Sequential(*" if self._is_chain(node) else "nn.ModuleList("
        wanted = self._repeat_text(node, repeat)
        if holder.endswith("*"):
            each = f"({child.board.name}({', '.join(arguments)}) for _ in range({wanted}))"
        else:
            each = f"{child.board.name}({', '.join(arguments)}) for _ in range({wanted})"
        return call(2, f"self.{node.id} = ", holder.split("(")[0], [holder.split("(")[1] + each])

    def _repeat_text(self, node: Node, repeat: int) -> str:
        given = node.params.get("repeat")
        return self._expression(given, repeat) if isinstance(given, Expression) else str(repeat)

    def _is_chain(self, node: Node) -> bool:
        """Whether copies can simply follow each other: one input and one output."""
        child = self._plan.first.children[node.id]
        return len(self._plan.first.inputs[node.id]) == 1 and len(child.outputs) == 1

    # ---- forward -------------------------------------------------------------------------------

    def _name_variables(self) -> dict[tuple[str, str], str]:
        taken = set(self._board.nodes) | set(self._plan.arguments)
        names: dict[tuple[str, str], str] = {}
        for id in self._order:
            for number, port in enumerate(self._plan.first.outcomes[id].outputs):
                names[id, port] = id if number == 0 else unused(f"{id}_{port}", taken)
                taken.add(names[id, port])
        return names

    def _forward(self, source: Source) -> None:
        inputs = [node.id for node in self._board.of_type("Input")]
        outputs = [node.id for node in self._board.of_type("Output")]
        result = "Tensor" if len(outputs) == 1 else f"tuple[{', '.join(['Tensor'] * len(outputs))}]"
        arguments = ["self", *(f"{id}: Tensor" for id in inputs)]
        source.add(call(1, "", "def forward", arguments, f" -> {result}:"))
        for id in self._order:
            node = self._board.nodes[id]
            if node.type == "Input" or node.type == "Output":
                continue
            text = self._repeated(node) or self._step(node)
            source.add(text, (self._board.name, id))
        returned = ", ".join(self._source_of(id, "input")[0] for id in outputs)
        source.add(f"{INDENT * 2}return {returned}", (self._board.name, outputs[0]))

    def _source_of(self, id: str, port: str) -> list[str]:
        wires = self._board.into(id, port)
        return [self._variables[wire.source, wire.source_port] for wire in wires]

    def _shapes(self, id: str) -> str:
        """Shapes for the comment; none where they differ between the uses of a block."""
        if self._trials is None:
            return ""
        used = {wire.source_port for wire in self._board.out_of(id)}
        texts = {
            ", ".join(str(signal(f, self._trials)) for p, f in outputs.items() if p in used)
            for outputs in (use.outcomes[id].outputs for use in self._plan.uses)
        }
        return texts.pop() if len(texts) == 1 else ""

    def _target(self, id: str, pattern: str) -> str:
        """Variables that take the outputs; `_` for one that nothing uses."""
        used = {wire.source_port for wire in self._board.out_of(id)}
        if not pattern:
            return id
        names = {p: self._variables[id, p] if p in used else "_" for p in fields(pattern)}
        return fill(pattern, names)

    def _step(self, node: Node) -> str:
        plan, node_type = self._plan.first, self._types[node.type]
        outcome = plan.outcomes[node.id]
        layer = f"self.{node.uses or node.id}"
        if node.type in USES_BOARD:
            child = plan.children[node.id]
            arguments = [
                name
                for port in child.board.of_type("Input")
                for name in self._source_of(node.id, port.id)
            ]
            pattern = ", ".join(f"{{{port}}}" for port in child.outputs)
            target = self._target(node.id, pattern if len(child.outputs) > 1 else "")
            return statement(2, target, f"{layer}({', '.join(arguments)})", self._shapes(node.id))
        names: dict[str, str | list[str]] = {"layer": layer}
        for field in fields(outcome.template):
            port = next((p for p in node_type.inputs if p.name == field), None)
            if port is not None:
                sources = self._source_of(node.id, field)
                names[field] = sources if port.many else sources[0]
            elif field != "layer":
                given = node.params.get(field)
                names[field] = literal(given_or(given, plan.values[node.id][field]))
        expression = fill(outcome.template, names)
        target = self._target(node.id, node_type.targets)
        return statement(2, target, expression, self._shapes(node.id))

    def _repeated(self, node: Node) -> str | None:
        """A loop over copies that take more than the carried value, or share one set of weights."""
        values = self._plan.first.values.get(node.id, {})
        repeat, tied = int(values.get("repeat", 1)), bool(values.get("tied"))
        if node.type not in USES_BOARD or repeat == 1 or (not tied and self._is_chain(node)):
            return None
        child = self._plan.first.children[node.id]
        ports = [port.id for port in child.board.of_type("Input")]
        carried = self._source_of(node.id, ports[0])[0]
        others = [name for port in ports[1:] for name in self._source_of(node.id, port)]
        copy = unused(f"{node.id}_copy", set(self._board.nodes))
        loop, step = (
            (f"for _ in range({self._repeat_text(node, repeat)}):", f"self.{node.id}")
            if tied
            else (f"for {copy} in self.{node.id}:", copy)
        )
        shape = self._shapes(node.id)
        first = statement(2, node.id, carried, shape)
        pattern = ", ".join([node.id, *(["_"] * (len(child.outputs) - 1))])
        body = statement(3, pattern, f"{step}({', '.join([node.id, *others])})")
        return f"{first}\n{INDENT * 2}{loop}\n{body}"


def given_or(given: Any, value: Any) -> Any:
    """The expression that was given, or else the value."""
    return given if isinstance(given, Expression) else value


def custom_class(path: str) -> str:
    """Source of a layer that torch does not have, as its file holds it."""
    return textwrap.dedent(inspect.getsource(layers.imported(path))).strip()
