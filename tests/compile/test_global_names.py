"""Other names for what stands at the top level of a text, and for nothing else in it."""

from __future__ import annotations

from typing import Any

import pytest

from studio.compile.brought_names import Brought, Imports
from studio.compile.global_names import renamed


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x = a + b.a", "x = z + b.a"),
        ("def f(a): return a", "def f(a): return a"),
        ("def f(b=a): return b(a=a)", "def f(b=z): return b(a=z)"),
        ("def a(): return a()", "def z(): return z()"),
        ("def f():\n    a = 1\n    return a", "def f():\n    a = 1\n    return a"),
        ("def f():\n    global a\n    a = 1", "def f():\n    global z\n    z = 1"),
        ("def f():\n    def a(): 0\n    return a", "def f():\n    def a(): 0\n    return a"),
        ("class a(a.b): 'a'", "class z(z.b): 'a'"),
        (
            "class C:\n    a = 1\n    def f(c): return a",
            "class C:\n    a = 1\n    def f(c): return z",
        ),
        ("[a for a in a]", "[a for a in z]"),
        ("{b: a for b in a}", "{b: z for b in z}"),
        ("lambda a, b=a: a", "lambda a, b=z: a"),
        ("lambda: a", "lambda: z"),
        ("def f(x: a) -> a: 0", "def f(x: z) -> z: 0"),
        ("@a\ndef f(): 0", "@z\ndef f(): 0"),
        ("'ä' + a", "'ä' + z"),
        ("f'{a} a {b.a} {c!r:>{a}}'", "f'{z} a {b.a} {c!r:>{z}}'"),
        ("def f():\n    import a\n    return a", "def f():\n    import a\n    return a"),
        ("try: 0\nexcept E as b: a", "try: 0\nexcept E as b: z"),
        ("match b:\n    case [c, *_]: a", "match b:\n    case [c, *_]: z"),
    ],
)
def test_what_is_meant_gets_the_other_name(text: str, wanted: str) -> None:
    assert renamed(text, {"a": "z", "same": "same"}) == wanted


def test_it_still_computes_the_same() -> None:
    text = """
dim = 2
def scaled(x, dim=dim):
    total = sum(dim for dim in [dim, x])
    class Inner:
        size = dim
        def of(self): return dim * self.size + total
    return dict(dim=Inner().of())
value = scaled(3), scaled(dim=5, x=dim)
"""
    spaces: list[dict[str, Any]] = [{}, {}]
    exec(text, spaces[0])
    exec(renamed(text, {"dim": "width", "scaled": "scaled_"}), spaces[1])
    assert spaces[0]["value"] == spaces[1]["value"]


@pytest.mark.parametrize(
    ("new", "name", "statement"),
    [
        (Brought("nn", "torch.nn"), "nn", "from torch import nn"),
        (Brought("F", "torch.nn", "functional"), "F", "import torch.nn.functional as F"),
        (Brought("F", "mine", "F"), "F_", "from mine import F as F_"),
        (Brought("sum", "torch", "sum"), "sum_", "from torch import sum as sum_"),
        (Brought("random", "random"), "random", "import random"),
        (Brought("time", "mine", "clock"), "time_", "from mine import clock as time_"),
        (Brought("Net", "mine", "Net"), "Net_", "from mine import Net as Net_"),
        (Brought("os", "os.path"), "os", "import os.path"),
        (Brought("p", "os.path"), "p", "import os.path as p"),
    ],
)
def test_imports_keep_clear_of_names(new: Brought, name: str, statement: str) -> None:
    imports = Imports({"Net", "time", "random", "nn", "F"})
    assert imports.add(new) == name
    assert list(imports.statements) == [statement]
    assert imports.add(new) == name, "what is the same has one name"
    assert imports.add(Brought(name, "elsewhere", "thing")) == f"{name}_"
