"""How people read a size: `N`, `2T+1`, `H/2`, `⌊(H+2)/3⌋`, `H·W`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import lcm

from studio.compile.sizes import Floor, Free, Number, Product, Rule, Size, dimensions, summed, times

UNKNOWN = "?"
"""What the name of a dimension begins with that follows no rule."""


def is_unknown(size: Size) -> bool:
    """Whether a size follows no rule, or follows from one that does not."""
    return any(dimension.name.startswith(UNKNOWN) for dimension in dimensions(size))


def text(size: Size) -> str:
    """The size; `?` where it is not known. Divisions are rounded down, also without brackets."""
    if isinstance(size, int):
        return str(size)
    if (alone := size.alone) is not None:
        return UNKNOWN if alone.name.startswith(UNKNOWN) else alone.name
    return UNKNOWN if is_unknown(size) else _sum(size)


def _sum(rule: Rule) -> str:
    if (found := _as_product(rule)) is not None:
        return found
    uneven = [number.denominator for _, number in rule.terms if number.denominator != 1]
    if len(uneven) > 1:
        divisor = lcm(*uneven)
        return _division(times(rule, divisor), divisor)
    terms = _drawn_together(rule.terms)
    parts = [_term(product, number) for product, number in sorted(terms, key=_place)]
    return "+".join(parts).replace("+-", "-")


def _as_product(rule: Rule) -> str | None:
    """`H·W-2H-2W+4` is read as `(H-2)·(W-2)`, also with a number beside it."""
    (product, factor), *others = rule.terms
    if len(set(product)) < max(2, len(product)) or not others:
        return None
    numbers = dict(others)
    beside = [
        Fraction(numbers.get(tuple(a for a in product if a != atom), 0)) / factor
        for atom in product
    ]
    if any(number.denominator != 1 for number in beside):
        return None
    whole: Size = 1
    for atom, number in zip(product, beside, strict=True):
        whole = times(whole, summed([((atom,), 1), ((), number)]))
    left = rule - times(whole, Fraction(factor))
    if not isinstance(left, int):
        return None
    found = _scaled(map(_factor, product, map(int, beside)), factor)
    return found + (f"{left:+d}" if left else "")


def _factor(atom: Free | Floor, beside: int) -> str:
    if isinstance(atom, Floor):
        of = summed([*atom.of.terms, ((), beside * atom.divisor)])
        if isinstance(of, Rule) and (not beside or len(atom.of.terms) > 1):
            return _bracketed(Floor(of, atom.divisor))
        return f"({_division(atom.of, atom.divisor)}{beside:+d})"
    return f"({atom.name}{beside:+d})" if beside else atom.name


def _place(term: tuple[Product, Number]) -> tuple[bool, int]:
    """What is added first, then what is taken away; numbers alone come last."""
    return term[1] < 0, -len(term[0])


def _drawn_together(terms: Sequence[tuple[Product, Number]]) -> Iterable[tuple[Product, Number]]:
    """Whole numbers go back into the only division there is, where its numerator has such terms:
    `⌊(H+1)/2⌋-1` is read as `⌊(H-1)/2⌋`, and `H+⌊H/2⌋` as `3H/2`."""
    divisions = [product for product, _ in terms if any(isinstance(a, Floor) for a in product)]
    if len(divisions) != 1 or (divisions[0], 1) not in terms or len(divisions[0]) != 1:
        return terms
    division = divisions[0][0]
    assert isinstance(division, Floor)
    inside = {product for product, _ in division.of.terms}
    more = {p: n * division.divisor for p, n in terms if p in inside}
    taken = {p: int(n) for p, n in more.items() if n.denominator == 1}
    of = summed([*division.of.terms, *taken.items()])
    assert isinstance(of, Rule)
    left = [(p, n) for p, n in terms if p not in taken and p != divisions[0]]
    return [((Floor(of, division.divisor),), 1), *left]


def _term(product: Product, number: Number) -> str:
    if not product:
        return str(number)
    if number == 1 and len(product) == 1 and isinstance(product[0], Floor):
        return _division(product[0].of, product[0].divisor)
    return _scaled((_factor(atom, 0) for atom in product), number)


def _scaled(factors: Iterable[str], number: Number) -> str:
    before = {1: "", -1: "-"}.get(number.numerator, str(number.numerator))
    after = f"/{number.denominator}" if number.denominator != 1 else ""
    return before + "·".join(factors) + after


def _bracketed(division: Floor) -> str:
    found = _division(division.of, division.divisor)
    return f"⌊{found}⌋" if _is_simple(division.of) else found


def _division(of: Size, divisor: int) -> str:
    found = text(of)
    return f"{found}/{divisor}" if _is_simple(of) else f"⌊({found})/{divisor}⌋"


def _is_simple(of: Size) -> bool:
    """Whether it needs no brackets where it is divided."""
    return isinstance(of, Rule) and len(of.terms) == 1 and of.terms[0][1] > 0
