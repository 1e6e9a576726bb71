"""A project checked to the end, and what can be made of it: source, modules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from torch import nn

from nodes.declare import NodeType
from nodes.installed import installed
from studio.compile.checking import CheckedPart, Checking, CheckResult
from studio.compile.module_source import network_module
from studio.compile.training_source import (
    CannotCompile,
    CompiledTraining,
    compile_training,
    execute,
)
from studio.model.analysis import Analysis
from studio.model.project import Project
from studio.model.report import Issue, NodeReport, Totals
from studio.reading.data_reader import DataReader


def all_types() -> tuple[Mapping[str, NodeType], tuple[str, ...]]:
    """Node types of Netloom and of plug-ins, and what failed to load."""
    catalogue = installed()
    return catalogue.types, catalogue.errors


@dataclass(frozen=True, eq=False)
class Compiled:
    """A checked project. `reports` is by board and node; `silenced` are warnings that nobody wants
    to be told."""

    project: Project
    checking: Checking
    reports: Mapping[str, Mapping[str, NodeReport]]
    issues: tuple[Issue, ...]
    totals: Mapping[str, Totals]
    silenced: tuple[Issue, ...] = ()

    @property
    def errors(self) -> tuple[Issue, ...]:
        """Issues that prevent training and export."""
        return tuple(issue for issue in self.issues if issue.severity == "error")

    def source(self, board: str) -> str:
        """Python file of one network or block. Raises CannotCompile."""
        stages = {board.name for board in self.project.stages}
        self._refuse_errors([issue for issue in self.errors if issue.board not in stages])
        return network_module(self.checking, board).text

    def network(self, board: str) -> nn.Module:
        """The network as a module with fresh weights. Raises CannotCompile."""
        made = execute(self.source(board), f"<netloom {board}>")[board]()
        assert isinstance(made, nn.Module)
        return made

    def training(self) -> CompiledTraining:
        """What the trainer runs. Raises CannotCompile."""
        self._refuse_errors(self.errors)
        return compile_training(self.project, self.checking)

    def analysis(self) -> Analysis:
        """What nodes cost, and what a training step takes."""
        from studio.compile.analysing import Analysing  # takes a second that most do without

        *_, whole = Analysing().analyse(self.project, self.checking, self.issues)
        return whole

    def _refuse_errors(self, found: Sequence[Issue]) -> None:
        if found:
            more = f" ({len(found) - 1} more)" if len(found) > 1 else ""
            sentence = found[0].message.removesuffix(".")
            raise CannotCompile(f"{found[0].board}: {sentence}{more}.", tuple(found))


@cache
def _reader() -> DataReader:
    """One for the whole process, so that files are looked into once."""
    return DataReader()


def check(project: Project, types: Mapping[str, NodeType] | None = None) -> Compiled:
    """Check a project to the end."""
    checking = Checking(all_types()[0] if types is None else types, reader=_reader())
    reports: dict[str, dict[str, NodeReport]] = {name: {} for name in project.boards}
    result: CheckResult | None = None
    for part in checking.check(project):
        if isinstance(part, CheckedPart):
            reports[part.board].update(part.reports)
        else:
            result = part
    assert result is not None
    found = result.issues, result.totals, result.silenced
    return Compiled(project, checking, reports, *found)
