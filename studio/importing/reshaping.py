"""Functions that give a tensor another shape, or a part of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from studio.importing.drafts import End
from studio.importing.sketch import Draws, Fed, Sketch, Undrawable
from studio.importing.trace import Value


def _reshaped(sketch: Sketch) -> None:
    """As the shapes tell, whichever way the model worked them out."""
    value = sketch.pair.one.args[0]
    (result,) = sketch.results
    before = list(zip(value.shape, sketch.drawing.others[value].shape, strict=True))
    after = list(zip(result.shape, sketch.drawing.others[result].shape, strict=True))
    sketch.gives(_towards(sketch, value, before, after))


_Sizes = list[tuple[int, int]]
"""Sizes, and what they are with one sample more."""


def _towards(sketch: Sketch, fed: Fed, before: _Sizes, after: _Sizes) -> End:
    if before == after:
        return sketch.drawing.end(fed, sketch.draft) if isinstance(fed, Value) else fed
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    if not old:  # sizes of 1 are added
        node = sketch.add("Unsqueeze", {"input": fed}, {"dim": start})
        return _towards(sketch, (node, "output"), [*before[:start], (1, 1), *before[start:]], after)
    if not new and start and not end:
        params = {"start_dim": start - 1, "end_dim": -1}
        return sketch.add("Flatten", {"input": fed}, params), "output"
    if not new:
        node = sketch.add("Squeeze", {"input": fed}, {"dim": start})
        return _towards(sketch, (node, "output"), before[:start] + before[start + 1 :], after)
    if len(new) == 1:
        last = start + len(old) - 1 if end else -1
        params = {"start_dim": start, "end_dim": last}
        return sketch.add("Flatten", {"input": fed}, params), "output"
    sizes = tuple(a if a == b else -1 for a, b in new)
    if sizes.count(-1) > 1:
        raise Undrawable
    if len(old) == 1:
        return sketch.add("Unflatten", {"input": fed}, {"dim": start, "sizes": sizes}), "output"
    if start:
        whole = tuple(a if a == b else -1 for a, b in after[1:])
        if before[0] == after[0] and whole.count(-1) <= 1:
            return sketch.add("Reshape", {"input": fed}, {"shape": whole}), "output"
    flat = sketch.add(
        "Flatten", {"input": fed}, {"start_dim": start, "end_dim": start + len(old) - 1}
    )
    divided: dict[str, Any] = {"dim": start, "sizes": sizes}
    return sketch.add("Unflatten", {"input": (flat, "output")}, divided), "output"


def _squeezed(sketch: Sketch) -> None:
    sketch.bind("input *dims")
    (result,) = sketch.results
    if result.shape == sketch.shape():
        sketch.same()
    elif len(sketch["dims"]) == 1:
        params = {"dim": sketch["dims"][0]}
        sketch.gives(sketch.add("Squeeze", {"input": sketch["input"]}, params))
    else:
        _reshaped(sketch)


def _turned(sketch: Sketch) -> None:
    """`x.T` and the like."""
    sketch.bind("input")
    count = len(sketch.shape())
    if count < 2 or (count > 2 and sketch.name in ("T", "t")):
        raise Undrawable
    params = {"dim0": count - 2, "dim1": count - 1}
    sketch.gives(sketch.add("Transpose", {"input": sketch["input"]}, params))


def _permuted(sketch: Sketch) -> None:
    sketch.bind("input *dims")
    count = len(sketch.shape())
    order = tuple(dim % count for dim in sketch["dims"])
    sketch.gives(sketch.add("Permute", {"input": sketch["input"]}, {"order": order}))


def _moved(sketch: Sketch) -> None:
    sketch.bind("input source destination")
    count = len(sketch.shape())
    source, goal = (_several(sketch[name], count) for name in ("source", "destination"))
    order = [dim for dim in range(count) if dim not in source]
    for place, dim in sorted(zip(goal, source, strict=True)):
        order.insert(place, dim)
    sketch.gives(sketch.add("Permute", {"input": sketch["input"]}, {"order": tuple(order)}))


def _several(value: Any, count: int) -> list[int]:
    return [dim % count for dim in (value if isinstance(value, list | tuple) else [value])]


def _expanded(sketch: Sketch) -> None:
    value = sketch.pair.one.args[0]
    (result,) = sketch.results
    more = sketch.drawing.others[result].shape
    missing = len(result.shape) - len(value.shape)
    before = list(zip(value.shape, sketch.drawing.others[value].shape, strict=True))
    fed: Fed = value
    for _ in range(missing):
        fed = (sketch.add("Unsqueeze", {"input": fed}, {"dim": 0}), "output")
        before.insert(0, (1, 1))
    sizes = [-1] * len(before)
    for dim, (old, a, b) in enumerate(zip(before, result.shape, more, strict=True)):
        if old != (a, b) and a != b:
            end = sketch.drawing.end(fed, sketch.draft) if isinstance(fed, Value) else fed
            fed = sketch.drawing.stretched(end, dim, sketch.draft)
        elif old != (a, b):
            sizes[dim] = a
    if any(size != -1 for size in sizes):
        fed = (sketch.add("Expand", {"input": fed}, {"sizes": tuple(sizes)}), "output")
    sketch.gives(sketch.drawing.end(fed, sketch.draft) if isinstance(fed, Value) else fed)


def _repeated(sketch: Sketch) -> None:
    sketch.bind("input *repeats")
    times, shape = sketch.fixed("repeats"), sketch.shape()
    fed: Fed = sketch["input"]
    for _ in range(len(times) - len(shape)):
        fed = (sketch.add("Unsqueeze", {"input": fed}, {"dim": 0}), "output")
    for dim, count in enumerate(times):
        if count != 1:
            fed = (sketch.add("Repeat", {"input": fed}, {"dim": dim, "times": count}), "output")
    sketch.gives(sketch.drawing.end(fed, sketch.draft) if isinstance(fed, Value) else fed)


def _interleaved(sketch: Sketch) -> None:
    sketch.bind("input repeats dim")
    params = {"dim": sketch["dim"], "times": sketch.fixed("repeats"), "each": True}
    sketch.gives(sketch.add("Repeat", {"input": sketch["input"]}, params))


def _cut(sketch: Sketch) -> None:
    """chunk, split, unbind: pieces as they came out."""
    sketch.bind("input pieces=2 dim=0" if sketch.name != "unbind" else "input dim=0")
    dim, value = sketch["dim"], sketch["input"]
    if sketch.name == "unbind":
        nodes = [
            sketch.add("Select", {"input": value}, {"dim": dim, "index": index})
            for index in range(len(sketch.results))
        ]
        sketch.gives(*nodes)
        return
    if dim in sketch.drawing.follows(value):
        raise Undrawable
    sizes = tuple(result.shape[dim] for result in sketch.results)
    if len(sizes) == 1:
        sketch.same()
        return
    pieces: Any = len(sizes) if len(set(sizes)) == 1 else sizes
    declared = {"input": value}
    node = sketch.add("Split", declared, {"pieces": 2, "dim": dim})
    node.params["pieces"] = pieces
    sketch.gives(*((node, f"piece{number}") for number in range(len(sizes))))


def _indexed(sketch: Sketch) -> None:
    sketch.bind("input index")
    fed: Fed = sketch["input"]
    given, other = sketch.arguments["index"], sketch.more["index"]
    if isinstance(given, list) and given and all(type(item) is int for item in given):
        given = (torch.tensor(given),)
    parts = list(given) if isinstance(given, tuple) else [given]
    others = list(other) if isinstance(other, tuple) else [other]
    count = len(sketch.shape())
    taken = sum(1 for part in parts if part is not None and part is not Ellipsis)
    if Ellipsis not in [part for part in parts if not isinstance(part, Value)]:
        parts, others = [*parts, Ellipsis], [*others, Ellipsis]
    dim, sizes = 0, list(sketch.shape())
    for part, more in zip(parts, others, strict=True):
        if part is Ellipsis:
            dim += count - taken
        elif part is None:
            fed = (sketch.add("Unsqueeze", {"input": fed}, {"dim": dim}), "output")
            sizes.insert(dim, 1)
            dim += 1
        elif type(part) is int:
            if part != more:
                raise Undrawable
            fed = (sketch.add("Select", {"input": fed}, {"dim": dim, "index": part}), "output")
            sizes.pop(dim)
        elif isinstance(part, slice):
            fed = _sliced(sketch, fed, dim, part, more, sizes[dim])
            dim += 1
        elif isinstance(part, Value) and len(parts) <= 2 and dim == 0 and part.dtype == torch.bool:
            fed = (sketch.add("Masked", {"input": fed, "mask": part}), "output")
        elif isinstance(part, Value) and len(part.shape) == 1 and not part.live:
            inputs: dict[str, Any] = {"input": fed, "index": part}
            fed = (sketch.add("IndexSelect", inputs, {"dim": dim}), "output")
            dim += 1
        else:
            raise Undrawable
    sketch.gives(sketch.drawing.end(fed, sketch.draft) if isinstance(fed, Value) else fed)


def _sliced(sketch: Sketch, fed: Fed, dim: int, part: slice, more: slice, size: int) -> Fed:
    first, last, step = part.indices(size)
    if (first, last, step) == (0, size, 1):
        return fed
    if part != more:
        raise Undrawable
    start = None if part.start in (None, 0) else part.start
    stop = None if part.stop is None or part.stop >= size else part.stop
    params = {"dim": dim, "start": start, "stop": stop, "step": step}
    return sketch.add("Slice", {"input": fed}, params), "output"


def _narrowed(sketch: Sketch) -> None:
    sketch.bind("input dim start length")
    start, length = sketch.fixed("start"), sketch.fixed("length")
    params = {"dim": sketch["dim"], "start": start or None, "stop": start + length}
    sketch.gives(sketch.add("Slice", {"input": sketch["input"]}, params))


def _same(sketch: Sketch) -> None:
    sketch.gives(sketch.drawing.end(sketch.pair.one.args[0], sketch.draft))


_KINDS = {
    torch.float32: "float",
    torch.int64: "long",
    torch.bool: "bool",
    torch.float16: "half",
    torch.bfloat16: "bfloat16",
    torch.float64: "double",
}


_WHOLE = {torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8}


def _cast(sketch: Sketch) -> None:
    value, (result,) = sketch.pair.one.args[0], sketch.results
    if value.dtype == result.dtype or {value.dtype, result.dtype} <= _WHOLE:
        _same(sketch)
    else:
        kind = _KINDS.get(torch.int64 if result.dtype in _WHOLE else result.dtype)
        sketch.gives(sketch.add("Cast", {"input": value}, {"to": kind}))


RESHAPING: Mapping[str, Draws] = {
    **dict.fromkeys(
        (
            "reshape",
            "view",
            "view_as",
            "reshape_as",
            "ravel",
        ),
        _reshaped,
    ),
    **dict.fromkeys(("T", "mT", "t", "adjoint"), _turned),
    "squeeze": _squeezed,
    "permute": _permuted,
    **dict.fromkeys(("movedim", "moveaxis"), _moved),
    **dict.fromkeys(("expand", "expand_as", "broadcast_to"), _expanded),
    **dict.fromkeys(("repeat", "tile"), _repeated),
    "repeat_interleave": _interleaved,
    **dict.fromkeys(("chunk", "split", "unbind", "tensor_split", "split_with_sizes"), _cut),
    "getitem": _indexed,
    "narrow": _narrowed,
    **dict.fromkeys(
        ("contiguous", "clone", "detach", "requires_grad", "data", "alias", "lift_fresh"), _same
    ),
    **dict.fromkeys(
        (
            "to",
            "float",
            "long",
            "int",
            "short",
            "bool",
            "half",
            "bfloat16",
            "double",
            "type",
            "type_as",
        ),
        _cast,
    ),
}
