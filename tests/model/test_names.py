"""Names that code can bear."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

import studio.run.loop
from nodes.catalogue import builtin
from nodes.datasets import arrays, digits, samples, text
from nodes.declare import NodeType
from studio.model.expression import Expression
from studio.model.names import (
    LABELS,
    LENGTH,
    problem_with,
    problem_with_class,
    stem,
    unused,
    variables,
)

HOSTILE = [
    "",
    " ",
    "a b",
    "1a",
    "a-b",
    "a.b",
    "class",
    "forward",
    "__init__",
    "_x",
    "x=1",
    "a\n",
    "os;",
    "é",
    "ﬁ",
    "training",
    "None",
    "a" * 61,
    "a\0",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names(name: str) -> None:
    problem = problem_with(name)
    assert problem
    assert len(problem) < 200


@pytest.mark.parametrize("name", ["match", "self", "print", "nn", "F", "torch", "STAGES", "main"])
def test_names_of_the_code_are_none_for_classes(name: str) -> None:
    assert problem_with(name) is None, "a node may have it"
    assert problem_with_class(name)


@given(st.sets(st.sampled_from(["data", "data_", "data__", "batch", "conv", "self", "x"])))
def test_every_node_has_a_variable_of_its_own(ids: set[str]) -> None:
    found = variables(ids)
    assert len(set(found.values())) == len(ids)
    assert all(problem_with_class(name) is None for name in found.values())
    assert all(found[id] == id for id in ids & {"conv", "x", "data_"})


def test_a_modules_own_names_are_refused() -> None:
    public = {name for name in dir(nn.Module()) if not name.startswith("_")}
    assert public <= LABELS


LOOP = [
    importlib.import_module(f"{studio.run.loop.__name__}.{found.name}")
    for found in pkgutil.iter_modules(studio.run.loop.__path__)
    if found.name != "resuming"  # the only one that no script holds
]


@pytest.mark.parametrize("module", [*LOOP, arrays, digits, samples, text], ids=lambda m: m.__name__)
def test_no_class_hides_what_copied_code_imports(module: ModuleType) -> None:
    imports = [
        statement
        for statement in ast.parse(inspect.getsource(module)).body
        if isinstance(statement, ast.Import | ast.ImportFrom)
        and not ast.unparse(statement).startswith(("from studio.", "from nodes."))
    ]
    names = {alias.asname or alias.name for found in imports for alias in found.names}
    assert {name for name in names if problem_with_class(name) is None} == set()


@given(st.text(max_size=70), st.sets(st.sampled_from(["x", "x2", "conv", "conv2"])))
def test_unused_names_can_be_used(text: str, taken: set[str]) -> None:
    if problem_with(text) is None:
        found = unused(text, taken)
        assert found not in taken
        assert problem_with(found) is None
        assert len(found) <= LENGTH


@pytest.mark.parametrize("declared", builtin().types.values(), ids=lambda t: t.name)
def test_first_names(declared: NodeType) -> None:
    assert problem_with(unused(stem(declared), ())) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a b",
        "a()",
        "a.b",
        "a[0]",
        "'a'",
        "a if b else c",
        "lambda: 1",
        "a @ 9",
        "a @ b",
        "1j",
        "True",
        "(a := 1)",
        "a, b",
        "a < b",
        "not a",
        "~a",
        "+a",
        "(" * 199,
        "-" * 201,
        "a" * 201,
        "f'{a}'",
        "*a",
        "\0",
    ],
)
def test_what_is_no_expression(text: str) -> None:
    with pytest.raises(ValueError):
        Expression(text)


@given(
    st.recursive(
        st.sampled_from(["a", "b", "2", "3.5", "0"]),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from("+-*/"), inner).map(" ".join),
            st.tuples(inner, inner).map(" // ".join),
            inner.map("({})".format),
            inner.map("-{}".format),
        ),
        max_leaves=8,
    )
)
def test_expressions_mean_what_they_mean_in_python(text: str) -> None:
    found = Expression(text)
    values = {"a": 7, "b": 0.5}
    assert found.names <= {"a", "b"}
    try:
        wanted = eval(text, {}, values)
    except ZeroDivisionError:
        with pytest.raises(ValueError, match="cannot be computed"):
            found.value(values)
        return
    assert found.value(values) == wanted
    assert eval(str(found), {}, values) == wanted


@pytest.mark.parametrize(
    "text", ["-" * 198 + "a", "(" * 90 + "a" + ")" * 90, "a" + "+a" * 99, "9" * 200]
)
def test_deep_expressions(text: str) -> None:
    found = Expression(text)
    assert found.value({"a": 1}) == eval(text, {"a": 1})
    assert str(found)


@pytest.mark.parametrize("values", [{}, {"a": True}, {"a": "1"}, {"a": None}])
def test_unknown_values(values: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"(names|with) a, which is"):
        Expression("a + 1").value(values)
