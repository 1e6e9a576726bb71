"""Checks that declarations of several families share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

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


def score_for_each_class(scores: str = "logits") -> Check:
    """`scores` has one more dimension than `target`, its scores for the classes that there are."""

    def check(values: Values, shapes: Shapes) -> Iterator[Problem]:
        given, target = shapes[scores][0], shapes["target"][0]
        classes = values["limits"]["target"]
        if given[:-1] != target:
            text = f"{{node}}: {scores} must be {{shape:target}}×classes, one score for each class"
            yield Problem("target-shape", f"{text} and target, but they are {{shape}}", scores)
        elif classes is not None and given[-1] < classes:
            text = f"{{node}}: {{{scores}}} gives scores for {given[-1]} classes, but {{target}}"
            yield Problem("too-few-classes", f"{text} has {classes}", scores)

    return check


def same_batch(first: str, others: Sequence[str]) -> Check:
    """As many samples must flow into other inputs as into the first."""

    def check(values: Values, shapes: Shapes) -> Iterator[Problem]:
        for other in others:
            if shapes.get(other) and shapes[other][0][0] != shapes[first][0][0]:
                text = f"{{node}}: {first} and {other} must hold the same number of samples"
                yield Problem("batch", text, other)

    return check


def same_features(first: str, other: str) -> Check:
    """The last dimensions of two inputs must have one size."""

    def check(values: Values, shapes: Shapes) -> Iterator[Problem]:
        ours, theirs = shapes[first][0][-1], shapes[other][0][-1]
        if ours != theirs:
            text = f"{{node}}: {{{first}}} has {ours} features, but {{{other}}} has {theirs}"
            change = Change("insert", type="Linear", params={"out_features": ours}, port=other)
            fixes = ((f"Insert a Linear before {other}", (change,)),)
            yield Problem("features", f"{text}; they must agree", other, fixes=fixes)

    return check


def heads_divide(param: str, port: str) -> Check:
    """The number of heads must divide the features of an input."""

    def check(values: Values, shapes: Shapes) -> Iterator[Problem]:
        heads, dim = values[param], shapes[port][0][-1]
        if dim % heads:
            divisors = [h for h in range(1, dim + 1) if dim % h == 0]
            near = sorted(sorted(divisors, key=lambda h: abs(h - heads))[:2])
            yield Problem(
                "num-heads",
                f"{{node}}: {param} ({heads}) must divide the {dim} features of {{{port}}}",
                port,
                fixes=tuple((f"Set {param} to {h}", (Change("set", param, h),)) for h in near),
            )

    return check


def all_of(*checks: Check) -> Check:
    """What several checks find, up to the first that finds something."""

    def check(values: Values, shapes: Shapes) -> Iterator[Problem]:
        for each in checks:
            found = list(each(values, shapes))
            if found:
                yield from found
                return

    return check
