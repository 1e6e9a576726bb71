"""One run of a model, written down: which modules and functions were called, with what."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from typing import Any
from weakref import ref

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode, resolve_name


@dataclass(eq=False)
class Value:
    """A tensor as it was at one time. `live`: it depends on what goes in or on what is learned;
    else `tensor` holds it. `parameter` is where the model keeps what is learned, or counted."""

    shape: tuple[int, ...]
    dtype: torch.dtype
    live: bool
    tensor: Tensor | None = None
    parameter: str = ""
    home: ModuleCall | None = None
    stale: bool = False
    """It was written into later by way of another tensor, and is not what it was."""


@dataclass(eq=False)
class FunctionCall:
    """A function of torch at work. `args`, `kwargs` and `result` hold Values for tensors."""

    path: str
    """Where torch has it: `torch.Tensor.add`, `torch.Tensor.T.__get__`."""
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    result: Any
    call: ModuleCall

    @property
    def name(self) -> str:
        """Its last word, `add` or `T`; one that writes into its first argument ends with `_`."""
        return _last(self.path)


@dataclass(eq=False)
class ModuleCall:
    """A module at work, and all that was called inside it, in order."""

    module: nn.Module
    path: str
    parent: ModuleCall | None
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    events: list[ModuleCall | FunctionCall] = field(default_factory=list)
    result: Any = None
    closed: bool = False
    """A leaf: nobody looks inside."""

    @property
    def given(self) -> Mapping[str, Any]:
        """What went in, by the names of its `forward`."""
        try:
            return forward_signature(type(self.module)).bind(*self.args, **self.kwargs).arguments
        except TypeError:
            return {f"x{number}": value for number, value in enumerate(self.args)} | {**self.kwargs}

    @property
    def way(self) -> Iterator[ModuleCall]:
        """Itself and the calls that it was made in, outwards."""
        at: ModuleCall | None = self
        while at is not None:
            yield at
            at = at.parent


def forward_signature(cls: type[nn.Module]) -> inspect.Signature:
    """What a module's `forward` takes, less `self`."""
    signature = inspect.signature(cls.forward)
    return signature.replace(parameters=list(signature.parameters.values())[1:])


def values_in(tree: Any) -> list[Value]:
    """The Values in a tree, in order."""
    return [leaf for leaf in leaves(tree) if isinstance(leaf, Value)]


def leaves(tree: Any) -> Iterator[Any]:
    """What stands at the ends of lists, tuples, mappings and dataclasses, in order."""
    if isinstance(tree, Mapping):
        tree = tuple(tree.values())
    if isinstance(tree, list | tuple):
        for item in tree:
            yield from leaves(item)
    elif is_dataclass(tree) and not isinstance(tree, type | Value):
        for part in fields(tree):
            yield from leaves(getattr(tree, part.name))
    else:
        yield tree


def mapped(tree: Any, change: Callable[[Tensor], Any]) -> Any:
    """Lists, tuples, mappings and dataclasses with something else for each tensor; dataclasses and
    named tuples become mappings and tuples."""
    if isinstance(tree, Tensor):
        return change(tree)
    if isinstance(tree, Mapping):
        return {key: mapped(item, change) for key, item in tree.items()}
    if isinstance(tree, tuple):
        return tuple(mapped(item, change) for item in tree)
    if isinstance(tree, list):
        return [mapped(item, change) for item in tree]
    if is_dataclass(tree) and not isinstance(tree, type):
        return {part.name: mapped(getattr(tree, part.name), change) for part in fields(tree)}
    return tree


_IN_PLACE = frozenset({"__setitem__", "copy_", "fill_", "zero_"})
_ASKING = frozenset({"__bool__", "item", "tolist", "__int__", "__float__", "__index__", "numpy"})


