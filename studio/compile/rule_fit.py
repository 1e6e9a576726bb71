"""Finds the rules by which the sizes that come out of a node follow from those that go in.

The node runs at several sizes of each dimension that may vary. Looked for are multiples of
`⌊(a·d+b)/c⌋` with c up to 64, and their products and sums over several dimensions. A size that
follows no such rule, or was another at sizes that its rule was not fitted to, has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from studio.compile.rule_line import Run, SizeLine, far, lines, near
from studio.compile.sizes import Free, Size, at, free, times, typical


def fitted(run: Run, variables: Sequence[Free], base: tuple[int, ...]) -> list[Size | None] | None:
    """The rule of each size that comes out, None for one that has none; None altogether where a
    dimension cannot vary. `base` is what comes out at typical sizes."""
    if not base or not variables:
        return list(base)
    known: dict[tuple[int, ...], tuple[int, ...] | None] = {}
    known[tuple(variable.typical for variable in variables)] = base

    def remembered(sizes: tuple[int, ...]) -> tuple[int, ...] | None:
        if sizes not in known:
            found = run(sizes)
            known[sizes] = None if found is None or len(found) != len(base) else found
        return known[sizes]

    passed_on = _passed_on(remembered, variables, base)
    if passed_on is not None:
        return [*passed_on]
    along = lines(remembered, variables)
    if along is None:
        return None
    points = _Points(remembered, along)
    return [_rule(along, points, place) for place in range(len(base))]


def _passed_on(run: Run, variables: Sequence[Free], base: tuple[int, ...]) -> list[Size] | None:
    """The rules where, as in most nodes, all sizes are the same always, or one that goes in plus a
    number: two runs at other sizes of all dimensions tell."""
    above = {v.name: v.typical + far(n) for n, v in enumerate(variables)}
    below = {
        v.name: v.typical + (near(v.typical - 1) or far(n) // 2) for n, v in enumerate(variables)
    }
    up, down = run(tuple(above.values())), run(tuple(below.values()))
    if up is None or down is None:
        return None
    moves = {far(n): v for n, v in enumerate(variables)}
    rules: list[Size] = []
    for was, higher, lower in zip(base, up, down, strict=True):
        moved = moves.get(higher - was)
        rule = was if moved is None else free(moved.name, moved.typical) + (was - moved.typical)
        if at(rule, above) != higher or at(rule, below) != lower:
            return None
        rules.append(rule)
    return rules


def _rule(along: Sequence[SizeLine], points: _Points, place: int) -> Size | None:
    """The rule of one size; where straight lines do not hold, with the steps that are seen."""
    straight = [line.straight(place) for line in along]
    sections = [
        line.steps(place) if found is None else found
        for line, found in zip(along, straight, strict=True)
    ]
    found = _combined(sections, points, place)
    if found is None and any(rule is not None for rule in straight):
        found = _combined([line.steps(place) for line in along], points, place)
    return found


class _Points:
    """Sizes at which all dimensions differ from their typical ones and from those tried alone."""

    def __init__(self, run: Run, along: Sequence[SizeLine]) -> None:
        self._run = run
        self._along = along
        self._left = self._sizes()
        self._found: list[tuple[dict[str, int], tuple[int, ...]]] = []

    def _sizes(self) -> Iterator[tuple[int, ...]]:
        yield tuple(line.size(line.down()) for line in self._along)
        yield tuple(line.size(line.up(line.far)) for line in self._along)
        for distance in (37, 11, 5, 3, 2, 1):
            yield tuple(line.size(line.up(distance + n)) for n, line in enumerate(self._along))

    def known(self, count: int) -> list[tuple[dict[str, int], tuple[int, ...]]]:
        """So many of them, if there are, and what came out there."""
        while len(self._found) < count and (sizes := next(self._left, None)) is not None:
            came = self._run(sizes)
            if came is not None:
                names = (line.variable.name for line in self._along)
                self._found.append((dict(zip(names, sizes, strict=True)), came))
        return self._found


def _combined(sections: Sequence[Size | None], points: _Points, place: int) -> Size | None:
    """The rule over all dimensions that has these along each, confirmed at sizes of all of them."""
    rules = [section for section in sections if section is not None]
    if len(rules) < len(sections):
        return None
    moved = [rule for rule in rules if not isinstance(rule, int)]
    known = points.known(2 if len(moved) > 1 else 1)
    if not known:
        return None
    for rule in _together(moved, typical(rules[0])):
        if all(at(rule, sizes) == came[place] for sizes, came in known):
            return rule
    return None


def _together(moved: Sequence[Size], base: int) -> Iterator[Size]:
    """Ways in which several dimensions may work together: as a sum, or as a product beside which
    something stands that is always there (a class token beside patches)."""
    if len(moved) < 2:
        yield moved[0] if moved else base
        return
    total: Size = -base * (len(moved) - 1)
    for rule in moved:
        total = rule + total
    yield total
    for beside in (0, 1, 2, -1):
        if base != beside:
            product: Size = 1
            for rule in moved:
                product = times(product, rule + -beside)
            yield times(product, Fraction(1, (base - beside) ** (len(moved) - 1))) + beside
