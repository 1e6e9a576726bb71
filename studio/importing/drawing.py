"""What a model was seen to do becomes boards in the making."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

import torch
from torch import Tensor

from nodes.declare import NodeType
from studio.importing.drafts import CannotImport, Draft, DraftNode, End, PortName, Wiring
from studio.importing.layers import Layer, LayerCatalogue, weights_of
from studio.importing.trace import FunctionCall, ModuleCall, Value, values_in
from studio.model.names import stem
from studio.model.project import TYPE_OF
from studio.model.values import Value as ParamValue


class Pair(NamedTuple):
    """A function call of the model, and the same one with one sample more."""

    one: FunctionCall
    more: FunctionCall


DrawFunction: TypeAlias = "Callable[[Pair, Draft, Drawing], None]"
"""What puts nodes for a function call on a board."""


class Drawing:
    """Draws two runs of a model, the second with one sample more, as boards."""

    def __init__(
        self,
        one: ModuleCall,
        more: ModuleCall,
        layers: LayerCatalogue,
        types: Mapping[str, NodeType],
        names: Mapping[tuple[int, int], str],
    ) -> None:
        self.one, self.more = one, more
        self.names = names
        """Names of free dimensions, by what a size is in both runs."""
        self.types = types
        self._layers = layers
        self.wiring = Wiring()
        self.in_code: list[str] = []
        """Functions that no node declares, and that became Code nodes."""
        self.others: dict[Value, Value] = {}
        """Values of the first run, as they are in the second."""
        self._owners: dict[int, DraftNode] = {}
        self._opened = _between_shared(one)

    def draw(self, draw_function: DrawFunction) -> Draft:
        """The network's board, with all others inside. Raises CannotImport."""
        top = Draft(self.one)
        self._pair(self.one.args, self.more.args)
        self._pair(self.one.kwargs, self.more.kwargs)
        for name, value in _named(self.one.given):
            node = top.add(DraftNode(TYPE_OF["input"], name, carries=value))
            self.wiring.made(value, top, (node, "output"))
        self._events(self.one, self.more, top, draw_function)
        for name, value in _named(self.one.result, "output"):
            if value in top.outputs:
                continue
            top.put_out(value, self.end(value, top), name)
        return top

    def _pair(self, one: Any, more: Any) -> None:
        a, b = values_in(one), values_in(more)
        if len(a) != len(b):
            raise CannotImport("The model does other things when it gets one sample more")
        self.others.update(zip(a, b, strict=True))

    def _events(
        self, one: ModuleCall, more: ModuleCall, draft: Draft, draw_function: DrawFunction
    ) -> None:
        if len(one.events) != len(more.events):
            where = one.path or "The model"
            raise CannotImport(f"{where} does other things when it gets one sample more")
        for a, b in zip(one.events, more.events, strict=True):
            if isinstance(a, FunctionCall) and isinstance(b, FunctionCall):
                self._pair((a.args, a.kwargs, a.result), (b.args, b.kwargs, b.result))
                draw_function(Pair(a, b), draft, self)
            elif isinstance(a, ModuleCall) and isinstance(b, ModuleCall):
                self._pair((a.args, a.kwargs, a.result), (b.args, b.kwargs, b.result))
                self._module(a, b, draft, draw_function)
            else:
                raise CannotImport(f"{one.path} does other things when it gets one sample more")

    def _module(
        self, one: ModuleCall, more: ModuleCall, draft: Draft, draw_function: DrawFunction
    ) -> None:
        if one.closed:
            layer = self._layers.layer(one)
            assert layer is not None
            self._layer(one, layer, draft)
        elif _is_thin(one) or one in self._opened:
            self._events(one, more, draft, draw_function)
        else:
            node = DraftNode(TYPE_OF["block"], name_at(one.path, draft.call.path, "block"))
            inside = Draft(one, draft, draft.add(node))
            node.inside, node.copies = inside, [inside]
            self._events(one, more, inside, draw_function)

    def _layer(self, call: ModuleCall, layer: Layer, draft: Draft) -> None:
        name = name_at(call.path, draft.call.path, stem(layer.declared))
        node = DraftNode(layer.declared.name, name, dict(layer.params))
        node.inputs = [(port, self.end(value, draft)) for port, value in layer.inputs.items()]
        draft.add(node)
        end = self.keep(node, weights_of(call.module), draft)
        results = values_in(call.result)
        for port, value in zip(layer.outputs, results, strict=False):
            self.wiring.made(value, draft, end if port == "output" else (node, port))

    def keep(self, node: DraftNode, weights: Mapping[str, Tensor], draft: Draft) -> End:
        """Give a node its weights, or those of the node that has them already; gives what its
        output is then. A bias of its own is added behind, where only the matrix is shared."""
        learned = {n: t for n, t in weights.items() if isinstance(t, torch.nn.Parameter)}
        owners = {name: self._owners.get(id(tensor)) for name, tensor in learned.items()}
        owner = owners.get("weight") or next(iter(owners.values()), None)
        if owner is None or not self._can_use(node, owner):
            node.weights = {name: tensor.detach() for name, tensor in weights.items()}
            self._owners.update(dict.fromkeys(map(id, learned.values()), node))
            return node, "output"
        node.uses = owner
        if "bias" not in owners or owners["bias"] is owner:
            return node, "output"
        node.params["bias"] = False
        bias = learned["bias"]
        kept = Value(tuple(bias.shape), bias.dtype, True, bias, "bias")
        both: list[tuple[PortName, End]] = [
            ("inputs", (node, "output")),
            ("inputs", self.end(kept, draft)),
        ]
        return draft.add(DraftNode("Add", "add", inputs=both)), "output"

    def _can_use(self, node: DraftNode, owner: DraftNode) -> bool:
        return node.type == owner.type or owner.type in self.types[node.type].shared

    def end(self, value: Value, draft: Draft) -> End:
        """Where a board has a value from; what the model keeps gets a node."""
        if not self.wiring.knows(value):
            if value.tensor is None:
                raise CannotImport(f"{draft.call.path or 'The model'} uses what nothing has made")
            tensor = value.tensor
            growing = self.follows(value)
            for dim in growing:
                tensor = tensor.narrow(dim, 0, 1)
            if growing and not torch.equal(tensor.expand(value.shape), value.tensor):
                raise CannotImport(
                    f"{draft.call.path or 'The model'} makes a tensor whose values differ from "
                    "sample to sample"
                )
            end: End = (self._kept(value, tensor, draft), "output")
            for dim in growing:
                end = self.stretched(end, dim, draft)
            self.wiring.made(value, draft, end, free=not growing)
        return self.wiring.end(value, draft)

    def stretched(self, end: End, dim: int, draft: Draft) -> End:
        """A dimension of size 1 made as long as there are samples."""

        def turned(end: End) -> End:
            params: dict[str, ParamValue] = {"dim0": 0, "dim1": dim}
            node = DraftNode("Transpose", "transpose", params, [("input", end)])
            return (draft.add(node), "output") if dim else end

        like = ("like", self.wiring.end(self._samples, draft))
        inputs: list[tuple[PortName, End]] = [("input", turned(end)), like]
        node = draft.add(DraftNode("Expand", "expand", {"samples": True}, inputs))
        return turned((node, "output"))

    def _kept(self, value: Value, tensor: Tensor, draft: Draft) -> DraftNode:
        """The node of what the model keeps: a Parameter, or a Constant."""
        learned = isinstance(value.tensor, torch.nn.Parameter)
        sizes: ParamValue = tuple(tensor.shape) or (1,)
        if isinstance(sizes, tuple) and len(sizes) == 1:
            sizes = sizes[0]
        type = "Parameter" if learned else "Constant"
        params: dict[str, ParamValue] = {"shape": sizes}
        if not learned:
            params["dtype"] = str(tensor.dtype).removeprefix("torch.")
        name = value.parameter.rpartition(".")[2] or stem(self.types[type])
        node = DraftNode(type, name, params)
        node.weights = {"value": tensor.detach().reshape(tensor.shape or (1,))}
        draft.nodes.insert(len(draft.with_role(TYPE_OF["input"])), node)
        return node

    @property
    def _samples(self) -> Value:
        """An input whose first size is how many samples there are."""
        given = values_in((self.one.args, self.one.kwargs))
        return next((v for v in given if 0 in self.follows(v)), given[0])

    def sizes(self, value: Value) -> tuple[ParamValue, ...]:
        """The sizes of a value as an Input says them, with names for those that are free."""
        found: list[ParamValue] = []
        for a, b in zip(value.shape, self.others.get(value, value).shape, strict=True):
            name = self.names.get((a, b), f"S{len(found)}")
            found.append(a if a == b else "N" if name == "N" else f"{name}={a}")
        return tuple(found)

    def follows(self, value: Value) -> tuple[int, ...]:
        """Dimensions of a value that follow the number of samples."""
        more = self.others.get(value, value).shape
        pairs = enumerate(zip(value.shape, more, strict=True))
        return tuple(dim for dim, (a, b) in pairs if a != b)