class Tracer(TorchFunctionMode):
    """Writes down what happens while it is entered; into `closed` calls it does not look."""

    def __init__(self, model: nn.Module, closed: Callable[[ModuleCall], bool]) -> None:
        super().__init__()
        self.root = ModuleCall(model, "", None)
        self.asked: list[str] = []
        """Functions by which the model asked what a value is, to decide by it."""
        self.output: Any = None
        self._model, self._closed = model, closed
        self._at: ModuleCall | None = None
        self._silent = 0
        self._values: dict[int, tuple[ref[Tensor], Value]] = {}
        self._kept = {
            id(tensor): name
            for named in (model.named_parameters, model.named_buffers)
            for name, tensor in named(remove_duplicate=False)
        }

    def run(self, args: Sequence[Tensor], kwargs: Mapping[str, Tensor]) -> None:
        """Run the model. Raises what it raises."""
        for tensor in (*args, *kwargs.values()):
            self._keep(tensor, Value(tuple(tensor.shape), tensor.dtype, True))
        with ExitStack() as hooks:
            for path, module in self._model.named_modules():
                before = module.register_forward_pre_hook(self._entering(path), with_kwargs=True)
                after = module.register_forward_hook(
                    self._leave, with_kwargs=True, always_call=True
                )
                hooks.callback(before.remove)
                hooks.callback(after.remove)
            with torch.no_grad(), self:
                self.output = self._model(*args, **kwargs)

    # ---- modules -------------------------------------------------------------------------------

    def _entering(self, path: str) -> Callable[..., None]:
        def enter(module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            if self._silent:
                self._silent += 1
                return
            call = self.root if self._at is None else ModuleCall(module, path, self._at)
            call.args, call.kwargs = mapped(args, self._value), mapped(kwargs, self._value)
            if self._at is not None:
                self._at.events.append(call)
            self._at = call
            call.closed = call.parent is not None and self._closed(call)
            self._silent = int(call.closed)

        return enter

    def _leave(self, module: nn.Module, args: Any, kwargs: Any, result: Any) -> None:
        if self._silent:
            self._silent -= 1
            if self._silent:
                return
        call = self._at
        assert call is not None
        if call.closed:
            call.result = mapped(result, lambda tensor: self._new(tensor, call, True))
        else:
            call.result = mapped(result, self._value)
        self._at = call.parent

    # ---- functions -----------------------------------------------------------------------------

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        if self._silent or self._at is None:
            return func(*args, **kwargs)
        path = _path(func)
        name = _last(path)
        taken = mapped(args, self._value), mapped(kwargs, self._value)
        result = func(*args, **kwargs)
        live = any(value.live for value in values_in(taken))
        if name in _ASKING and live:
            self.asked.append(name)
        changed = args[0] if name in _IN_PLACE and args else result
        if any(isinstance(leaf, Tensor) for leaf in leaves(changed)):
            call = self._at
            if _writes(name, args, kwargs, result):
                self._outdate(args[0])
            made = mapped(changed, lambda tensor: self._new(tensor, call, live))
            if live:
                call.events.append(FunctionCall(path, *taken, made, call))
        return result

    def _outdate(self, written: Tensor) -> None:
        """What shares memory with a tensor that is written into is not what it was."""
        place = written.untyped_storage().data_ptr()
        for kept, value in self._values.values():
            tensor = kept()
            if tensor is None or tensor is written:
                continue
            if tensor.untyped_storage().data_ptr() == place:
                value.stale = True

    # ---- values --------------------------------------------------------------------------------

    def _keep(self, tensor: Tensor, value: Value) -> None:
        """Know a tensor again, without keeping it alive."""
        self._values[id(tensor)] = ref(tensor), value

    def _known(self, tensor: Tensor) -> Value | None:
        kept = self._values.get(id(tensor))
        return kept[1] if kept is not None and kept[0]() is tensor else None

    def _value(self, tensor: Tensor) -> Value:
        """What is known of a tensor; one that nobody made is part of the model, or constant."""
        found = self._known(tensor)
        if found is None:
            name = self._kept.get(id(tensor), "")
            live = isinstance(tensor, nn.Parameter)
            found = Value(tuple(tensor.shape), tensor.dtype, live, tensor, name)
            self._keep(tensor, found)
        return found

    def _new(self, tensor: Tensor, call: ModuleCall, live: bool) -> Value:
        known = self._known(tensor)
        if known is not None and not live:
            return known
        kept = None if live else tensor
        value = Value(tuple(tensor.shape), tensor.dtype, live, kept, "", call)
        self._keep(tensor, value)
        return value


def _writes(name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any], result: Any) -> bool:
    """Whether a function wrote into its first argument."""
    if not args or args[0] is not result:
        return name in _IN_PLACE
    return name.endswith("_") or bool(kwargs.get("inplace"))


@cache
def _path(func: Any) -> str:
    return str(resolve_name(func) or getattr(func, "__name__", "?"))


def _last(path: str) -> str:
    return path.removesuffix(".__get__").rpartition(".")[2]
