"""Formulas over tensors, such as `a * sigmoid(b)`: parsed and checked, never run as they are."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Mapping
from dataclasses import dataclass

LENGTH = 200

FUNCTIONS: Mapping[str, tuple[str, int, int]] = {
    "abs": ("torch.abs", 1, 1),
    "atan": ("torch.atan", 1, 1),
    "clamp": ("torch.clamp", 3, 3),
    "cos": ("torch.cos", 1, 1),
    "erf": ("torch.erf", 1, 1),
    "exp": ("torch.exp", 1, 1),
    "gelu": ("F.gelu", 1, 1),
    "log": ("torch.log", 1, 1),
    "log_softmax": ("torch.log_softmax", 2, 2),
    "logsumexp": ("torch.logsumexp", 2, 2),
    "maximum": ("torch.maximum", 2, 2),
    "mean": ("torch.mean", 1, 2),
    "minimum": ("torch.minimum", 2, 2),
    "norm": ("torch.linalg.vector_norm", 1, 1),
    "normalize": ("F.normalize", 1, 1),
    "relu": ("F.relu", 1, 1),
    "round": ("torch.round", 1, 1),
    "sigmoid": ("torch.sigmoid", 1, 1),
    "sign": ("torch.sign", 1, 1),
    "silu": ("F.silu", 1, 1),
    "sin": ("torch.sin", 1, 1),
    "softmax": ("torch.softmax", 2, 2),
    "softplus": ("F.softplus", 1, 1),
    "sqrt": ("torch.sqrt", 1, 1),
    "sum": ("torch.sum", 1, 2),
    "tanh": ("torch.tanh", 1, 1),
}
"""What a formula may call: the function of torch, and how many arguments it takes at least and at
most. Those that reduce or compare along a dimension take it last."""

CONSTANTS: Mapping[str, str] = {"pi": "math.pi"}

_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.MatMult, ast.Pow)
_COMPARED = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula: names of inputs, numbers, `+ - * / @ **`, brackets, the functions above, and
    comparisons of two values, which give true or false.

    Raises ValueError, in a sentence without its subject, where the text is anything else.
    """

    text: str

    def __post_init__(self) -> None:
        tree = self._tree()
        _check(tree)
        if not self.names:
            raise ValueError("names no input, such as a in 2 * a")

    def _tree(self) -> ast.expr:
        if len(self.text) > LENGTH:
            raise ValueError(f"is longer than {LENGTH} characters")
        try:
            return ast.parse(self.text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise ValueError("is no formula such as a * sigmoid(b)") from error

    @property
    def names(self) -> tuple[str, ...]:
        """The inputs that it reads, in order of appearance, each once."""
        found = [part for part in ast.walk(self._tree()) if isinstance(part, ast.Name)]
        found.sort(key=lambda part: (part.lineno, part.col_offset))
        names = (part.id for part in found)
        return tuple(n for n in dict.fromkeys(names) if n not in FUNCTIONS and n not in CONSTANTS)

    @property
    def template(self) -> str:
        """It in torch's words, with fields for the inputs: `{a} * torch.sigmoid({b})`."""
        return ast.unparse(_Written().visit(self._tree()))


def _check(part: ast.expr) -> None:
    """Raise ValueError where a formula may not hold this."""
    if isinstance(part, ast.Name):
        _check_name(part.id)
    elif isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.USub):
        _check(part.operand)
    elif isinstance(part, ast.BinOp) and isinstance(part.op, _OPERATORS):
        if isinstance(part.op, ast.Pow) and not (_reads(part.left) or _reads(part.right)):
            raise ValueError("holds a power of numbers alone: write what it comes to")
        _check(part.left)
        _check(part.right)
    elif isinstance(part, ast.Compare) and _compares_two(part):
        _check(part.left)
        _check(part.comparators[0])
    elif isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
        _check_call(part, part.func.id)
    elif not isinstance(part, ast.Constant) or type(part.value) not in (int, float):
        raise ValueError("may hold only names, numbers, + - * / @ ** ( ), < > == and functions")


def _check_call(part: ast.Call, name: str) -> None:
    if name not in FUNCTIONS:
        raise ValueError(f"calls {name[:40]}, which is none of {', '.join(FUNCTIONS)}")
    _, least, most = FUNCTIONS[name]
    if part.keywords or not least <= len(part.args) <= most:
        how = f"{least} or {most} values" if least < most else f"{most} value{'s' * (most > 1)}"
        raise ValueError(f"gives {name} something else than {how}")
    for argument in part.args:
        _check(argument)


def _check_name(name: str) -> None:
    if name in FUNCTIONS:
        raise ValueError(f"names the function {name} without ( )")
    if not name.isascii() or name.startswith("_") or keyword.iskeyword(name) or name == "layer":
        raise ValueError(f"cannot call an input '{name[:40]}': choose another name")


def _compares_two(part: ast.Compare) -> bool:
    return len(part.ops) == 1 and isinstance(part.ops[0], _COMPARED)


def _reads(part: ast.expr) -> bool:
    return any(isinstance(inside, ast.Name) for inside in ast.walk(part))


class _Written(ast.NodeTransformer):
    """Names become fields, functions those of torch; powers are calls, since how a formatter
    writes the sign depends on what stands beside it."""

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(CONSTANTS.get(node.id, f"{{{node.id}}}"))

    def visit_Call(self, node: ast.Call) -> ast.Call:
        assert isinstance(node.func, ast.Name)
        arguments = [self.visit(argument) for argument in node.args]
        return ast.Call(ast.Name(FUNCTIONS[node.func.id][0]), arguments, [])

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        left, right = self.visit(node.left), self.visit(node.right)
        if isinstance(node.op, ast.Pow):
            return ast.Call(ast.Name("torch.pow"), [left, right], [])
        return ast.BinOp(left, node.op, right)
