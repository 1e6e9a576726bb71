"""Large numbers in few letters."""

from __future__ import annotations


def short(number: float) -> str:
    """`1,234`, `61.7 k`, `4.2 M`."""
    for limit, unit in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "k")):
        if number >= limit:
            return f"{number / (1e3 if unit == 'k' else limit):.3g} {unit}"
    return f"{number:,.0f}"


def in_bytes(number: float) -> str:
    """`512 B`, `3.2 MB`."""
    for limit, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if number >= limit:
            return f"{number / limit:.3g} {unit}"
    return f"{number:.0f} B"
