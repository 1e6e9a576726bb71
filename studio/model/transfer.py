"""Which weights of a project go on in another one, though names, blocks and sizes have changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar

from studio.model.project import Board, Project
from studio.model.weight_paths import LayerPath, WeightPlace, layer_paths

Sizes: TypeAlias = Mapping[str, Mapping[str, tuple[int, ...]]]
"""Sizes of weights by module and key."""

Fate: TypeAlias = Literal["kept", "resized", "fresh", "dropped"]

_Old = TypeVar("_Old")
_New = TypeVar("_New")

SHOWN = 3
"""Layers that a sentence names before it counts the rest."""


@dataclass(frozen=True, slots=True)
class DrawnWeights:
    """A project, the boards that its modules are made from, and the sizes of all weights."""

    project: Project
    boards: Mapping[str, Board]
    sizes: Sizes


@dataclass(frozen=True, slots=True)
class Transfer:
    """What becomes of weights: those `kept` as they are, and those `resized` because their layer
    is, by their new place with their old one; the `fresh` ones, which have no old place; and the
    old ones `dropped`, which have no new place."""

    kept: Mapping[WeightPlace, WeightPlace]
    resized: Mapping[WeightPlace, WeightPlace]
    fresh: tuple[WeightPlace, ...]
    dropped: tuple[WeightPlace, ...]

    @property
    def layers(self) -> Mapping[Fate, list[str]]:
        """Names of layers by what becomes of them. One is kept if all its weights are, and fresh
        if none has an old place."""
        fates: dict[tuple[str, str], set[Fate]] = defaultdict(set)
        every: dict[Fate, Iterable[WeightPlace]] = {
            "kept": self.kept,
            "resized": self.resized,
            "fresh": self.fresh,
        }
        for fate, places in every.items():
            for place in places:
                fates[place.module, place.layer].add(fate)
        found: dict[Fate, list[str]] = {"kept": [], "resized": [], "fresh": [], "dropped": []}
        several = len({module for module, _ in fates}) > 1
        for (module, layer), some in fates.items():
            fate = next(iter(some)) if len(some) == 1 else "resized"
            found[fate].append(f"{module}.{layer}" if several else layer)
        taken = {(old.module, old.layer) for old in (*self.kept.values(), *self.resized.values())}
        gone = dict.fromkeys((place.module, place.layer) for place in self.dropped)
        for module, layer in gone:
            if (module, layer) not in taken:
                found["dropped"].append(f"{module}.{layer}" if several else layer)
        return found

    def __str__(self) -> str:
        """In words: "kept 12 layers, resized 1 (fc1), fresh 1 (fc4)"."""
        layers = self.layers
        count = len(layers["kept"])
        parts = [f"kept {count} layer{'' if count == 1 else 's'}"]
        rest: tuple[Fate, ...] = ("resized", "fresh", "dropped")
        for fate in rest:
            if names := layers[fate]:
                more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
                parts.append(f"{fate} {len(names)} ({', '.join(names[:SHOWN])}{more})")
        return ", ".join(parts)


def transfer(old: DrawnWeights, new: DrawnWeights) -> Transfer:
    """What becomes of the weights of one project in another.

    Layers are the same if their nodes are and if no other shares more of the way that leads there;
    where several share as much, none is taken. Those of one instance are compared first, then what
    is left of all. In a layer weights are known by name.
    """
    before = layer_paths(old.project, old.boards, old.sizes)
    after = layer_paths(new.project, new.boards, new.sizes)
    layers = _layer_pairs(_layers(before), _layers(after))
    places = {(place.module, place.layer, place.name): place for place in before}
    kept: dict[WeightPlace, WeightPlace] = {}
    resized: dict[WeightPlace, WeightPlace] = {}
    fresh: list[WeightPlace] = []
    for place in after:
        layer = layers.get((place.module, place.layer))
        found = places.get((*layer, place.name)) if layer is not None else None
        if found is None:
            fresh.append(place)
            continue
        sizes = old.sizes[found.module][found.key], new.sizes[place.module][place.key]
        if sizes[0] == sizes[1]:
            kept[place] = found
        elif len(sizes[0]) == len(sizes[1]):
            resized[place] = found
        else:
            fresh.append(place)
    used = {*kept.values(), *resized.values()}
    return Transfer(kept, resized, tuple(fresh), tuple(p for p in before if p not in used))


_Layer: TypeAlias = tuple[str, str]
"""A layer's module and the names that lead there."""


