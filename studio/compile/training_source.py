"""Writes the training board as a file: networks, updates, and the generator of steps."""

from __future__ import annotations

import linecache
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.compile.board_flow import BoardFlow
from studio.compile.checking import Checking
from studio.compile.expression_template import fields, fill
from studio.compile.module_source import classes, networks_used, with_imports
from studio.compile.node_statements import literal
from studio.compile.source_lines import INDENT, Source, call, statement
from studio.compile.update_targets import trained
from studio.model.names import unused, variables
from studio.model.project import Board, Node, Project
from studio.model.report import Issue
from studio.model.roles import with_role


class CannotCompile(Exception):
    """A project with errors; the message names the first, `issues` holds all."""

    def __init__(self, message: str, issues: tuple[Issue, ...] = ()) -> None:
        super().__init__(message)
        self.issues = issues


@dataclass(frozen=True)
class CompiledTraining:
    """The source that the trainer runs; `lines` leads from its lines back to `(board, node)`."""

    text: str
    lines: Mapping[int, tuple[str, str]]
    filename: str

    def namespace(self) -> dict[str, Any]:
        """Run the source: its `make_networks`, `make_data`, `steps`, `UPDATES`, … by name."""
        return execute(self.text, self.filename)


def execute(text: str, filename: str) -> dict[str, Any]:
    """Run Python that Netloom wrote; tracebacks through it show its lines."""
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    namespace: dict[str, Any] = {"__name__": "netloom_run"}
    exec(compile(text, filename, "exec"), namespace)
    return namespace


def compile_training(project: Project, checking: Checking) -> CompiledTraining:
    """The training file of a checked project."""
    recipe = training_recipe(project, checking)
    path = dataset_path(project, checking)
    module, _, name = path.rpartition(".")
    source = with_imports(
        "Written by Netloom for one run.",
        recipe,
        (
            "from collections.abc import Iterator",
            f"from {module} import {name}",
            "from studio.run.loop import Data, Step, Update",
        ),
    )
    return CompiledTraining(source.text, source.nodes, "<netloom training>")


def training_recipe(project: Project, checking: Checking) -> Source:
    """Classes, `make_data`, `make_networks`, `UPDATES` and `steps`, without imports."""
    board = project.training
    if board is None:
        raise CannotCompile("The project has no training board; add one to train.")
    flow = checking.flows[board.name]
    source = classes(checking, networks_used(project))
    writer = _TrainingWriter(project, board, flow, checking)
    for part in (
        writer.settings(),
        writer.data(),
        writer.networks(),
        writer.updates(),
        writer.steps(),
    ):
        source.extend(part)
        source.add("\n")
    return source


def dataset_path(project: Project, checking: Checking) -> str:
    """Import path of the class behind the training board's data."""
    board = project.training
    assert board is not None
    return checking.types[next(with_role(board, checking.types, "data")).type].dataset


