"""The catalogue of this machine: Netloom's types as the installed torch has their layers, and
plug-ins. Runs code of others, so it is for helper processes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nodes import derive
from nodes.catalogue import Catalogue, builtin, plugins
from nodes.declare import NodeType
from nodes.signatures import Signatures, snapshot


def installed() -> Catalogue:
    """All types that can be used here."""
    shipped = builtin()
    if derive.version() != snapshot().torch:
        shipped = fitted(shipped, derive.signatures())
    return shipped.with_plugins(*plugins())


def differing(catalogue: Catalogue) -> Iterator[NodeType]:
    """Types that are not as they come with Netloom."""
    shipped = builtin().types
    return (found for name, found in catalogue.types.items() if shipped.get(name) is not found)


def fitted(catalogue: Catalogue, torch: Signatures) -> Catalogue:
    """The catalogue for another torch: arguments that a layer lacks there are gone, defaults are
    those that it has there; a layer that is not there at all is told and left out."""
    types, errors = {}, list(catalogue.errors)
    for name, found in catalogue.types.items():
        if found.layer in torch.layers or found.layer not in snapshot().layers:
            types[name] = _fitted(found, torch)
        else:
            errors.append(f"{name} was left out: torch {torch.torch} has no {found.layer}")
    return Catalogue(types, tuple(errors))


def _fitted(found: NodeType, torch: Signatures) -> NodeType:
    ours, theirs = snapshot().layers.get(found.layer), torch.layers.get(found.layer)
    if ours is None or theirs is None or ours == theirs:
        return found
    gone = {a.name for a in ours.arguments if theirs.argument(a.name) is None}
    moved = {
        a.name: there.default
        for a in ours.arguments
        if (there := theirs.argument(a.name)) is not None and there.default != a.default
    }
    return replace(
        found,
        arguments=tuple(name for name in found.arguments if name not in gone),
        inferred={name: size for name, size in found.inferred.items() if name not in gone},
        fixed={name: value for name, value in found.fixed.items() if name not in gone},
        params=tuple(
            replace(param, default=moved.get(param.name, param.default))
            for param in found.params
            if param.name not in gone
        ),
    )
