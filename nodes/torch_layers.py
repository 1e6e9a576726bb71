"""Declarations of torch's layers: what torch says of them, and the little that it does not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from nodes.declare import NodeType, Param, Port
from nodes.glossary import GLOSSARY, LEFT_OUT
from nodes.signatures import Argument, snapshot

Changes = Mapping[str, Mapping[str, Any]]
"""Argument -> fields of its parameter that are other than torch and the glossary say."""


def torch_layer(
    name: str,
    category: str,
    summary: str,
    *,
    called: str = "",
    inputs: tuple[Port, ...] = (),
    inferred: Mapping[str, tuple[str, int]] | None = None,
    fixed: Mapping[str, Any] | None = None,
    without: Collection[str] = (),
    params: Changes | None = None,
    more: Sequence[Param] = (),
    positional: int | None = None,
    **facts: Any,
) -> NodeType:
    """The declaration of `torch.nn.<name>`, under another name where it is `called` so.

    Parameters are the constructor's arguments, less those that are `fixed` or left out (`without`),
    with what the glossary says of their names and `params` of this layer; `more` are parameters of
    the node alone. Those that are `inferred` come last and may stay empty. Inputs are those that
    torch's `forward` takes unless they are given. `facts` are other fields of the declaration.
    Raises KeyError for a layer that the snapshot of torch does not know.
    """
    path = f"torch.nn.{name}"
    inferred, fixed, changes = inferred or {}, fixed or {}, params or {}
    signature = snapshot().layers[path]
    known = [a for a in signature.arguments if a.kind or a.name in inferred or a.name in changes]
    asked = [a for a in known if a.name not in {*LEFT_OUT, *fixed, *without}]
    inputs = inputs or tuple(Port(taken) for taken in signature.takes)
    return NodeType(
        called or name,
        category,
        summary,
        inputs=inputs,
        params=(
            *(_param(a, changes.get(a.name, {})) for a in asked if a.name not in inferred),
            *more,
            *(_by_hand(a.name, *inferred[a.name]) for a in asked if a.name in inferred),
        ),
        layer=path,
        arguments=tuple(a.name for a in asked),
        positional=sum(a.required for a in asked) if positional is None else positional,
        inferred=inferred,
        fixed=fixed,
        **{"forward": f"{{layer}}({', '.join(f'{{{port.name}}}' for port in inputs)})", **facts},
    )


def _by_hand(name: str, port: str, axis: int) -> Param:
    """A size that is read off an input unless somebody insists on one."""
    summary = f"Size {axis} of {port}; empty: read off it."
    return Param(name, "int", None, summary, low=1, optional=True, advanced=True, on_card="never")


def _param(argument: Argument, changes: Mapping[str, Any]) -> Param:
    """An argument as a parameter; one that torch asks for is always written."""
    said: dict[str, Any] = {
        "name": argument.name,
        "kind": argument.kind,
        "default": argument.default,
        "optional": argument.optional,
        "always": argument.required,
        "axes": argument.axes,
        "choices": argument.choices,
    }
    return Param(**{**said, **GLOSSARY.get(argument.name, {}), **changes})
