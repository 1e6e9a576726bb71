"""Functions of torch that no node declares become Code nodes, which hold nothing but the call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from nodes.code import read
from studio.importing.sketch import Sketch, Undrawable
from studio.importing.trace import Value
from studio.model import trust
from studio.model.names import CODE, problem_with

_INFIX = {"__getitem__": "{0}[{1}]", "__matmul__": "{0} @ {1}"}


def draw_code(sketch: Sketch) -> str:
    """Put a Code node for a call on the board; gives the function's name. Its text is trusted, as
    the person let the file run that makes the same call. Raises Undrawable where the call cannot be
    written."""
    written = _Written(sketch)
    text = written.text()
    inputs = {name: value for value, name in written.names.items()}
    try:
        ports = read(text).results.names
    except ValueError as error:
        raise Undrawable from error
    node = sketch.add("Code", inputs, {"code": text})
    trust.trust(text)
    sketch.gives(*((node, port) for port in ports))
    return sketch.name


class _Written:
    """One call as a function of the tensors that go in."""

    def __init__(self, sketch: Sketch) -> None:
        self._sketch = sketch
        self.names: dict[Value, str] = {}
        """The tensors that go in, and what they are called."""

    def text(self) -> str:
        one, more = self._sketch.pair
        result = one.result
        several = isinstance(result, tuple | list)
        values = list(result) if several else [result]
        if not values or not all(isinstance(value, Value) for value in values):
            raise Undrawable
        args = [self._argument(a, b) for a, b in zip(one.args, more.args, strict=True)]
        named = {
            name: self._argument(value, more.kwargs[name]) for name, value in one.kwargs.items()
        }
        call = self._call(args, named)
        if not self.names:
            raise Undrawable
        name = one.name.strip("_")
        name = name if problem_with(name) is None and name not in CODE else f"{name}_"
        lines = [f"def {name}({', '.join(self.names.values())}):", *self._body(call, values)]
        imports = ["import torch"]
        if "F." in call:
            imports.append("import torch.nn.functional as F")
        return "\n".join([*imports, "", "", *lines, ""])

    def _body(self, call: str, values: Sequence[Value]) -> list[str]:
        one = self._sketch.pair.one
        if one.name == "__setitem__":
            _, index, value = (self._argument(a, a) for a in one.args)
            first = next(iter(self.names.values()))
            changed = f"    changed = {first}.clone()"
            return [changed, f"    changed[{index}] = {value}", "    return changed"]
        if not isinstance(one.result, tuple | list):
            return [f"    return {call}"]
        outputs = [f"output{number}" for number in range(len(values))]
        if len(outputs) == 1:
            return [f"    return {call}[0]"]
        return [f"    {', '.join(outputs)} = {call}", f"    return {', '.join(outputs)}"]

    def _call(self, args: Sequence[str], named: Mapping[str, str]) -> str:
        one = self._sketch.pair.one
        if one.name in _INFIX:
            return _INFIX[one.name].format(*args)
        if one.name == "__setitem__":
            return ""
        rest = [f"{name}={text}" for name, text in named.items() if name != "device"]
        if one.path.startswith("torch.Tensor."):
            if one.path.endswith(".__get__"):
                return f"{args[0]}.{one.name}"
            return f"{args[0]}.{one.name}({', '.join([*args[1:], *rest])})"
        path = one.path.replace("torch.nn.functional.", "F.")
        if not path.startswith(("torch.", "F.")) or "._" in path:
            raise Undrawable
        return f"{path}({', '.join([*args, *rest])})"

    def _argument(self, value: Any, more: Any) -> str:
        if isinstance(value, Value):
            return self.names.setdefault(value, f"x{len(self.names) + 1}" if self.names else "x")
        if isinstance(value, slice):
            ends = (value.start, value.stop, value.step), (more.start, more.stop, more.step)
            parts = ["" if a is None else self._argument(a, b) for a, b in zip(*ends, strict=True)]
            return ":".join(parts if value.step is not None else parts[:2])
        if isinstance(value, tuple | list):
            parts = [self._argument(a, b) for a, b in zip(value, more, strict=True)]
            if isinstance(value, list):
                return f"[{', '.join(parts)}]"
            if self._sketch.name in ("__getitem__", "__setitem__"):
                return ", ".join(parts)
            return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
        if value is Ellipsis:
            return "..."
        if isinstance(value, torch.dtype) or value is None or isinstance(value, bool | str):
            return repr(value) if value == more else self._follows(value)
        if isinstance(value, int | float):
            text = repr(value) if value == more else self._follows(value)
            return f'float("{text}")' if text in ("inf", "-inf", "nan") else text
        raise Undrawable

    def _follows(self, value: Any) -> str:
        """A size of one of the tensors, where a number follows the number of samples."""
        for known, name in self.names.items():
            for dim in self._sketch.drawing.follows(known):
                if known.shape[dim] == value:
                    return f"{name}.shape[{dim}]"
        raise Undrawable
