"""Values as people and programs give them: text that was typed, numbers, lists."""

from __future__ import annotations

from collections.abc import Collection

from nodes.declare import Param
from studio.model.expression import Expression
from studio.model.operations import block_parameters
from studio.model.operations.edited import Refusal
from studio.model.parameters import parse_value
from studio.model.values import Value


def named(known: Collection[Param], name: str, type: str) -> Param:
    """The parameter of a name among those of a type. Raises Refusal."""
    found = next((param for param in known if param.name == name), None)
    if found is None:
        names = ", ".join(param.name for param in known) or "none"
        raise Refusal(f"{type} has no parameter '{name}'; it has: {names}.")
    return found


def read_value(param: Param, value: object, block: bool) -> Value:
    """A value of a parameter as it is kept: text is what a person typed, lists are tuples. Raises
    Refusal."""
    if isinstance(value, str):
        try:
            return parse_value(param, value, block)
        except ValueError as error:
            raise Refusal(str(error)) from error
    return kept(value)


def kept(value: object) -> Value:
    """A value as it is kept. Raises Refusal where none can be."""
    if isinstance(value, list | tuple):
        return tuple(kept(item) for item in value)
    if value is None or isinstance(value, bool | int | float | str | Expression):
        return value
    raise Refusal(f"A parameter cannot hold a {type(value).__name__}.")


def read_default(name: str, value: object) -> Value:
    """The default of a block's parameter. Raises Refusal."""
    return block_parameters.read_default(name, value) if isinstance(value, str) else kept(value)


def read_variable(name: str, value: object) -> Value:
    """The value of a project's variable, which may be an expression. Raises Refusal."""
    if isinstance(value, str) and value.startswith("="):
        return read_value(Param(name, "float"), value, block=True)
    return read_default(name, value)
