"""Arithmetic over a block's parameters and a project's variables, such as `4 * dim`: parsed, never
evaluated as Python."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Number = int | float

_POWER = re.compile(r"(?<![\w.])([\w.]+) \*\* (-?[\w.]+)(?![\w.]| \*\*)")
"""A power of one thing, which formatted code writes without spaces."""

MOST_BITS = 1000
"""A power that needs more of them is a mistake, and would take long."""


def _power(base: Number, exponent: Number) -> Number:
    """Raises OverflowError where the result would be huge, or no real number."""
    whole = isinstance(base, int) and isinstance(exponent, int)
    if whole and abs(exponent) * max(int(base).bit_length(), 1) > MOST_BITS:
        raise OverflowError("the power is too large")
    result = base**exponent
    if isinstance(result, complex):
        raise OverflowError("the power is no real number")
    return result


_BINARY: dict[type[ast.operator], Callable[[Number, Number], Number]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: _power,
}
SIGNS = "+ - * / // % ** ( )"


@dataclass(frozen=True, slots=True)
class Expression:
    """A value computed from parameters and variables: names, numbers, `+ - * / // % **` and
    brackets.

    Raises ValueError where the text is anything else.
    """

    text: str

    def __post_init__(self) -> None:
        for part in ast.walk(self._tree()):
            if isinstance(part, ast.Constant) and type(part.value) in (int, float):
                continue
            if isinstance(part, ast.BinOp) and type(part.op) in _BINARY:
                continue
            if not isinstance(part, ast.Name | ast.UnaryOp | ast.USub | ast.operator | ast.Load):
                raise ValueError(f"'{self.text}' may hold only names, numbers and {SIGNS}")

    def _tree(self) -> ast.expr:
        if len(self.text) > 200:
            raise ValueError("an expression may have 200 characters at most")
        try:
            return ast.parse(self.text, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise ValueError(f"'{self.text}' is not an arithmetic expression") from error

    @property
    def alone(self) -> str:
        """The name that it is, whatever that stands for; empty where it calculates."""
        tree = self._tree()
        return tree.id if isinstance(tree, ast.Name) else ""

    @property
    def names(self) -> frozenset[str]:
        """The parameters and variables that it reads."""
        return frozenset(p.id for p in ast.walk(self._tree()) if isinstance(p, ast.Name))

    def filled(self, values: Mapping[str, Number | Expression]) -> Expression:
        """The same with numbers or expressions in the place of these names."""

        class Filling(ast.NodeTransformer):
            def visit_Name(self, name: ast.Name) -> ast.expr:
                found = values.get(name.id, name)
                if isinstance(found, Expression):
                    return ast.parse(found.text, mode="eval").body
                if isinstance(found, ast.Name):
                    return found
                size = ast.Constant(abs(found))
                return ast.UnaryOp(ast.USub(), size) if found < 0 else size

        return Expression(ast.unparse(Filling().visit(self._tree())))

    def renamed(self, old: str, new: str) -> Expression:
        """The same with another name in the place of one; spaces and brackets stay."""
        return Expression(re.sub(rf"\b{re.escape(old)}\b", new, self.text))

    def value(self, values: Mapping[str, object]) -> Number:
        """Its value; raises ValueError for an unknown name, a value that is no number or a
        division by zero."""

        def compute(part: ast.expr) -> Number:
            if isinstance(part, ast.Name):
                if part.id not in values:
                    raise ValueError(f"'{self.text}' names {part.id}, which is not known here")
                found = values[part.id]
                if isinstance(found, bool) or not isinstance(found, int | float):
                    raise ValueError(f"'{self.text}' calculates with {part.id}, which is no number")
                return found
            if isinstance(part, ast.UnaryOp):
                return -compute(part.operand)
            if isinstance(part, ast.BinOp):
                return _BINARY[type(part.op)](compute(part.left), compute(part.right))
            assert isinstance(part, ast.Constant)
            assert isinstance(part.value, int | float)
            return part.value

        try:
            return compute(self._tree())
        except (ZeroDivisionError, OverflowError) as error:
            raise ValueError(f"'{self.text}' cannot be computed: {error}") from error

    def __str__(self) -> str:
        return _POWER.sub(r"\1**\2", ast.unparse(self._tree()))
