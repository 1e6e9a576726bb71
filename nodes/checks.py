"""Checks that declarations of several families share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from nodes.declare import Change, Problem, Shapes, Values

Check = Callable[[Values, Shapes], Iterator[Problem]]


def dim_exists(values: Values, shapes: Shapes) -> Iterator[Problem]:
    """`dim` must be a dimension of `input`."""
    dims, dim = len(shapes["input"][0]), values["dim"]
    if not -dims <= dim < dims:
        yield Problem(
            "dim",
            f"{{node}}: dim ({dim}) must be one of the {dims} dimensions of {{input}}, 0 to "
            f"{dims - 1}, or -1 for the last",
            "input",
            fixes=(("Set dim to -1", (Change("set", "dim", -1),)),),
        )


_SIZES = ("kernel_size", "stride", "padding", "output_padding", "dilation", "output_size")


def sizes_for_axes(values: Values, shapes: Shapes) -> Iterator[Problem]:
    """Sizes of windows and filters are one number, or one for each axis after the channels."""
    axes = len(shapes["input"][0]) - 2
    for name in _SIZES:
        value = values.get(name, 0)
        if isinstance(value, tuple) and len(value) != axes:
            many = "one whole number" if axes == 1 else f"one whole number or {axes} of them"
            fixes = ((f"Set {name} to {value[0]}", (Change("set", name, value[0]),)),)
            yield Problem("sizes", f"{{node}}: {name} must be {many}", fixes=fixes)


def same_shape(first: str, second: str, code: str = "target-shape") -> Check:
    """What flows into two inputs must have one shape."""

    def check(values: Values, shapes: Shapes) -> Iterator[Problem]:
        if shapes.get(second) and shapes[first][0] != shapes[second][0]:
            text = f"{{node}}: {first} is {{shape}}, but {second} is {{shape:{second}}}"
            yield Problem(code, f"{text}; they must agree", first)

    return check


def score_for_each_class(values: Values, shapes: Shapes) -> Iterator[Problem]:
    """`logits` has one more dimension than `target`, its scores for the classes that there are."""
    logits, target = shapes["logits"][0], shapes["target"][0]
    classes = values["limits"]["target"]
    if logits[:-1] != target:
        text = (
            "{node}: logits must be {shape:target}×classes, one score for each class and target, "
            "but they are {shape}"
        )
        yield Problem("target-shape", text, "logits")
    elif classes is not None and logits[-1] < classes:
        text = (
            f"{{node}}: {{logits}} gives scores for {logits[-1]} classes, but {{target}} has "
            f"{classes}"
        )
        yield Problem("too-few-classes", text, "logits")
