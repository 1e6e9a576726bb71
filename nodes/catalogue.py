"""Finds the declarations: every module under the folders of `nodes`, and plug-ins."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

import nodes
from nodes.declare import STRUCTURAL, NodeType, Param, Port
from nodes.structure.boards import STRUCTURE

FOLDERS = ("structure", "layers", "tensors", "data", "losses", "metrics", "updates")
"""In the order in which the palette shows them."""

CATEGORIES = (
    "Structure",
    "Linear",
    "Convolution",
    "Pooling",
    "Normalisation",
    "Activation",
    "Regularisation",
    "Shape",
    "Combine",
    "Embedding",
    "Attention",
    "Recurrent",
    "Data",
    "Loss",
    "Metric",
    "Update",
)
"""Categories in the palette's order; others follow."""

ENTRY_POINTS = "netloom.nodes"


@dataclass(frozen=True)
class Catalogue:
    """Node types by name, and what failed to load."""

    types: Mapping[str, NodeType]
    errors: tuple[str, ...] = ()

    def with_plugins(self, types: Iterable[NodeType], errors: Iterable[str]) -> Catalogue:
        """The catalogue with more types; a name that is taken is an error, never replaced, and so
        is a role that is a word of the project's own language."""
        found, problems = dict(self.types), [*self.errors, *errors]
        for node_type in types:
            if node_type.name in found:
                problems.append(f"a second node type is named {node_type.name}; it was left out")
            elif node_type.role in STRUCTURAL and node_type not in STRUCTURE:
                role = node_type.role
                problems.append(f"{node_type.name} was left out: {role} is a role of Netloom alone")
            else:
                found[node_type.name] = node_type
        return Catalogue(found, tuple(problems))


def declared_in(module: object) -> list[NodeType]:
    """Node types at the top level of a module."""
    return [value for value in vars(module).values() if isinstance(value, NodeType)]


@cache
def builtin() -> Catalogue:
    """The types that come with Netloom. Imports no torch."""
    types: list[NodeType] = []
    for folder in FOLDERS:
        package = importlib.import_module(f"{nodes.__name__}.{folder}")
        for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda m: m.name):
            types += declared_in(importlib.import_module(f"{package.__name__}.{module.name}"))
    return Catalogue({}).with_plugins(types, ())


def plugins() -> tuple[list[NodeType], list[str]]:
    """Types of other packages, and a sentence for each package that failed to load.

    Runs those packages' code: call it in a helper process only.
    """
    from importlib.metadata import entry_points  # slow to import, and only helpers come here

    types: list[NodeType] = []
    errors: list[str] = []
    for point in entry_points(group=ENTRY_POINTS):
        try:
            declared = declared_in(point.load())
        except (Exception, SystemExit) as error:  # it may fail in any way, but not take us along
            errors.append(f"the plug-in {point.name} could not be loaded: {error}")
            continue
        for node_type in declared:
            try:
                without_code(node_type)
                types.append(node_type)
            except ValueError as error:
                errors.append(f"{node_type.name} of the plug-in {point.name} was left out: {error}")
    return types, errors


# ---- declarations without code -----------------------------------------------------------------


def without_code(node_type: NodeType) -> NodeType:
    """All of a declaration that is plain data, for a process that must not import what the rest
    comes from. Raises ValueError where something else than code is no plain data."""
    plain = {
        field.name: _plain(getattr(node_type, field.name), field.name)
        for field in fields(NodeType)
        if field.name not in ("check", "forward")
    }
    forward = _plain(node_type.forward, "forward") if isinstance(node_type.forward, str) else ""
    return NodeType(**plain, check=None, forward=forward)


def _plain(value: object, where: str) -> Any:
    """The value in built-in types alone."""
    for kind in (str, bool, int, float):
        if isinstance(value, kind):
            return kind(value)
    if value is None:
        return None
    if isinstance(value, tuple | list):
        return tuple(_plain(item, where) for item in value)
    if isinstance(value, Set):
        return frozenset(_plain(item, where) for item in value)
    if isinstance(value, Mapping):
        return {_plain(key, where): _plain(item, where) for key, item in value.items()}
    for part in (Param, Port):
        if isinstance(value, part):
            inside = {f.name: getattr(value, f.name) for f in fields(part)}
            return part(**{k: _plain(v, f"{where} {value.name}: {k}") for k, v in inside.items()})
    raise ValueError(f"{where} holds a {type(value).__name__}, which is no plain value")
