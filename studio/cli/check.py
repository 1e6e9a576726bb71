"""`netloom check`: shapes, counts and issues."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.cli import costs_table, trusting
from studio.cli.columns import columns
from studio.cli.json_output import plain, print_object
from studio.model import project_file
from studio.model.operations.preview import effect_of
from studio.model.ports import ports_of

if TYPE_CHECKING:
    from studio.compile.compiled import Compiled
    from studio.model.project import Board
    from studio.model.report import Fix, Issue


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("file", type=Path, help="a project")
    trusting.configure(parser)
    parser.add_argument("--silenced", action="store_true", help="tell silenced warnings too")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--costs",
        action="store_true",
        help="also what each node costs, and the memory that a training step takes",
    )


def run(arguments: argparse.Namespace) -> int:
    """Check a project; exit code 1 where it has errors."""
    project = project_file.load(arguments.file)
    trusting.ask(project, arguments)
    from studio.compile.compiled import all_types, check

    types, left_out = all_types()
    compiled = check(project, types)
    analysis = compiled.analysis() if arguments.costs else None
    if arguments.json:
        costs = {} if analysis is None else {"costs": plain(analysis)}
        print_object({**report(compiled), **costs, "left_out": left_out})
    else:
        costly = [] if analysis is None else costs_table.lines(analysis)
        warnings = (f"warning: {error}" for error in left_out)
        print("\n".join([*costly, *_lines(compiled, arguments.silenced), *warnings]))
    return 1 if compiled.errors else 0


# ---- as JSON -----------------------------------------------------------------------------------


def report(compiled: Compiled) -> dict[str, Any]:
    """All that is known of a checked project, in terms of JSON."""
    kinds = {"networks": "network", "blocks": "block", "training": "training"}
    boards = compiled.project.boards.values()
    return {
        **{
            key: {board.name: _board(compiled, board) for board in boards if board.kind == kind}
            for key, kind in kinds.items()
        },
        "issues": [issue_as_json(compiled, issue) for issue in compiled.issues],
        "silenced": [issue_as_json(compiled, issue) for issue in compiled.silenced],
    }


def _board(compiled: Compiled, board: Board) -> dict[str, Any]:
    totals = compiled.totals[board.name]
    return {
        "parameters": totals.parameters,
        "multiply_adds": totals.multiply_adds,
        "activations": totals.activations,
        "shapes": {id: _shapes(compiled, board, id) for id in board.nodes},
        **({"data": compiled.checking.described(board.name)} if board.kind == "training" else {}),
    }


def _shapes(compiled: Compiled, board: Board, id: str) -> dict[str, Any]:
    """Port -> shape; a port that takes many wires has a list of shapes."""
    report = compiled.reports[board.name].get(id)
    if report is None:
        return {}
    ports = ports_of(compiled.project, board, board.nodes[id], compiled.checking.types)
    shapes: dict[str, Any] = {}
    for port, signals in report.inputs.items():
        declared = ports.input(port)
        each = [list(signal.shape) for signal in signals]
        if declared is not None and declared.many:
            shapes[port] = each
        elif each:
            shapes[port] = each[0]
    return {**shapes, **{port: list(s.shape) for port, s in report.outputs.items()}}


def issue_as_json(compiled: Compiled, issue: Issue) -> dict[str, Any]:
    """An issue; each fix has its label and its edits, each with its kind as `edit`."""
    fixes = [
        {
            "label": fix.label,
            "effect": _effect(compiled, fix),
            "edits": [{"edit": type(edit).__name__, **plain(edit)} for edit in fix.edits],
        }
        for fix in issue.fixes
    ]
    return {**plain(issue), "fixes": fixes}


def _effect(compiled: Compiled, fix: Fix) -> str:
    """What a fix does, in a few words."""
    said = effect_of(compiled.project, fix, compiled.checking.types)
    return said[0].lower() + said[1:].removesuffix(".")


# ---- as text -----------------------------------------------------------------------------------


def _silenced_lines(compiled: Compiled, told: bool) -> list[str]:
    if told:
        return [f"silenced {_issue_line(compiled, issue)}" for issue in compiled.silenced]
    many = len(compiled.silenced)
    warnings = "warning is" if many == 1 else "warnings are"
    return [f"{many} {warnings} silenced; --silenced tells."] if many else []


def _lines(compiled: Compiled, all_told: bool) -> list[str]:
    lines: list[str] = []
    for board in compiled.project.boards.values():
        totals = compiled.totals[board.name]
        counts = f"{totals.parameters:,} parameters, {totals.multiply_adds:,} multiply-adds"
        lines += [f"{board.name} ({board.kind}): {counts}", *_node_lines(compiled, board)]
        lines += [*_data_lines(compiled, board), ""]
    lines += [_issue_line(compiled, issue) for issue in compiled.issues]
    if not compiled.issues:
        lines.append("No issues.")
    lines += _silenced_lines(compiled, all_told)
    return lines


def _node_lines(compiled: Compiled, board: Board) -> list[str]:
    rows = []
    for node in board.nodes.values():
        report = compiled.reports[board.name].get(node.id)
        shapes = " ".join(str(signal) for signal in report.outputs.values()) if report else "?"
        count = f"{report.parameters:,}" if report and report.parameters else ""
        rows.append((node.id, node.type, shapes, count))
    return columns(rows, "  ", left=3)


def _data_lines(compiled: Compiled, board: Board) -> Iterator[str]:
    """How many samples data sources have, and what their classes are called."""
    for id, found in compiled.checking.described(board.name).items():
        count = "" if found.samples is None else f"{found.samples:,} samples"
        count = "1 sample" if found.samples == 1 else count
        named = (f"{port}: {_in_short(f.classes)}" for port, f in found.fields.items() if f.classes)
        if words := "; ".join(filter(None, (count, *named))):
            yield f"  {id} has {words}"


def _in_short(names: Sequence[str], most: int = 10) -> str:
    told = ", ".join(name if name.isprintable() else repr(name) for name in names[:most])
    return told + (f", … ({len(names):,})" if len(names) > most else "")


def _issue_line(compiled: Compiled, issue: Issue) -> str:
    where = ".".join(part for part in (issue.board, issue.node, issue.port) if part)
    fixes = "".join(
        f"\n  can be fixed: {fix.label} ({_effect(compiled, fix)})" for fix in issue.fixes
    )
    code = f" [{issue.code}]" if issue.severity == "warning" and issue.node else ""
    return f"{issue.severity}: {where}: {issue.message}{code}{fixes}"