def name_at(path: str, outer: str, otherwise: str) -> str:
    """What a module is called on the board of another: `conv1`, `layer1_0`."""
    parts = path.removeprefix(outer).strip(".").split(".")
    last = len(parts)
    while last and not parts[last - 1].isidentifier():
        last -= 1
    name = "_".join(parts[max(last - 1, 0) :]).strip("_")
    return name if last and name.isidentifier() and name.isascii() else otherwise


def _named(tree: Any, alone: str = "x") -> list[tuple[str, Value]]:
    """The Values of a tree, each with the names that lead there."""
    found: list[tuple[str, Value]] = []

    def walk(part: Any, name: str) -> None:
        if isinstance(part, Value):
            found.append((name or alone, part))
        elif isinstance(part, Mapping):
            for key, item in part.items():
                walk(item, f"{name}_{key}".strip("_"))
        elif isinstance(part, list | tuple):
            for number, item in enumerate(part):
                walk(item, f"{name or alone}{number}" if len(part) > 1 else name)

    walk(tree, "")
    return found


def _is_thin(call: ModuleCall) -> bool:
    """Whether a call is no block of its own: of torch's own modules, and of those that do but one
    thing."""
    if type(call.module).__module__.startswith("torch."):
        return True
    return len(call.events) <= 1 and all(
        isinstance(event, FunctionCall) or event.closed or _is_thin(event) for event in call.events
    )


def _between_shared(root: ModuleCall) -> set[ModuleCall]:
    """Calls that cannot be blocks of their own, as weights inside are used outside too."""
    uses: defaultdict[int, list[ModuleCall]] = defaultdict(list)

    def walk(call: ModuleCall) -> None:
        for event in call.events:
            if isinstance(event, FunctionCall):
                for value in values_in((event.args, event.kwargs)):
                    if isinstance(value.tensor, torch.nn.Parameter):
                        uses[id(value.tensor)].append(call)
                continue
            if event.closed:
                for weight in event.module.parameters():
                    uses[id(weight)].append(event)
            walk(event)

    walk(root)
    opened: set[ModuleCall] = set()
    for calls in uses.values():
        common = set(calls[0].way).intersection(*(call.way for call in calls[1:]))
        if len(calls) > 1:
            opened.update(outer for call in calls for outer in call.way if outer not in common)
    return opened
