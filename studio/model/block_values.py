"""The parameters that a block has of its own: what they come to, and what they may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from nodes.declare import Kind, NodeType, Param
from studio.model.expression import Expression
from studio.model.ports import type_of
from studio.model.project import Board, Node, Project
from studio.model.values import Value

PASSED_ON: frozenset[Kind] = frozenset(
    {"int", "float", "bool", "ints", "choice", "text", "literal"}
)
"""Kinds of parameter that a block may have as one of its own."""


def names_in(value: Value) -> frozenset[str]:
    """The parameters and variables that a value reads."""
    if isinstance(value, tuple):
        return frozenset().union(*map(names_in, value))
    return value.names if isinstance(value, Expression) else frozenset()


def computed(value: Any) -> bool:
    """Whether a value follows from others."""
    return isinstance(value, Expression) or (isinstance(value, tuple) and any(map(computed, value)))


def compute(value: Any, environment: Mapping[str, Any]) -> Any:
    """A value with its expressions replaced by what they come to, whole where they can be. A name
    alone may stand for anything. Raises ValueError."""
    if isinstance(value, Expression):
        if value.alone in environment:
            return environment[value.alone]
        number = value.value(environment)
        if isinstance(number, float) and number.is_integer():
            return int(number)
        return number
    if isinstance(value, tuple):
        return tuple(compute(item, environment) for item in value)
    return value


class BlockValues(NamedTuple):
    """What a block's parameters come to, those left out that cannot be computed, and why that is:
    a sentence for each."""

    values: dict[str, Any]
    problems: tuple[str, ...] = ()


def block_values(params: Mapping[str, Value], given: Mapping[str, Any]) -> BlockValues:
    """The parameters of a block where some of them are given. Defaults may be expressions over the
    other ones; None is no value for these."""
    found = {
        name: value
        for name, value in given.items()
        if name in params and not (value is None and computed(params[name]))
    }
    waiting = {name: value for name, value in params.items() if name not in found}
    problems = []
    while ready := [n for n, v in waiting.items() if not names_in(v) & waiting.keys()]:
        for name in ready:
            value = waiting.pop(name)
            try:
                found[name] = _held(compute(value, found))
            except ValueError as error:
                problems.append(f"its parameter {name}: {error}")
    if waiting:
        problems.append(f"its parameters {', '.join(waiting)} follow from each other in a circle")
    return BlockValues({name: found[name] for name in params if name in found}, tuple(problems))


def _held(value: Any) -> Any:
    """A value that a block's parameter may have. Raises ValueError."""
    every = value if isinstance(value, tuple) else (value,)
    numbers = all(isinstance(item, int | float) for item in every)
    if numbers or value is None or isinstance(value, str):
        return value
    raise ValueError("it must be a number, several of them, text, or true or false")


def argument(name: str, block: Board, node: Node, path: frozenset[str] = frozenset()) -> Value:
    """What a parameter of a block is at a node, in the words of the board that the node is on."""
    if name in node.params:
        return node.params[name]
    value, path = block.params[name], path | {name}
    names = value.names & block.params.keys() - path if isinstance(value, Expression) else ()
    return in_words(value, {known: argument(known, block, node, path) for known in names})


def in_words(value: Value, given: Mapping[str, Value]) -> Value:
    """A value with what the block's parameters are in the place of their names; a number where
    that says all."""
    if isinstance(value, tuple):
        return tuple(in_words(item, given) for item in value)
    if not isinstance(value, Expression):
        return value
    if value.alone in given:
        return given[value.alone]
    filled = value.filled(
        {name: v for name, v in given.items() if isinstance(v, Expression | int | float)}
    )
    return filled if filled.names else filled.value({})


def parameters_of(project: Project, node: Node, types: Mapping[str, NodeType]) -> tuple[Param, ...]:
    """Parameters of a node: those of its type, and those of the block that it stands for."""
    found = type_of(node, types)
    used = project.boards.get(node.stands_for)
    own = found.params if found else ()
    if used is None or used.kind != "block":
        return own
    return (*own, *block_params(project, used, types))


def block_params(
    project: Project, board: Board, types: Mapping[str, NodeType]
) -> tuple[Param, ...]:
    """The parameters of a block as declarations. One that a node inside takes as it is holds what
    that node's parameter may hold; another is of the kind that its default is. One that follows
    from others may be left empty."""
    return tuple(_declared(project, board, name, types) for name in board.params)


def _declared(project: Project, board: Board, name: str, types: Mapping[str, NodeType]) -> Param:
    found = _taken(project, board, name, types)
    default = board.params[name]
    if found is None:
        found = Param(name, _kind(default), summary="A parameter of this block.")
    if computed(default):
        words = f"{found.summary.removesuffix('.')}. Empty: {_text(default)}."
        return replace(found, name=name, default=None, optional=True, summary=words)
    return replace(found, name=name, default=default)


def _taken(
    project: Project, board: Board, name: str, types: Mapping[str, NodeType]
) -> Param | None:
    """The parameter of a node inside that takes a block's parameter as it is."""
    for id, taken in board.passed_on.get(name, ()):
        node = board.nodes[id]
        found = type_of(node, types)
        inner = None if found is None else found.param(taken)
        used = project.boards.get(node.stands_for)
        if inner is None and used is not None and taken in used.params:
            if board.name in project.reached(used.name):
                continue
            inner = _declared(project, used, taken, types)
        if inner is not None and inner.kind in PASSED_ON:
            there = inner.summary or f"{taken} of {id}."
            return replace(inner, summary=there, when=None, gives="", essential=False)
    return None


def _text(value: Value) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_text, value))
    return value.text if isinstance(value, Expression) else str(value)


def _kind(default: Value) -> Kind:
    """The kind of a parameter that no node takes as it is."""
    if isinstance(default, bool):
        return "bool"
    if isinstance(default, int | float | Expression):
        return "int" if isinstance(default, int) else "float"
    return "ints" if isinstance(default, tuple) else "text"
