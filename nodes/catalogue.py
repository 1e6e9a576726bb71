"""Finds the declarations: every module under the folders of `nodes`, and plug-ins."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import nodes
from nodes.declare import NodeType

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
        """The catalogue with more types; a name that is taken is an error, never replaced."""
        found, problems = dict(self.types), [*self.errors, *errors]
        for node_type in types:
            if node_type.name in found:
                problems.append(f"a second node type is named {node_type.name}; it was left out")
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
            types += declared_in(point.load())
        except Exception as error:  # a plug-in may fail in any way; it must never take us along
            errors.append(f"the plug-in {point.name} could not be loaded: {error}")
    return types, errors
