"""The field that asks for each kind of parameter."""

from __future__ import annotations

from nodes.declare import Param
from studio.model.values import Raw
from studio.ui.forms.code_field import CodeField
from studio.ui.forms.fields import (
    BoolField,
    ChoiceField,
    Field,
    Names,
    NumberField,
    PathField,
    TextField,
    as_written,
)


def field_for(param: Param, names: Names) -> Field:
    """The field that asks for a parameter."""
    if isinstance(param.default, Raw):
        return TextField(param)
    if param.kind in ("int", "float"):
        return NumberField(param)
    if param.kind == "bool":
        return BoolField(param)
    if param.kind in ("choice", "board", "node", "value"):
        none = as_written([""] if param.optional else [])
        return ChoiceField(param, lambda: {**none, **names(param)})
    if param.kind == "code":
        return CodeField(param)
    return PathField(param) if param.kind == "path" else TextField(param)
