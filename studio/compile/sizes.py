"""Sizes of dimensions: whole numbers, or rules over free dimensions.

A rule is a sum of products, each with a factor; what is multiplied are free dimensions and
divisions that are rounded down. Rules are kept in one form, so that nested divisions become one
(`⌊⌊x/a⌋/b⌋ = ⌊x/(ab)⌋`) and rules made in different ways can be compared. A factor that is no
whole number (`H/2`) stands where the division is known to come out even.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm
from typing import TypeAlias

Number: TypeAlias = int | Fraction


@dataclass(frozen=True, slots=True)
class Free:
    """A free dimension, and the size that it typically has."""

    name: str
    typical: int

    @property
    def order(self) -> tuple[int, str]:
        """Where it stands in a product."""
        return 0, self.name


@dataclass(frozen=True, slots=True)
class Floor:
    """A division that is rounded down. Factors in `of` are whole, from 0 on, below `divisor`."""

    of: Rule
    divisor: int

    @property
    def typical(self) -> int:
        """What it typically comes to."""
        return self.of.typical // self.divisor

    @property
    def order(self) -> tuple[int, str]:
        """Where it stands in a product."""
        return 1, str(self)


Product: TypeAlias = tuple[Free | Floor, ...]
"""What is multiplied, in order; empty for a number alone."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A size that follows from free dimensions. Made by the functions below, never by hand."""

    terms: tuple[tuple[Product, Number], ...]
    typical: int = field(compare=False)
    _hash: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash(self.terms))

    def __hash__(self) -> int:
        return self._hash

    def __add__(self, other: Size) -> Size:
        return summed([*self.terms, *_terms(other)])

    def __radd__(self, other: int) -> Size:
        return self + other

    def __sub__(self, other: Size) -> Size:
        return summed([*self.terms, *((p, -n) for p, n in _terms(other))])

    @property
    def alone(self) -> Free | None:
        """The free dimension that it is and no more, if it is one."""
        (product, factor), *more = self.terms
        if more or factor != 1 or len(product) != 1 or not isinstance(product[0], Free):
            return None
        return product[0]


Size: TypeAlias = int | Rule


@lru_cache(maxsize=10_000)
def free(name: str, typical: int) -> Rule:
    """The size of a free dimension itself."""
    return Rule((((Free(name, typical),), 1),), typical)


def typical(size: Size) -> int:
    """The size, where free dimensions have their typical ones."""
    return size if isinstance(size, int) else size.typical


def summed(terms: Iterable[tuple[Product, Number]]) -> Size:
    """The sum of products with their factors. It comes out whole."""
    found: defaultdict[Product, Number] = defaultdict(int)
    for product, number in terms:
        found[product] += number
    kept = [
        (product, int(number) if number.denominator == 1 else number)
        for product, number in found.items()
        if number
    ]
    if not kept:
        return 0
    if len(kept) == 1 and not kept[0][0]:
        return int(kept[0][1])
    kept.sort(key=lambda term: (-len(term[0]), [atom.order for atom in term[0]]))
    value: Number = 0
    for product, number in kept:
        for atom in product:
            number = number * atom.typical
        value += number
    return Rule(tuple(kept), int(value))


def times(first: Size, second: Size | Fraction) -> Size:
    """The product of two sizes, or of a size and a number by which it comes out whole."""
    if isinstance(first, int) and isinstance(second, int):
        return first * second
    ours, theirs = _terms(first), _terms(second)
    if isinstance(first, Rule) and isinstance(second, Rule):
        return summed([(_product(a, b), x * y) for a, x in ours for b, y in theirs])
    (_, factor), scaled = (theirs[0], ours) if isinstance(first, Rule) else (ours[0], theirs)
    return summed([(product, number * factor) for product, number in scaled])


def floor(of: Size, divisor: int) -> Size:
    """A size divided and rounded down."""
    if isinstance(of, int):
        return of // divisor
    if divisor == 1:
        return of
    shared = lcm(*(number.denominator for _, number in of.terms))
    divisor *= shared
    whole: list[tuple[Product, Number]] = []
    rest: list[tuple[Product, Number]] = []
    for product, number in of.terms:
        quotient, left = divmod(int(number * shared), divisor)
        whole.append((product, quotient))
        rest.append((product, left))
    return summed([*whole, *_terms(_proper(summed(rest), divisor))])


