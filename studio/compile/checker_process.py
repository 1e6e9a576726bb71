"""The checker process: gets projects, streams back what is known of them."""

from __future__ import annotations

from collections.abc import Mapping
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from nodes.cards import to_json
from nodes.declare import NodeType
from nodes.installed import differing, installed
from studio.compile.checking import CheckedPart, Checking, CheckResult
from studio.compile.explaining import explained
from studio.compile.module_source import network_module, networks_used, uses
from studio.compile.training_source import compile_training
from studio.model import delta
from studio.model.messages import (
    Analyse,
    Analysed,
    Checked,
    CheckerReady,
    ExplainType,
    FromChecker,
    NodesChecked,
    SourceReady,
    ToChecker,
    TypeExplained,
)
from studio.model.project import Board, Project
from studio.model.report import BoardSource, Issue, Unchecked
from studio.model.type_help import TypeHelp
from studio.model.work_note import WorkNote

if TYPE_CHECKING:
    from studio.compile.analysing import Analysing


def serve(connection: Connection[FromChecker, ToChecker], note: WorkNote | None = None) -> None:
    """Answer until the other end closes; the node under work is noted."""
    catalogue = installed()
    ours = tuple(map(to_json, differing(catalogue)))
    server = _Server(connection, catalogue.types, note or WorkNote())
    connection.send(CheckerReady(ours, catalogue.errors))
    try:
        while True:
            server.take(connection.recv())
            if not connection.poll():
                server.check()
    except (EOFError, OSError):
        return  # the window is gone


class _Server:
    def __init__(
        self,
        connection: Connection[FromChecker, ToChecker],
        types: Mapping[str, NodeType],
        note: WorkNote,
    ) -> None:
        self._connection = connection
        self._types = types
        self._note = note
        self._unchecked: Unchecked = {}
        self._generation = 0
        self._waiting: int | None = None
        self._asked = 0
        """The generation whose costs are asked for."""
        self._issues: tuple[Issue, ...] = ()
        self._analysing: Analysing | None = None
        self._begin()

    def _begin(self) -> None:
        """Know no project, and have told nothing."""
        self._checking = Checking(self._types, self._note)
        self._project = Project()
        self._sources: dict[str, tuple[object, BoardSource]] = {}

    def take(self, message: ToChecker) -> None:
        """Take a message in; a project waits for `check`, so that only the newest is checked."""
        if isinstance(message, ExplainType):
            known = self._types.get(message.type)
            found = explained(known, dict(message.values)) if known else TypeHelp()
            self._connection.send(TypeExplained(message, found))
        elif isinstance(message, Analyse):
            self._asked = message.generation
        elif message.base in (0, self._generation):  # others were meant for a process that died
            if message.base == 0:
                self._begin()
            self._project = delta.apply(self._project, message.change)
            self._checking.look_into(message.place)
            self._unchecked = message.unchecked
            self._waiting = self._generation = message.generation

    def check(self) -> None:
        """Check the project that waits, giving up as soon as something newer arrives."""
        if self._waiting is not None:
            try:
                self._check(self._waiting)
            finally:
                self._note.clear()
        if self._waiting is None and self._asked == self._generation > 0:
            self._analyse(self._asked)

    def _analyse(self, generation: int) -> None:
        """Tell what the project costs, unless something newer arrives: then it is asked for again,
        or this is done later."""
        from studio.compile.analysing import Analysing  # takes a second that most do without
        from studio.compile.live_bytes import GivenUp

        self._analysing = self._analysing or Analysing(self._note)
        try:
            for analysis in self._analysing.analyse(
                self._project, self._checking, self._issues, self._connection.poll
            ):
                self._connection.send(Analysed(generation, analysis))
            self._asked = 0
        except GivenUp:
            return
        finally:
            self._note.clear()

    def _check(self, generation: int) -> None:
        for found in self._checking.check(self._project, self._unchecked):
            if isinstance(found, CheckedPart):
                if found.reports or found.gone:
                    told = found.board, found.reports, found.gone, found.way
                    self._connection.send(NodesChecked(generation, *told))
            else:
                self._note.clear()
                self._issues = found.issues
                result = Checked(
                    generation, found.issues, found.totals, found.inside, found.silenced
                )
                self._connection.send(result)
                if self._send_sources(generation, found):
                    self._waiting = None
            if self._connection.poll():
                return

    def _send_sources(self, generation: int, result: CheckResult) -> bool:
        """Send the sources that are new; False where something newer came in between."""
        changed: dict[str, BoardSource] = {}
        interrupted = False
        for board in self._project.boards.values():
            if interrupted := self._connection.poll():
                break
            if _has_error(board, result.issues, self._project):
                continue
            before, known = self._sources.get(board.name, (None, None))
            written_from = _written_from(self._project, self._checking, board)
            if written_from == before:
                continue
            source = board_source(self._project, self._checking, board)
            self._sources[board.name] = (written_from, source)
            if source != known:
                changed[board.name] = source
        if changed:
            self._connection.send(SourceReady(generation, changed))
        return not interrupted


def _has_error(board: Board, issues: tuple[Issue, ...], project: Project) -> bool:
    """Whether a board, or one that it may use, has an error."""
    wrong = {issue.board for issue in issues if issue.severity == "error"}
    stages = {stage.name for stage in project.stages}
    if board.kind != "training":
        return bool(wrong - stages & project.reached(board.name))
    return bool(wrong & stages.union(*map(project.reached, stages)))


def _written_from(project: Project, checking: Checking, board: Board) -> object:
    """What decides the source of a board: where nothing changed, the flows are the same objects."""
    names = networks_used(project) if board.kind == "training" else [board.name]
    flows = [flow for name in names for flow in uses(checking, name)]
    if board.kind == "training":
        flows += [checking.flows[stage.name] for stage in project.stages]
        return project.settings, [stage.settings for stage in project.stages], flows
    return project.settings, checking.flows[board.name], flows


def board_source(project: Project, checking: Checking, board: Board) -> BoardSource:
    """What the Code panel shows of a board without errors."""
    if board.kind == "training":
        training = compile_training(project, checking)
        text, origins = training.text, training.lines
    else:
        module = network_module(checking, board.name)
        text, origins = module.text, module.nodes
    lines: dict[str, list[int]] = {}
    for number, (where, node) in origins.items():
        if where == board.name:
            lines.setdefault(node, []).append(number)
    return BoardSource(text, {node: tuple(numbers) for node, numbers in lines.items()})
