"""Scripts hold no branch that their plan rules out, and no option that nothing reads."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from studio.compile.compiled import check
from studio.compile.settled_options import without_settled
from studio.compile.training_script import training_script
from studio.model.project_file import load

PROJECTS = Path(__file__).parents[2] / "projects"

OPTIONS = """class Plan:
    "How."

    kind: str = "a"
    every: int = 1  # steps
    names: tuple[str, ...] = ()


"""

BODY = """def run(self, plan, x):
    if plan.every > 1:
        x += plan.every
    elif plan.kind == "b":
        x += 2
    else:
        # what remains
        x += 3
    y = 1 if plan.kind == "a" else 2
    z = x and y not in self.plan.names
    return x, y, z
"""


def settled(body: str, made: str) -> str:
    """The body, and what is made of the options, after it was settled."""
    text = without_settled(f"{OPTIONS}{body}\n\n{made}\n", {"Plan": "plan"})
    ast.parse(text)
    return text


def test_defaults_settle_branches() -> None:
    text = settled(BODY, "PLAN = Plan()")
    assert text.startswith("class Plan:")
    assert "    x += 3\n    y = 1\n    z = x\n    return" in text
    assert "every" not in text
    assert "kind" not in text


@pytest.mark.parametrize(
    ("made", "kept", "gone"),
    [
        ('P = Plan(kind="b")', ["    x += 2\n    y = 2\n", "P = Plan()"], ["elif", "x += 3"]),
        ("P = Plan(every=2)", ["    x += plan.every\n", "P = Plan(every=2)"], ["if", "x += 3"]),
        (
            'P = (Plan(kind="a"), Plan(kind="b", every=1))',
            ['    if plan.kind == "b":\n        x += 2\n    else:', 'Plan(kind="b")'],
            ["elif", "every"],
        ),
        ("P = Plan(every=f())", ["    if plan.every > 1:", "    else:\n        x += 3"], ["kind"]),
        ("P = Plan(**given)", ["elif plan.kind", "every: int", "names: "], []),
        ('P = Plan("b")', ["if plan.kind"], ["every"]),
        (
            'P = Plan(\n    kind="a",\n    names=("x",),\n)',
            ['P = Plan(\n    names=("x",),\n)', "y not in self.plan.names"],
            ["kind"],
        ),
    ],
)
def test_what_is_given_settles_branches(made: str, kept: list[str], gone: list[str]) -> None:
    text = settled(BODY, made)
    assert all(part in text for part in kept), text
    assert not any(part in text for part in gone), text


@pytest.mark.parametrize("name", ["mlp", "lenet"])
def test_scripts_of_classifiers_are_short(name: str) -> None:
    project = load(PROJECTS / f"{name}.json")
    text = training_script(project, check(project).checking)
    assert len(text.splitlines()) <= 563
    for unused in ("autocast", "whole", "clip_norm", "accumulate > 1", "plan.metrics", "Metric"):
        assert unused not in text, unused