def _proper(of: Size, divisor: int) -> Size:
    """The floor of a rule whose factors are whole, at least 0 and below the divisor."""
    if isinstance(of, int):
        return 0
    common = gcd(divisor, *(int(number) for product, number in of.terms if product))
    if common > 1:
        of = summed([(product, number // common) for product, number in of.terms])
        return floor(of, divisor // common)
    for product, number in of.terms:
        inner = product[0] if len(product) == 1 else None
        if number == 1 and isinstance(inner, Floor):
            others = of - summed([(product, 1)])
            return floor(inner.of + times(others, inner.divisor), inner.divisor * divisor)
    return summed([((Floor(of, divisor),), 1)])


def replaced(size: Size, by: Mapping[str, Size]) -> Size:
    """The rule with sizes in the place of free dimensions."""
    if isinstance(size, int):
        return size
    if (alone := size.alone) is not None:
        return by.get(alone.name, size)

    def there(atom: Free | Floor) -> Size:
        if isinstance(atom, Floor):
            return floor(replaced(atom.of, by), atom.divisor)
        return by.get(atom.name, summed([((atom,), 1)]))

    return _mapped(size, there)


def _mapped(rule: Rule, there: Callable[[Free | Floor], Size]) -> Size:
    """The rule with something else in the place of each free dimension and division."""
    terms: list[tuple[Product, Number]] = []
    for product, factor in rule.terms:
        found: Size = 1
        for atom in product:
            found = times(found, there(atom))
        terms += [(p, number * factor) for p, number in _terms(found)]
    return summed(terms)


def dimensions(size: Size) -> frozenset[Free]:
    """The free dimensions in a rule."""
    return frozenset(_dimensions(size))


def _dimensions(size: Size) -> Iterator[Free]:
    for atom in _atoms(size):
        if isinstance(atom, Free):
            yield atom


def _atoms(size: Size) -> Iterator[Free | Floor]:
    """Everything in a rule, what is inside divisions too."""
    for product, _ in _terms(size):
        for atom in product:
            yield atom
            if isinstance(atom, Floor):
                yield from _atoms(atom.of)


def agreed(first: Size, second: Size) -> Size | None:
    """What both sizes are wherever they are the same, if that is at every so-many-th size of the
    free dimensions, the typical among them: `2⌊H/4⌋` and `⌊H/2⌋` are `H/2` where 4 divides H."""
    if typical(first) != typical(second):
        return None
    period = lcm(*(a.divisor for s in (first, second) for a in _atoms(s) if isinstance(a, Floor)))
    for step in range(1, min(period, FARTHEST) + 1):
        if period % step == 0 and (found := _every(first, step)) == _every(second, step):
            return found
    return None


FARTHEST = 4096
"""Sizes at which two rules agree are looked for up to this distance from each other."""


def _every(size: Size, step: int) -> Size:
    """The rule at typical sizes and those a multiple of `step` from them: without divisions that
    always leave the same there."""
    if isinstance(size, int):
        return size
    return _mapped(size, lambda atom: _exact(atom, step))


def _exact(atom: Free | Floor, step: int) -> Size:
    if isinstance(atom, Free):
        return summed([((atom,), 1)])
    of = _every(atom.of, step)
    even = all(
        not product
        or (
            len(product) == 1
            and isinstance(product[0], Free)
            and (factor * step / Fraction(atom.divisor)).denominator == 1
        )
        for product, factor in _terms(of)
    )
    if not even:
        return floor(of, atom.divisor)
    return times(
        summed([*_terms(of), ((), -(typical(of) % atom.divisor))]), Fraction(1, atom.divisor)
    )


def at(size: Size, sizes: Mapping[str, int]) -> int:
    """What a size comes to where free dimensions have these sizes."""
    value = replaced(size, sizes)
    assert isinstance(value, int)
    return value


def _terms(size: Size | Fraction) -> tuple[tuple[Product, Number], ...]:
    return size.terms if isinstance(size, Rule) else (((), size),)


def _product(first: Product, second: Product) -> Product:
    return tuple(sorted((*first, *second), key=lambda atom: atom.order))
