"""One call of a function of torch, as it is being drawn."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import torch

from nodes.declare import NodeType
from studio.importing.drafts import CannotImport, Draft, DraftNode, End, PortName
from studio.importing.drawing import Drawing, Pair
from studio.importing.layers import as_param
from studio.importing.trace import Value, values_in
from studio.model.names import stem
from studio.model.parameters import problem_with_value
from studio.model.values import Value as ParamValue

Fed: TypeAlias = Value | End
"""What feeds a port: a value of the model, or a node that was just drawn."""


class Undrawable(Exception):
    """No node computes what a call does, or not with these arguments."""


class Sketch:
    """A call that puts nodes on a board. `arguments` are the call's, by the names of a signature,
    `more` those with one sample more."""

    def __init__(self, pair: Pair, draft: Draft, drawing: Drawing) -> None:
        self.pair, self.draft, self.drawing = pair, draft, drawing
        self.arguments: Mapping[str, Any] = {}
        self.more: Mapping[str, Any] = {}

    @property
    def name(self) -> str:
        """The function's."""
        return self.pair.one.name

    @property
    def results(self) -> list[Value]:
        """What comes out."""
        return values_in(self.pair.one.result)

    def bind(self, signature: str) -> None:
        """Give the arguments names. Raises Undrawable where the signature is another."""
        one, more = self.pair
        self.arguments = bound(signature, one.args, one.kwargs)
        self.more = bound(signature, more.args, more.kwargs)

    def __getitem__(self, name: str) -> Any:
        """An argument; a tensor that holds one constant number is that number."""
        return plain(self.arguments[name])

    def shape(self, name: str = "input") -> tuple[int, ...]:
        """Sizes of a tensor among the arguments."""
        value = self.arguments[name]
        assert isinstance(value, Value)
        return value.shape

    def fixed(self, name: str) -> Any:
        """An argument that does not follow the number of samples. Raises CannotImport."""
        value = self[name]
        if not values_in(value) and value != plain(self.more[name]):
            raise CannotImport(
                f"{self.where} gives {self.name} a number that follows the number of samples; "
                "that cannot be drawn"
            )
        return value

    @property
    def where(self) -> str:
        """The module that calls it, in words."""
        return self.pair.one.call.path or type(self.pair.one.call.module).__name__

    def type(self, name: str) -> NodeType:
        """A declared type."""
        return self.drawing.types[name]

    def add(
        self,
        type: str,
        inputs: Mapping[str, Fed | Sequence[Fed]],
        params: Mapping[str, Any] | None = None,
    ) -> DraftNode:
        """Put a node on the board. Raises Undrawable where a parameter cannot have its value."""
        declared = self.type(type)
        found: dict[str, ParamValue] = {}
        for name, value in (params or {}).items():
            param = declared.param(name)
            if param is None:
                raise Undrawable
            given = as_param(param, value)
            if problem_with_value(param, given) is not None:
                raise Undrawable
            found[name] = given
        ends: list[tuple[PortName, End]] = [
            (port, self._end(item))
            for port, fed in inputs.items()
            for item in (fed if isinstance(fed, list) else [fed])
        ]
        return self.draft.add(DraftNode(type, self._called(declared), found, ends))

    def _end(self, fed: Any) -> End:
        return self.drawing.end(fed, self.draft) if isinstance(fed, Value) else fed

    def _called(self, declared: NodeType) -> str:
        """What its node is called: like its module, where this does nothing else."""
        call = self.pair.one.call
        alone = len(call.events) == 1 and call is not self.draft.call
        last = call.path.rpartition(".")[2]
        return last if alone and last.isidentifier() else stem(declared)

    def gives(self, *ends: End | DraftNode) -> None:
        """The results come out of these ends, in order; of a node out of its `output`."""
        for value, end in zip(self.results, ends, strict=False):
            place = (end, "output") if isinstance(end, DraftNode) else end
            self.drawing.wiring.made(value, self.draft, place)

    def same(self, name: str = "input") -> None:
        """The result is one of the arguments."""
        self.gives(self.drawing.end(self.arguments[name], self.draft))

    def constant(self, value: Value, tensor: torch.Tensor) -> Value:
        """A constant of the same kind as another."""
        made = Value(tuple(tensor.shape), tensor.dtype, False, tensor)
        self.drawing.others[made] = Value(
            self.drawing.others.get(value, value).shape, made.dtype, False
        )
        return made


Draws: TypeAlias = Callable[[Sketch], None]


def plain(value: Any) -> Any:
    """A tensor that holds one constant number as that number."""
    if (
        isinstance(value, Value)
        and not value.live
        and value.shape == ()
        and value.tensor is not None
    ):
        return value.tensor.item()
    return value


def bound(signature: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments by the names of a signature such as `input dim=-1 *sizes`; what has no default
    must be there. Raises Undrawable."""
    found: dict[str, Any] = {}
    rest, given = list(args), dict(kwargs)
    for part in signature.split():
        name, equals, default = part.partition("=")
        if name.startswith("*"):
            several = rest[0] if len(rest) == 1 and isinstance(rest[0], list | tuple) else rest
            several = given.pop(name[1:], several)
            found[name[1:]], rest = tuple(several), []
        elif rest:
            found[name] = rest.pop(0)
        elif name in given:
            found[name] = given.pop(name)
        elif equals:
            found[name] = _DEFAULTS[default] if default in _DEFAULTS else float(default)
        else:
            raise Undrawable
    if rest or any(value is not None and name not in _HARMLESS for name, value in given.items()):
        raise Undrawable
    return found


_DEFAULTS: Mapping[str, Any] = {
    "None": None,
    "True": True,
    "False": False,
    "none": "none",
    "nearest": "nearest",
    "zeros": "zeros",
    "constant": "constant",
    **{str(number): number for number in range(-3, 11)},
}
_HARMLESS = frozenset({"inplace", "device", "non_blocking", "memory_format", "_stacklevel"})


def is_number(value: Any) -> bool:
    """Whether it is a finite number, not true or false."""
    return type(value) in (int, float) and math.isfinite(value)
