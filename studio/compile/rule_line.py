"""The rule that the sizes which come out of a node follow along one dimension that goes in.

Two runs that lie a prime number above 64 apart tell a straight line from all multiples of
`⌊(a·d+b)/c⌋` with c up to 64, if a third elsewhere agrees; where it is none, a row of neighbouring
sizes shows the period. Where a node only runs at every so-many-th size, such as multiples of 4,
only these are tried; where sizes are bounded, as by a table of positions, those within the bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import gcd

from studio.compile.sizes import Free, Size, at, floor, free, times

Run = Callable[[tuple[int, ...]], tuple[int, ...] | None]
"""Sizes of the dimensions that vary -> all sizes that come out; None where it does not run."""

LARGEST = 64
"""The largest divisor, and the largest distance between sizes at which a node runs."""

PRIMES = (67, 71, 73, 79, 83, 89, 97, 101)
WINDOWS = (4, 8, 16, 32, 64, 2 * LARGEST + 2)
JUMPS = 6
"""Divisions in a sum of them, at most."""


def far(number: int) -> int:
    """How many steps up a dimension is tried: no two, and no sum of two, are the same."""
    return PRIMES[number % len(PRIMES)] * (1 + number // len(PRIMES))


def near(room: int) -> int:
    """How many steps down a dimension is tried that has room for so many: none by which a straight
    line could be mistaken."""
    found = -(room // 3) or -min(room, 1)
    return found if all(found % prime for prime in PRIMES) or not found else found + 1


def lines(run: Run, variables: Sequence[Free]) -> list[SizeLine] | None:
    """How a node varies along each dimension; None where it cannot along one."""
    found = []
    for number in range(len(variables)):
        line = _line(run, variables, number)
        if line is None:
            return None
        found.append(line)
    return found


@dataclass(frozen=True)
class SizeLine:
    """A node along one dimension, `step` by `step` from its typical size, the others typical.
    `run` takes a number of steps; `reach` are those it runs at, None where no end was met."""

    run: Callable[[int], tuple[int, ...] | None]
    variable: Free
    step: int
    far: int
    reach: range | None = None

    def size(self, away: int) -> int:
        """The size so many steps from the typical one."""
        return self.variable.typical + away * self.step

    def down(self) -> int:
        """Steps down to another size, or up where there is none."""
        below = (self.variable.typical - 1) // self.step
        room = below if self.reach is None else min(below, -self.reach[0])
        return near(room) or self.up(self.far // 2)

    def up(self, distance: int) -> int:
        """So many steps up, if there is room for them."""
        return distance if self.reach is None else min(distance, self.reach[-1])

    def straight(self, place: int) -> Size | None:
        """The rule of one size if it lies on a straight line."""
        away = (0, self.far) if self.reach is None else _spread(self.reach)
        values = [self._value(steps, place) for steps in away]
        known = [value for value in values if value is not None]
        if len(known) < len(values):
            return None
        slope, left = divmod(known[-1] - known[0], max(away[-1] - away[0], 1))
        if left or any(
            v - known[0] != slope * (a - away[0]) for a, v in zip(away, known, strict=True)
        ):
            return None
        return times(self._away, slope) + known[0] - slope * away[0]

    def steps(self, place: int) -> Size | None:
        """The rule of one size that rises again and again after as many steps."""
        for length in WINDOWS if self.reach is None else (len(self.reach),):
            window = range(length) if self.reach is None else self.reach
            rises = self._rises(window, place)
            if rises is None:
                return None
            period = _period(rises)
            if period is None:
                continue
            found = self._stairs([rises[(r - window[0]) % period] for r in range(period)], place)
            if found is None or self.reach is not None:
                return found
            end = self.far * period
            if self._value(end, place) == at(found, {self.variable.name: self.size(end)}):
                return found
        return None

    @property
    def _away(self) -> Size:
        """How many steps a size is from the typical one."""
        size = free(self.variable.name, self.variable.typical)
        return times(size + -self.variable.typical, Fraction(1, self.step))

    def _value(self, away: int, place: int) -> int | None:
        found = self.run(away)
        return None if found is None else found[place]

    def _rises(self, reach: range, place: int) -> list[int] | None:
        values = [self._value(away, place) for away in reach]
        rises = [b - a for a, b in pairwise(values) if a is not None and b is not None]
        return rises if len(rises) == len(values) - 1 else None

    def _stairs(self, rises: Sequence[int], place: int) -> Size | None:
        """The rule whose value rises like this from the typical size on, over and over."""
        base, period, unit = self._value(0, place), len(rises), gcd(*rises)
        assert base is not None
        if not unit:
            return base
        whole = [rise // unit for rise in rises]
        slope = sum(whole)
        for shift in range(period):
            if all(
                (slope * (r + 1) + shift) // period - (slope * r + shift) // period == rise
                for r, rise in enumerate(whole)
            ):
                return times(floor(times(self._away, slope) + shift, period), unit) + base
        if sum(map(bool, whole)) > JUMPS:
            return None
        total: Size = base
        for r, rise in enumerate(rises):
            if rise:
                total = times(floor(self._away + (period - 1 - r), period), rise) + total
        return total


def _line(run: Run, variables: Sequence[Free], number: int) -> SizeLine | None:
    """How a node varies along a dimension; None where it cannot."""
    variable, distance = variables[number], far(number)
    sizes = [v.typical for v in variables]
    for step in range(1, LARGEST + 1):

        def along(away: int, step: int = step) -> tuple[int, ...] | None:
            size = variable.typical + away * step
            return run((*sizes[:number], size, *sizes[number + 1 :])) if size > 0 else None

        if step == 1 and along(distance) is not None:
            return SizeLine(along, variable, step, distance)
        if along(1) is None and along(-1) is None:
            continue
        if along(distance) is not None:
            return SizeLine(along, variable, step, distance)
        reach = range(-_bound(lambda away: along(-away)), _bound(along) + 1)
        return (
            SizeLine(along, variable, step, distance, reach)
            if step == 1 or len(reach) > 2
            else None
        )
    return None


def _bound(along: Callable[[int], object]) -> int:
    """How many steps one may go, as far as it is worth to look."""
    low, high = 0, 1
    while high < WINDOWS[-1] and along(high) is not None:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if along(middle) is None else (middle, high)
    return low


def _spread(reach: range) -> list[int]:
    """Some steps all over a reach, the ends and neighbours among them."""
    low, high = reach[0], reach[-1]
    some = {low, low + 1, low // 2, low // 3, -1, 0, 1, high // 3, high // 2, high - 1, high}
    return sorted(some & set(reach))


def _period(rises: Sequence[int]) -> int | None:
    """After how many the same follow again, seen twice or more."""
    for period in range(1, min(LARGEST, len(rises) // 2) + 1):
        if all(a == b for a, b in zip(rises, rises[period:], strict=False)):
            return period
    return 1 if len(set(rises)) == 1 else None
