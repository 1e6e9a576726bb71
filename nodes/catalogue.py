"""Finds the declarations: every module under the folders of `nodes`, and plug-ins."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import nodes
from nodes.cards import card, to_json
from nodes.declare import STRUCTURAL, NodeType
from nodes.flaws import flaws
from nodes.structure.boards import STRUCTURE

FOLDERS = ("structure", "layers", "tensors", "data", "losses", "metrics", "updates")
"""In the order in which the palette shows them."""

CATEGORIES = (
    "Structure",
    "Linear",
    "Convolution",
    "Padding",
    "Pooling",
    "Normalisation",
    "Activation",
    "Regularisation",
    "Shape",
    "Combine",
    "Embedding",
    "Attention",
    "Recurrent",
    "Graph",
    "Random",
    "Gradients",
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
            if found.get(node_type.name) is node_type:
                continue  # imported by another declaration
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


def cards() -> dict[str, NodeType]:
    """The cards of these types by name: no logic, and so no code, for the window."""
    return {name: card(node_type) for name, node_type in builtin().types.items()}


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
            problem = _problem(node_type)
            if problem is None:
                types.append(node_type)
            else:
                where = f"{node_type.name} of the plug-in {point.name}"
                errors.append(f"{where} was left out: {problem}")
    return types, errors


def _problem(node_type: NodeType) -> str | None:
    """Why a type of another package cannot be used."""
    try:
        to_json(node_type)
        return next(flaws(node_type), None)
    except (ValueError, TypeError, AttributeError) as error:  # nothing need be what it should
        return str(error)
