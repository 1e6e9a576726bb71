"""Reads the layers of `torch.nn` from torch itself: `python -m nodes.derive` writes the snapshot
that declarations are made from, `python -m nodes.derive torch.nn.PReLU` prints one entry of it.

Run it where a newer torch is to be supported. What torch does not say (summaries, sizes read off
inputs, ports) is in the declarations. Where an installed torch is another than the one of the
snapshot, helpers ask for what differs.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from importlib import import_module
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_overloads

import torch
from torch import nn

from nodes.signatures import SNAPSHOT, Argument, Signature, Signatures, snapshot

SKIPPED = frozenset({"self", "device", "dtype", "size_average", "reduce"})
"""Arguments that say where a layer is made, and those that torch itself advises against."""


def signatures() -> Signatures:
    """Those of all layers of the torch that is installed."""
    every = (getattr(nn, name) for name in sorted(dir(nn)))
    layers = [made for made in every if isinstance(made, type) and issubclass(made, nn.Module)]
    found = {f"torch.nn.{layer.__name__}": signature(layer) for layer in layers}
    return Signatures(version(), found)


def version() -> str:
    """The release of torch that is installed, such as 2.13."""
    return ".".join(torch.__version__.split(".")[:2])


def signature(layer: type[nn.Module]) -> Signature:
    """What constructing and calling a layer takes."""
    constructor: Any = next(iter(get_overloads(layer.__init__)), layer.__init__)
    arguments = [
        argument(parameter)
        for parameter in _parameters(constructor)
        if parameter.name not in SKIPPED and not parameter.name.startswith("_")
    ]
    takes = [p.name for p in _parameters(layer.forward) if p.default is p.empty]
    return Signature(tuple(arguments), tuple(name for name in takes if name != "self"))


def _parameters(function: Any) -> Iterator[inspect.Parameter]:
    """The named parameters of a function, with their types where those can be found."""
    try:
        every = inspect.signature(function, eval_str=True)
    except NameError:
        every = inspect.signature(function)
    for parameter in every.parameters.values():
        if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            yield parameter


def argument(parameter: inspect.Parameter) -> Argument:
    """A parameter of a constructor, in the words of declarations; `kind` is empty where a form
    could not ask for it."""
    annotation, default = parameter.annotation, parameter.default
    if annotation is parameter.empty:
        annotation = type(default)
    of = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    kinds = [kind for kind in of if kind is not NoneType]
    tuples = [get_args(kind) for kind in kinds if get_origin(kind) is tuple]
    plain = default is None or isinstance(default, bool | int | float | str)
    choices = get_args(kinds[0]) if get_origin(kinds[0] if kinds else None) is Literal else ()
    return Argument(
        parameter.name,
        "choice" if choices else _kind(kinds, tuples) if plain or required(parameter) else "",
        default if plain and not required(parameter) else None,
        required(parameter),
        NoneType in of,
        0 if not tuples or Ellipsis in tuples[0] else len(tuples[0]),
        choices,
    )


def required(parameter: inspect.Parameter) -> bool:
    """Whether it must be given."""
    return parameter.default is parameter.empty


def _kind(kinds: list[Any], tuples: list[tuple[Any, ...]]) -> str:
    if int in kinds and any(int in (inside[0], *get_args(inside[0])) for inside in tuples):
        return "ints"
    names = {bool: "bool", int: "int", float: "float", str: "text"}
    return names.get(kinds[0], "") if len(kinds) == 1 else ""


def differences(old: Signatures, new: Signatures) -> list[str]:
    """Where two releases of torch differ, a sentence for each layer."""
    found = []
    for path in sorted(old.layers.keys() | new.layers.keys()):
        before, after = old.layers.get(path), new.layers.get(path)
        if before is None or after is None:
            found.append(f"{path} is only in torch {old.torch if after is None else new.torch}.")
        elif before != after:
            was, now = set(before.arguments), set(after.arguments)
            names = ", ".join(sorted({argument.name for argument in was ^ now})) or "forward"
            found.append(f"{path} has changed: {names}.")
    return found


def main(paths: list[str]) -> None:
    """Write the snapshot, or print the entries of some layers."""
    if not paths:
        found = signatures()
        print("\n".join(differences(snapshot(), found) if SNAPSHOT.is_file() else ()))
        SNAPSHOT.write_text(found.to_text(), encoding="utf-8")
    for path in paths:
        module, _, name = path.rpartition(".")
        print(Signatures("", {path: signature(getattr(import_module(module), name))}).to_text())


if __name__ == "__main__":
    main(sys.argv[1:])
