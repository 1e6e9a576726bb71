"""Writes the training board as a file: networks, data, objectives, and the plan of each stage."""

from __future__ import annotations

import linecache
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nodes.declare import NodeType
from studio.compile.board_flow import BoardFlow
from studio.compile.checking import Checking
from studio.compile.loop_pieces import (
    NAMED,
    PLAN,
    STAGE,
    UPDATE,
    imports_of,
    names_for,
)
from studio.compile.module_source import classes, networks_used, with_imports
from studio.compile.node_statements import literal
from studio.compile.objective_writer import ObjectiveWriter
from studio.compile.source_lines import INDENT, Source, call, listed
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
        """Run the source: its `make_networks` and `STAGES` by name."""
        return execute(self.text, self.filename)


def execute(text: str, filename: str, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Run Python that Netloom wrote, where these things are `given`; tracebacks through it show its
    lines."""
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    namespace: dict[str, Any] = {**(given or {}), "__name__": "netloom_run"}
    exec(compile(text, filename, "exec"), namespace)
    return namespace


def compile_training(project: Project, checking: Checking) -> CompiledTraining:
    """The training file of a checked project."""
    names = loop_names(project, checking)
    recipe = training_recipe(project, checking, names)
    imports = ["from collections.abc import Iterator", *imports_of(names, _words(recipe))]
    source = with_imports("Written by Netloom for one run.", recipe, imports)
    return CompiledTraining(source.text, source.nodes, "<netloom training>")


def loop_names(project: Project, checking: Checking) -> dict[str, str]:
    """What the loop's parts and the data's classes are called in the training file. Raises
    CannotCompile."""
    return names_for([*NAMED, *dataset_paths(project, checking)], project.boards.keys() | CODE)


def needed(project: Project, checking: Checking, paths: Sequence[str]) -> list[str]:
    """Those of these import paths that the recipe of a project names."""
    every = [*paths, *dataset_paths(project, checking)]
    names = names_for(every, project.boards.keys() | CODE)
    used = _words(training_recipe(project, checking, names))
    return [path for path in paths if names[path] in used]


def _words(source: Source) -> set[str]:
    return set(re.findall(r"\w+", source.text))


def training_recipe(
    project: Project,
    checking: Checking,
    names: Mapping[str, str],
    taken: Collection[str] = (),
    shows: bool = True,
) -> Source:
    """Classes, `make_networks` and `STAGES`, without imports. `names` are what the loop's parts
    and the data's classes are called; copied layers keep clear of them and of what is `taken`
    besides. What `shows` something is left out of scripts. Raises CannotCompile."""
    flows = [checking.flows[board.name] for board in _stages(project)]
    kept = {*names.values(), *taken, *(flow.board.name for flow in flows)}
    source = classes(checking, networks_used(project), flows, kept)
    writers = [ObjectiveWriter(f, checking.types, source.copied, names, shows) for f in flows]
    for writer in writers:
        source.extend(writer.write())
        source.add("\n")
    source.extend(_networks(project))
    source.add("\n")
    source.add(f"DEVICE = {literal(project.settings.device)}")
    source.add("STAGES = (")
    for flow, writer in zip(flows, writers, strict=True):
        source.extend(_StageWriter(project, flow, checking.types, names, writer).write())
    source.add(")")
    return source


def _stages(project: Project) -> list[Board]:
    if not project.stages:
        raise CannotCompile("The project has no training board; add one to train.")
    return project.stages


def dataset_paths(project: Project, checking: Checking) -> list[str]:
    """Import paths of the classes behind the data of all stages, each once. Raises
    CannotCompile."""
    types = checking.types
    data = (node for board in _stages(project) for node in with_role(board, types, "data"))
    return list(dict.fromkeys(types[node.type].dataset for node in data))


def _networks(project: Project) -> Source:
    source = Source()
    source.add("def make_networks() -> dict[str, nn.Module]:")
    source.add(f'{INDENT}"""What is trained, with fresh weights."""')
    nodes = [node for board in project.stages for node in board.networks]
    instances = {node.instance: node.stands_for for node in nodes}
    made = [f"{literal(name)}: {network}()" for name, network in instances.items()]
    source.add(listed(1, "return {", made, "}"))
    return source


class _StageWriter:
    """Writes the entry of one training board: its name, class, data and plan."""

    def __init__(
        self,
        project: Project,
        flow: BoardFlow,
        types: Mapping[str, NodeType],
        names: Mapping[str, str],
        objective: ObjectiveWriter,
    ) -> None:
        self._objective = objective
        self._settings = project.settings_of(flow.board)
        self._board, self._flow, self._types, self._names = flow.board, flow, types, names
        self._owned = owned(flow, types)
        self._data = next(with_role(self._board, types, "data"))

    def write(self) -> Source:
        source, board = Source(), self._board.name
        source.add(f"{INDENT}{self._names[STAGE]}(")
        source.add(f"{INDENT * 2}name={literal(board)},")
        source.add(f"{INDENT * 2}objective={board},")
        node_type, values = self._types[self._data.type], self._flow.values[self._data.id]
        given = [f"{name}={literal(values[name])}" for name in node_type.arguments]
        made = call(2, "data=lambda: ", self._names[node_type.dataset], given, ",")
        source.add(made, (board, self._data.id))
        source.add(f"{INDENT * 2}plan={self._names[PLAN]}(")
        self._plan(source)
        source.add(f"{INDENT * 2}),")
        source.add(f"{INDENT}),")
        return source

    def _plan(self, source: Source) -> None:
        inner, board, settings = INDENT * 3, self._board.name, self._settings
        source.add(f"{inner}updates={{")
        for node in with_role(self._board, self._types, "update"):
            name = self._names[UPDATE]
            text = call(4, f"{literal(node.id)}: ", name, self._update(node), ",")
            source.add(text, (board, node.id))
        source.add(f"{inner}}},")
        batch_size = self._flow.values[self._data.id].get(self._types[self._data.type].batch, 1)
        source.add(f"{inner}batch_size={batch_size},", (board, self._data.id))
        for name in ("epochs", "precision", "seed"):
            source.add(f"{inner}{name}={literal(getattr(settings, name))},")
        if watched := self._watched():
            source.add(f"{inner}watch={literal(watched)},")
            if self._is_highest(watched):
                source.add(f"{inner}highest=True,")
        if self._couples():
            source.add(f"{inner}whole=True,")
        if metrics := list(self._objective.gathering(4)):
            source.add(f"{inner}metrics={{")
            for text, id in metrics:
                source.add(text, (board, id))
            source.add(f"{inner}}},")
        for field, mode in (("active", "training"), ("resting", "rest")):
            if found := self._in_mode(mode):
                source.add(f"{inner}{field}={literal(found)},")

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
        if watched := self._settings.watch:
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