def _layers(places: Mapping[WeightPlace, LayerPath]) -> dict[_Layer, LayerPath]:
    return {(place.module, place.layer): path for place, path in places.items()}


def _layer_pairs(
    old: Mapping[_Layer, LayerPath], new: Mapping[_Layer, LayerPath]
) -> dict[_Layer, _Layer]:
    """New layers, each with the old one that it is."""
    modules = _module_pairs(old, new)
    found: dict[_Layer, _Layer] = {}
    by_path = {(layer[0], path): layer for layer, path in old.items()}
    instances = {layer[0]: path.instance for layer, path in old.items()}
    for layer, path in new.items():  # most paths are what they were: no need to compare them all
        module = modules.get(layer[0])
        if module is not None:
            same = LayerPath(instances[module], path.steps, path.type)
            if (module, same) in by_path:
                found[layer] = by_path[module, same]
    for everywhere in (False, True):
        taken = {*found.values()}
        scores = {
            (other, layer): _likeness(old[other], new[layer])
            for other, layer in _same_nodes(
                {at: path for at, path in old.items() if at not in taken},
                {at: path for at, path in new.items() if at not in found},
            )
            if everywhere or modules.get(layer[0]) == other[0]
        }
        found |= best_pairs(scores)
    return found


def _module_pairs(
    old: Mapping[_Layer, LayerPath], new: Mapping[_Layer, LayerPath]
) -> dict[str, str]:
    """New modules, each with the old one that the same nodes stand for."""
    before = {layer[0]: path.instance for layer, path in old.items()}
    after = {layer[0]: path.instance for layer, path in new.items()}
    return best_pairs(
        {
            (a, b): (len(before[a] & after[b]), a == b)
            for a in before
            for b in after
            if before[a] & after[b] or (a == b and not before[a] and not after[b])
        }
    )


def _same_nodes(
    old: Mapping[_Layer, LayerPath], new: Mapping[_Layer, LayerPath]
) -> Iterator[tuple[_Layer, _Layer]]:
    """Pairs of layers whose nodes are the same."""
    by_node: dict[tuple[str, str], list[_Layer]] = defaultdict(list)
    for layer, path in old.items():
        by_node[path.steps[-1][0], path.type].append(layer)
    for layer, path in new.items():
        for other in by_node[path.steps[-1][0], path.type]:
            yield other, layer


def _likeness(old: LayerPath, new: LayerPath) -> tuple[int, int]:
    """How much of their way two layers share; of copies the first is the likeliest."""
    longest = [[0] * (len(new.steps) + 1) for _ in range(len(old.steps) + 1)]
    for i, mine in enumerate(old.steps):
        for j, other in enumerate(new.steps):
            both = max(longest[i][j + 1], longest[i + 1][j])
            longest[i + 1][j + 1] = longest[i][j] + 1 if mine == other else both
    return longest[-1][-1], -sum(copy for _, copy in (*old.steps, *new.steps))


def best_pairs(scores: Mapping[tuple[_Old, _New], tuple[int, ...]]) -> dict[_New, _Old]:
    """The pairs that suit each other best, the best first. Where several suit as well, none is
    taken, and neither are what would suit less."""
    found: dict[_New, _Old] = {}
    closed_old: set[_Old] = set()
    closed_new: set[_New] = set()
    levels: dict[tuple[int, ...], list[tuple[_Old, _New]]] = defaultdict(list)
    for pair, score in scores.items():
        levels[score].append(pair)
    for score in sorted(levels, reverse=True):
        free = [(a, b) for a, b in levels[score] if a not in closed_old and b not in closed_new]
        olds, news = Counter(a for a, _ in free), Counter(b for _, b in free)
        for a, b in free:
            if olds[a] == news[b] == 1:
                found[b] = a
            closed_old.add(a)
            closed_new.add(b)
    return found
