"""What code takes and gives is read, never run."""

from __future__ import annotations

import ast
import keyword
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.code import fingerprint, read
from nodes.declare import Param

LAYER = """
class Helper(nn.Module):
    def forward(self, x):
        return x

class Layer(nn.Module):
    size = 3

    def __init__(self, width: int, heads: int = 4, rate: float | None = None, act=nn.ReLU,
                 mode: Literal["a", "b"] = "b", *, kernel: tuple[int, ...] = (3, 3), bias=True):
        super().__init__()

    def forward(self, x, mask=None, steps: int = 2, *, flag: bool = False, memory: Tensor):
        def inner():
            return 1, 2, 3
        if flag:
            return x, (mask, x)
        return first, (second, self.x)
"""


def test_a_class_is_read() -> None:
    code = read(LAYER)
    assert (code.name, code.is_class) == ("Layer", True)
    assert [(p.name, p.kind, p.default, p.optional) for p in code.params] == [
        ("width", "int", None, False),
        ("heads", "int", 4, False),
        ("rate", "float", None, True),
        ("mode", "choice", "b", False),
        ("kernel", "ints", (3, 3), False),
        ("bias", "bool", True, False),
        ("steps", "int", 2, False),
        ("flag", "bool", False, False),
    ]
    assert [(p.name, p.optional) for p in code.inputs] == [
        ("x", False),
        ("mask", True),
        ("memory", False),
    ]
    assert code.results.names == ("first", "second", "output2")
    assert code.results.targets == "{first}, ({second}, {output2})"


def test_a_function_is_read() -> None:
    code = read("def f(a, *rest, dim: int = 1, low=-0.5, how='x', any=None):\n    return a\n")
    assert not code.is_class
    assert [(p.name, p.many, p.optional) for p in code.inputs] == [
        ("a", False, False),
        ("rest", True, True),
        ("any", False, True),
    ]
    assert [(p.name, p.kind, p.default) for p in code.params] == [
        ("dim", "int", 1),
        ("low", "float", -0.5),
        ("how", "text", "x"),
    ]
    assert code.results.names == ("output",)


@pytest.mark.parametrize(
    ("returns", "names"),
    [
        ("-> tuple[Tensor, Tensor]:\n    return g(a)", ("output0", "output1")),
        ("-> 'Tuple[Tensor, Tensor]':\n    return g(a)", ("output0", "output1")),
        ("-> tuple[Tensor, ...]:\n    return g(a)", ("output",)),
        (":\n    return [a, b]", ("a", "b")),
        (":\n    return a, a, output1", ("output0", "output1_", "output1")),
        (":\n    return a,", ("output",)),
        (":\n    return g(a) if a else h(a)", ("output",)),
        (": ...", ("output",)),
    ],
)
def test_outputs(returns: str, names: tuple[str, ...]) -> None:
    assert read(f"def f(a, b){returns}\n").results.names == names


def test_what_is_inherited_in_the_same_text() -> None:
    text = """
class Base(nn.Module):
    def __init__(self, size: int = 2): ...
    def forward(self, x): return x

class Child(Base):
    "More."
"""
    code = read(text)
    assert code.name == "Child"
    assert [param.name for param in code.params] == ["size"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("def f(x:\n    return x", "no Python at line 1"),
        ("x = 1", "neither a class with forward nor a function"),
        ("class A: pass", "A, which has no forward"),
        ("import os\nos.remove('x')\ndef f(x): return x", "runs something at line 2"),
        ("raise SystemExit", "runs something at line 1"),
        ("if True:\n    def f(x): return x", "runs something at line 1"),
        ("def f(x): print(x)", "returns nothing"),
        ("def f(x):\n    yield x\n    return x", "yields"),
        ("def f(x):\n    if x: return x, x\n    return x, x, x", "2 at line 2 and 3 at line 3"),
        ("def f(x): return *x, x", "any number"),
        ("def f(layer): return layer", "an input layer"),
        ("def f(x, *, code=3): return x", "a parameter code"),
        (
            "class A:\n  def __init__(self, n=1): 0\n  def forward(self, n: int): return n",
            "n, which",
        ),
        (
            "class A:\n  def __init__(self, net: nn.Module): 0\n  def forward(self): return 1",
            "net at",
        ),
        ("def f(x): return x\x0c", "line 1"),
        ("def f(x): return '\u2028'", "line 1"),
        ("def f(x): return '\ud800'", "half a letter"),
        ("def f(x): return x\0", "no Python"),
        ("(" * 5000, "no Python"),
        ("-" * 20_000 + "1", "deep"),
        ("x" * 100_001, "longer"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read(text)


def test_reading_runs_nothing(tmp_path: Path) -> None:
    there = tmp_path / "there"
    text = f"""
from pathlib import Path

MADE = Path({str(there)!r}).mkdir()

@print
class Layer(MADE):
    def __init__(self, size: MADE.x = 1 / 0): ...
    def forward(self, x): return x
"""
    assert read(text).name == "Layer"
    assert not there.exists()


NAMES = st.from_regex(r"[a-z][a-z_0-9]{0,5}", fullmatch=True).filter(
    lambda name: not keyword.iskeyword(name) and name not in ("self", "code", "layer", "function")
)
VALUES = {
    "int": st.integers(-(2**31) + 1, 2**31 - 1),
    "float": st.floats(allow_nan=False, allow_infinity=False, width=32),
    "bool": st.booleans(),
    "str": st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=5),
    "tuple[int, ...]": st.lists(st.integers(-9, 9), min_size=1, max_size=3).map(tuple),
}
KINDS = {"int": "int", "float": "float", "bool": "bool", "str": "text", "tuple[int, ...]": "ints"}


@given(st.data())
def test_signatures_are_read_as_python_has_them(data: st.DataObject) -> None:
    names = data.draw(st.lists(NAMES, min_size=2, max_size=8, unique=True))
    count = data.draw(st.integers(1, len(names) - 1))
    ports, params = names[:count], names[count:]
    optional = data.draw(st.integers(0, len(ports) - 1))
    written, wanted = [], []
    for name in params:
        note = data.draw(st.sampled_from(list(VALUES)))
        value = data.draw(VALUES[note])
        if abs(value) > 2**31 - 1 if isinstance(value, float) else False:
            value = 0.5
        told = data.draw(st.booleans())
        written.append(f"{name}: {note} = {value!r}" if told else f"{name}={value!r}")
        wanted.append(Param(name, KINDS[note], value, "As the code has it."))
    inputs = [name + "=None" * (number > optional) for number, name in enumerate(ports)]
    returned = data.draw(st.lists(NAMES, min_size=2, max_size=4, unique=True))
    text = f"def f({', '.join([*inputs, '*', *written])}):\n    return {', '.join(returned)}\n"
    code = read(text)
    assert list(code.params) == wanted
    assert [(port.name, port.optional) for port in code.inputs] == [
        (name, number > optional) for number, name in enumerate(ports)
    ]
    assert code.results.names == tuple(returned)


@given(st.text(max_size=60) | st.text("def f(x):\n  return[]*,=1", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(ValueError):
        code = read(text)
        ast.parse(text)
        assert code.results.names
        assert len(fingerprint(text)) == 64
