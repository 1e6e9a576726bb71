"""Projects with things wrong: every fix that is offered is taken, and breaks nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from studio.compile.checking import Checking, CheckResult
from studio.model.edits import RemoveNodes, RemoveWires
from studio.model.gallery import template
from studio.model.operations.edited import Refusal
from studio.model.operations.fixes import apply_fix
from studio.model.project import Node, Project, Wire
from studio.model.report import Issue
from tests.compile.drawing import TYPES
from tests.fuzz.boards import drawn
from tests.fuzz.search import search
from tests.kill.table import Row

CHECKING = Checking(TYPES)
"""One for all, as it remembers what it ran."""

GALLERY = ["mlp", "lenet", "resnet", "vit", "gpt", "gan", "vae", "distill", "siamese"]
DISTURBING = ["Softmax", "Dropout", "ReLU", "Linear", "Flatten", "Identity"]

Place = tuple[str, str]


def looked_at(given: Project) -> tuple[tuple[Issue, ...], set[Place]]:
    """The issues of a project, and its nodes that are known to be right."""
    *_, result = CHECKING.check(given)
    assert isinstance(result, CheckResult)
    wrong = {place for i in result.issues if i.severity == "error" for place in i.places}
    right = {
        (name, id)
        for name, flow in CHECKING.flows.items()
        for id, outcome in flow.outcomes.items()
        if not outcome.failed and (name, id) not in wrong
    }
    return result.issues, right


def errors(issues: tuple[Issue, ...]) -> list[Issue]:
    return [issue for issue in issues if issue.severity == "error"]


def made(issues: tuple[Issue, ...], right: set[Place]) -> list[Issue]:
    """Errors of what was right. Inside a block that is used somewhere, they are of that use."""
    found = []
    for issue in errors(issues):
        use = re.search(r"\(as (\w+) of (\w+) uses it\)", issue.message)
        if ((use[2], use[1]) if use else (issue.board, issue.node)) in right:
            found.append(issue)
    return found


def fixes_help(given: Project) -> None:
    """Each fix by itself ends its issue, and all that can be taken together break nothing: errors
    that come to light were behind others before."""
    issues, right = looked_at(given)
    every = given
    for issue in issues:
        for fix in issue.fixes:
            after, _ = looked_at(apply_fix(given, fix).project)
            told = (issue.code, issue.places, issue.message)
            assert told not in [(i.code, i.places, i.message) for i in after], fix.label
            assert not made(after, right), fix.label
        for fix in issue.fixes[:1]:
            try:
                every = apply_fix(every, fix).project
            except Refusal:  # another fix has taken away what it was about
                continue
    after, _ = looked_at(every)
    assert not made(after, right)
    told_of = {(issue.board, issue.node) for issue in issues}
    every_node = {(name, id) for name, here in given.boards.items() for id in here.nodes}
    hidden = every_node - right - told_of
    assert len(errors(after)) <= len(errors(issues)) + len(hidden)


@st.composite
def disturbed(draw: st.DrawFn) -> Project:
    """A project of the gallery with a few things wrong."""
    found = template(draw(st.sampled_from(GALLERY)))
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from([n for n, b in found.boards.items() if b.wires]))
        here = found.boards[name]
        wire: Wire = draw(st.sampled_from(here.wires))
        what = draw(st.sampled_from(["wire", "node", "insert", "set"]))
        if what == "wire":
            found = RemoveWires(name, frozenset({wire})).apply(found)
        elif what == "node":
            gone = frozenset({draw(st.sampled_from(list(here.nodes)))})
            found = RemoveNodes(name, gone, bridge=draw(st.booleans())).apply(found)
        elif what == "insert" and here.kind != "training":
            type = draw(st.sampled_from(DISTURBING))
            into = replace(wire, target="odd", target_port="input")
            onward = replace(wire, source="odd", source_port="output")
            wires = tuple(w for w in here.wires if "odd" not in (w.source, w.target))
            if wire in wires:
                wires = tuple(
                    part for w in wires for part in ((into, onward) if w == wire else (w,))
                )
            nodes = {**here.nodes, "odd": Node("odd", type)}
            found = found.with_board(replace(here, nodes=nodes, wires=wires))
        elif what == "set":
            id = draw(st.sampled_from(list(here.nodes)))
            params = TYPES[here.nodes[id].type].params
            sizes = [p.name for p in params if p.kind in ("int", "ints")]
            if sizes:
                size: Any = draw(st.integers(1, 40))
                changed = here.nodes[id].with_param(draw(st.sampled_from(sizes)), size)
                found = found.with_board(replace(here, nodes={**here.nodes, id: changed}))
    return found


def rows(seconds: float, seed: int) -> Iterator[Row]:
    """Take the fixes of random boards, and of gallery projects with things wrong."""
    for what, cases in (
        ("fixes of random boards taken", drawn()),
        ("fixes of damaged gallery projects taken", disturbed()),
    ):
        yield search(what, fixes_help, cases, seconds / 2, seed, "nothing broke that was right")
