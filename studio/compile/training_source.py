"""Writes the training board as a file: networks, data, objective, and the plan of its training."""

from __future__ import annotations

import linecache
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studio.compile.board_flow import BoardFlow
from studio.compile.checking import Checking
from studio.compile.loop_pieces import (
    DATA,
    NAMED,
    OBJECTIVE,
    PLAN,
    POLICY,
    UPDATE,
    imports_of,
    names_for,
)
from studio.compile.module_source import classes, networks_used, with_imports
from studio.compile.node_statements import literal
from studio.compile.objective_writer import ObjectiveWriter
from studio.compile.source_lines import INDENT, Source, call
from studio.compile.update_targets import owned
from studio.model.names import CODE
from studio.model.project import Board, Node, Project
from studio.model.report import Issue
from studio.model.roles import with_role
from studio.model.settings import LAST
from studio.model.value_names import LOSS, METRIC


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
        """Run the source: its `make_objective`, `make_data`, `PLAN`, … by name."""
        return execute(self.text, self.filename)


def execute(text: str, filename: str) -> dict[str, Any]:
    """Run Python that Netloom wrote; tracebacks through it show its lines."""
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    namespace: dict[str, Any] = {"__name__": "netloom_run"}
    exec(compile(text, filename, "exec"), namespace)
    return namespace


def compile_training(project: Project, checking: Checking) -> CompiledTraining:
    """The training file of a checked project."""
    paths = [*NAMED, dataset_path(project, checking)]
    names = names_for(paths, project.boards.keys() | CODE)
    recipe = training_recipe(project, checking, names)
    imports = ["from collections.abc import Iterator", *imports_of(names, _words(recipe))]
    source = with_imports("Written by Netloom for one run.", recipe, imports)
    return CompiledTraining(source.text, source.nodes, "<netloom training>")


def needed(project: Project, checking: Checking, paths: Sequence[str]) -> list[str]:
    """Those of these import paths that the recipe of a project names."""
    every = [*paths, dataset_path(project, checking)]
    names = names_for(every, project.boards.keys() | CODE)
    used = _words(training_recipe(project, checking, names))
    return [path for path in paths if names[path] in used]


def _words(source: Source) -> set[str]:
    return set(re.findall(r"\w+", source.text))


def training_recipe(
    project: Project, checking: Checking, names: Mapping[str, str], taken: Collection[str] = ()
) -> Source:
    """Classes, `make_data`, `make_objective` and `PLAN`, without imports. `names` are what the
    loop's parts and the data's class are called; copied layers keep clear of them and of what is
    `taken` besides."""
    board = project.training
    if board is None:
        raise CannotCompile("The project has no training board; add one to train.")
    flow = checking.flows[board.name]
    kept = {*names.values(), *taken, board.name}
    source = classes(checking, networks_used(project), [flow], kept)
    writer = _TrainingWriter(project, board, flow, checking, names)
    for part in (
        ObjectiveWriter(flow, checking.types, source.copied, names).write(),
        writer.data(),
        writer.objective(),
        writer.plan(),
    ):
        source.extend(part)
        source.add("\n")
    return source


def dataset_path(project: Project, checking: Checking) -> str:
    """Import path of the class behind the training board's data. Raises CannotCompile."""
    board = project.training
    if board is None:
        raise CannotCompile("The project has no training board; add one to train.")
    return checking.types[next(with_role(board, checking.types, "data")).type].dataset


class _TrainingWriter:
    def __init__(
        self,
        project: Project,
        board: Board,
        flow: BoardFlow,
        checking: Checking,
        names: Mapping[str, str],
    ) -> None:
        self._project, self._board, self._flow, self._names = project, board, flow, names
        self._types = checking.types
        self._owned = owned(flow, checking.types)

    def _data(self) -> Node:
        return next(with_role(self._board, self._types, "data"))

    def data(self) -> Source:
        node, source = self._data(), Source()
        node_type, values = self._types[node.type], self._flow.values[node.id]
        given = [f"{name}={literal(values[name])}" for name in node_type.arguments]
        source.add(f"def make_data() -> {self._names[DATA]}:")
        source.add(f'{INDENT}"""What it learns from."""')
        made = call(1, "return ", self._names[node_type.dataset], given)
        source.add(made, (self._board.name, node.id))
        return source

    def objective(self) -> Source:
        source = Source()
        source.add(f"def make_objective() -> {self._names[OBJECTIVE]}:")
        source.add(f'{INDENT}"""What is trained, with fresh weights."""')
        instances = {node.instance: node.stands_for for node in self._board.networks}
        made = [f"{literal(name)}: {network}()" for name, network in instances.items()]
        source.add(call(1, "return ", self._board.name, [f"{{{', '.join(made)}}}"]))
        return source

    def plan(self) -> Source:
        settings, source = self._project.settings, Source()
        source.add(f"DEVICE = {literal(settings.device)}")
        source.add(f"PLAN = {self._names[PLAN]}(")
        source.add(f"{INDENT}updates={{")
        name = self._names[UPDATE]
        for node in with_role(self._board, self._types, "update"):
            text = call(2, f"{literal(node.id)}: ", name, self._update(node), ",")
            source.add(text, (self._board.name, node.id))
        source.add(f"{INDENT}}},")
        data = self._data()
        batch_size = self._flow.values[data.id][self._types[data.type].batch]
        source.add(f"{INDENT}batch_size={batch_size},", (self._board.name, data.id))
        for name in ("epochs", "precision", "seed"):
            source.add(f"{INDENT}{name}={literal(getattr(settings, name))},")
        if watched := self._watched():
            highest = ", highest=True" if self._is_highest(watched) else ""
            policy = self._names[POLICY]
            source.add(f"{INDENT}policy={policy}({literal(watched)}{highest}),")
        if self._couples():
            source.add(f"{INDENT}whole=True,")
        if active := self._in_mode("training"):
            source.add(f"{INDENT}active={literal(active)},")
        if resting := self._in_mode("rest"):
            source.add(f"{INDENT}resting={literal(resting)},")
        source.add(")")
        return source

    def _update(self, node: Node) -> list[str]:
        values, mine = self._flow.values[node.id], self._owned[node.id]
        given = [f"networks={literal(mine.networks)}"]
        given += [f"layers={literal(mine.layers)}"] if mine.layers else []
        declared = self._types[node.type]
        for name in declared.arguments:
            param = declared.param(name)
            if param is None or param.essential or values[name] != param.default:
                given.append(f"{name}={literal(values[name])}")
        return given

    def _watched(self) -> str:
        """The value that chooses the best weights: what the settings name, or the only loss."""
        if watched := self._project.settings.watch:
            return "" if watched == LAST else watched
        updates = list(with_role(self._board, self._types, "update"))
        return LOSS + updates[0].id if len(updates) == 1 else ""

    def _is_highest(self, value: str) -> bool:
        node = self._board.nodes.get(value.removeprefix(METRIC))
        return (
            value.startswith(METRIC)
            and node is not None
            and self._types[node.type].better == "higher"
        )

    def _couples(self) -> bool:
        return any(self._types[node.type].couples for node in self._board.nodes.values())

    def _in_mode(self, mode: str) -> tuple[str, ...]:
        nodes = self._board.networks
        found = (n.instance for n in nodes if self._flow.values[n.id]["mode"] == mode)
        return tuple(dict.fromkeys(found))