class _TrainingWriter:
    def __init__(self, project: Project, board: Board, flow: BoardFlow, checking: Checking) -> None:
        self._project = project
        self._board = board
        self._flow = flow
        self._types = checking.types
        self._names = variables(board.nodes)
        self._variables: dict[tuple[str, str], str] = {}

    def _data(self) -> Node:
        return next(with_role(self._board, self._types, "data"))

    def settings(self) -> Source:
        settings, source = self._project.settings, Source()
        data = self._data()
        batch_size = self._flow.values[data.id][self._types[data.type].batch]
        source.add(f"BATCH_SIZE = {batch_size}", (self._board.name, data.id))
        for name in ("epochs", "device", "precision", "seed"):
            source.add(f"{name.upper()} = {literal(getattr(settings, name))}")
        return source

    def data(self) -> Source:
        node, source = self._data(), Source()
        node_type, values = self._types[node.type], self._flow.values[node.id]
        given = [f"{name}={literal(values[name])}" for name in node_type.arguments]
        source.add("def make_data() -> Data:")
        source.add(f'{INDENT}"""What it learns from."""')
        made = call(1, "return ", node_type.dataset.rpartition(".")[2], given)
        source.add(made, (self._board.name, node.id))
        return source

    def networks(self) -> Source:
        source = Source()
        source.add("def make_networks() -> dict[str, nn.Module]:")
        source.add(f'{INDENT}"""What learns, with fresh weights."""')
        made = ", ".join(f"{literal(name)}: {name}()" for name in networks_used(self._project))
        source.add(f"{INDENT}return {{{made}}}")
        return source

    def updates(self) -> Source:
        source = Source()
        source.add("UPDATES = {")
        for node in self._updates():
            values = self._flow.values[node.id]
            given = [f"networks={literal(tuple(trained(self._board, node)))}"]
            given += [
                f"{name}={literal(values[name])}" for name in self._types[node.type].arguments
            ]
            source.add(
                call(1, f"{literal(node.id)}: ", "Update", given, ","), (self._board.name, node.id)
            )
        source.add("}")
        return source

    def _updates(self) -> list[Node]:
        return list(with_role(self._board, self._types, "update"))

    # ---- the generator -------------------------------------------------------------------------

    def steps(self) -> Source:
        source = Source()
        source.add(
            "def steps(networks: dict[str, nn.Module], batch: dict[str, Tensor]) -> Iterator[Step]:"
        )
        source.add(f'{INDENT}"""One training step: yields once for each update."""')
        fresh: set[str] = set()
        updates = self._updates()
        scored = {node.id for node in with_role(self._board, self._types, "metric")}
        metrics = [id for id in self._flow.outcomes if id in scored]
        for update in updates:
            last = update is updates[-1]
            shown = [m for m in metrics if last or self._board.before(m) <= fresh]
            metrics = [m for m in metrics if m not in shown]
            wanted = self._board.before(update.id).union(shown, *map(self._board.before, shown))
            for id in self._flow.outcomes:
                if id in wanted and id not in fresh:
                    self._write_node(source, self._board.nodes[id])
                    fresh.add(id)
            self._write_yield(source, update, shown)
            fresh = {id for id in fresh if not self._crosses_network(id)}
        return source

    def _crosses_network(self, id: str) -> bool:
        """Whether a value must be computed again after an update changed the weights behind it."""
        return any(self._board.nodes[i].role == "network" for i in {id, *self._board.before(id)})

    def _write_yield(self, source: Source, update: Node, shown: list[str]) -> None:
        loss = self._arriving(update.id, self._types[update.type].inputs[0].name)[0]
        metrics = ", ".join(f"{literal(id)}: {self._names[id]}" for id in shown)
        arguments = [literal(update.id), loss, f"{{{metrics}}}"]
        source.add(call(1, "yield ", "Step", arguments), (self._board.name, update.id))

    def _write_node(self, source: Source, node: Node) -> None:
        node_type, origin = self._types[node.type], (self._board.name, node.id)
        if node_type.role == "data":
            for field in self._flow.outcomes[node.id].outputs:
                self._variables[node.id, field] = f'batch["{field}"]'
            return
        if node_type.role == "network":
            self._write_network(source, node)
            return
        names: dict[str, str | list[str]] = {}
        outcome, values = self._flow.outcomes[node.id], self._flow.values[node.id]
        for name in fields(outcome.template):
            port = next((port for port in node_type.inputs if port.name == name), None)
            sources = self._arriving(node.id, name)
            if port is not None:
                names[name] = sources if port.many else sources[0]
            elif isinstance(values[name], tuple):
                names[name] = [literal(item) for item in values[name]]
            else:
                names[name] = literal(values[name])
        target = self._target(node, list(outcome.outputs), node_type.targets)
        source.add(statement(1, target, fill(outcome.template, names)), origin)

    def _target(self, node: Node, outputs: list[str], pattern: str = "") -> str:
        """Variables that take the outputs; `_` for one that nothing uses."""
        for number, port in enumerate(outputs):
            if (node.id, port) not in self._variables:
                taken = {*self._board.nodes, *self._names.values(), *self._variables.values()}
                text = self._names[node.id] if number == 0 else unused(f"{node.id}_{port}", taken)
                self._variables[node.id, port] = text
        used = {wire.source_port for wire in self._board.out_of(node.id)}
        names = {p: self._variables[node.id, p] if p in used else "_" for p in outputs}
        if pattern:
            return fill(pattern, names)
        return ", ".join(names.values()) if len(outputs) > 1 else self._names[node.id]

    def _write_network(self, source: Source, node: Node) -> None:
        name = node.stands_for
        inputs = [
            variable
            for input in self._project.boards[name].inputs
            for variable in self._arriving(node.id, input.id)
        ]
        target = self._target(node, list(self._flow.outcomes[node.id].outputs))
        text = statement(1, target, f"networks[{literal(name)}]({', '.join(inputs)})")
        source.add(text, (self._board.name, node.id))

    def _arriving(self, id: str, port: str) -> list[str]:
        return [self._variables[w.source, w.source_port] for w in self._board.into(id, port)]
