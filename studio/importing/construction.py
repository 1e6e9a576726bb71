"""What modules were constructed with."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, get_overloads

from torch import nn

_GIVEN = "_netloom_given"
"""Attribute of a module that keeps its arguments, so that deep copies have them too."""

_recording = False


def _new(cls: type[nn.Module], *args: Any, **kwargs: Any) -> nn.Module:
    module: nn.Module = object.__new__(cls)
    if _recording:
        module.__dict__[_GIVEN] = (args, kwargs)
    return module


@contextmanager
def recorded() -> Iterator[None]:
    """Modules that are made meanwhile keep what their constructors are given.

    Each class's own `__init__` would have to be wrapped otherwise, also of those that a file
    defines only as it runs. The hook stays, as Python cannot take a `__new__` away again, and does
    nothing outside.
    """
    global _recording
    type.__setattr__(nn.Module, "__new__", _new)
    before, _recording = _recording, True
    try:
        yield
    finally:
        _recording = before


def _signature(cls: type[nn.Module]) -> inspect.Signature | None:
    """What a constructor takes; of several forms, as `nn.LSTM` declares them, the first."""
    overloads = get_overloads(cls.__init__)
    try:
        signature = inspect.signature(overloads[0] if overloads else cls.__init__)
    except (ValueError, TypeError):
        return None
    return signature.replace(parameters=list(signature.parameters.values())[1:])


def arguments(module: nn.Module) -> Mapping[str, Any] | None:
    """What a module's constructor was given, by name, defaults too; None where that is not known,
    as it was made before, or by a copy that does not tell."""
    given = module.__dict__.get(_GIVEN)
    signature = _signature(type(module))
    if given is None or signature is None:
        return None
    try:
        bound = signature.bind(*given[0], **given[1])
    except TypeError:
        return None
    usual = {p.name: p.default for p in signature.parameters.values() if p.default is not p.empty}
    return {**usual, **bound.arguments}


def defaults(cls: type[nn.Module]) -> Mapping[str, Any]:
    """Default values of a constructor's arguments."""
    signature = _signature(cls)
    parameters = signature.parameters.values() if signature is not None else ()
    return {p.name: p.default for p in parameters if p.default is not p.empty}
