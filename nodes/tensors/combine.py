"""Operations that join several tensors, skip connections among them."""

from collections.abc import Iterator, Mapping, Sequence

from nodes.declare import NETWORKS, TRAINING, Change, NodeType, Param, Port, Problem, Shapes, Values
from nodes.tensors.fitting import Shape, broadcasts, set_to

_CONVOLUTIONS = {3: "Conv1d", 4: "Conv2d", 5: "Conv3d"}
"""By the number of dimensions that they take."""


def _shrinking(shape: Shape, goal: Shape) -> tuple[str, Mapping[str, object]]:
    """Kernel size in words, with its stride, and the sizes of a convolution from one height and
    width to others."""
    for stride in range(1, max(shape) + 1):
        if all((b - 1) // stride + 1 == a for b, a in zip(shape, goal, strict=True)):
            one = "×".join("1" for _ in shape) if len(shape) > 1 else "1-wide"
            if stride == 1:
                return one, {"kernel_size": 1}
            return f"{one} stride-{stride}", {"kernel_size": 1, "stride": stride}
    strides = tuple(b // a for b, a in zip(shape, goal, strict=True))
    kernel = tuple(b - (a - 1) * s for b, a, s in zip(shape, goal, strides, strict=True))
    return "×".join(map(str, kernel)), {"kernel_size": kernel, "stride": strides}


def _projection(shape: Shape, goal: Shape) -> tuple[str, str, dict[str, object]] | None:
    """A layer that turns one shape into the other: what a button calls it, type, parameters."""
    if len(shape) != len(goal) or shape[0] != goal[0]:
        return None
    if shape[:-1] == goal[:-1]:
        positions = {"per_position": True} if len(shape) > 3 else {}
        return "a Linear", "Linear", {"out_features": goal[-1], **positions}
    smaller = all(b >= a for b, a in zip(shape[2:], goal[2:], strict=True))
    sequences = len(shape) == 3 and shape[1] == goal[1]  # N×T×C has no channels there
    if len(shape) in _CONVOLUTIONS and smaller and not sequences:
        kernel, sizes = _shrinking(shape[2:], goal[2:])
        layer = _CONVOLUTIONS[len(shape)]
        return f"a {kernel} {layer}", layer, {"out_channels": goal[1], **sizes}
    return None


def _agree(values: Values, shapes: Shapes) -> Iterator[Problem]:
    inputs = shapes["inputs"]
    for second in range(1, len(inputs)):
        if broadcasts(inputs[0], inputs[second]):
            continue
        fixes = []
        for wire, other in ((0, second), (second, 0)):
            found = _projection(inputs[wire], inputs[other])
            if found is not None:
                name, type_name, params = found
                change = Change("insert", type=type_name, params=params, port="inputs", wire=wire)
                fixes.append((f"Insert {name} after {{source{wire}}}", (change,)))
        yield Problem(
            "shapes-differ",
            f"{{node}}: {{source0}} is {{shape0}} but {{source{second}}} is "
            f"{{shape{second}}}; both must have the same shape",
            "inputs",
            fixes=tuple(fixes),
        )
        return


def _concatenable(values: Values, shapes: Shapes) -> Iterator[Problem]:
    inputs, dim = shapes["inputs"], values["dim"]
    first = inputs[0]
    if not -len(first) <= dim < len(first):
        yield Problem(
            "dim",
            f"{{node}}: dim ({dim}) must be one of the {len(first)} dimensions of {{source0}}",
        )
        return
    at = dim % len(first)
    for number, shape in enumerate(inputs[1:], 1):
        if len(shape) != len(first) or any(
            a != b for i, (a, b) in enumerate(zip(first, shape, strict=True)) if i != at
        ):
            yield Problem(
                "shapes-differ",
                f"{{node}}: {{source0}} is {{shape0}} but {{source{number}}} is "
                f"{{shape{number}}}; all sizes but dimension {at} must agree",
                "inputs",
                fixes=tuple(set_to("dim", axis) for axis in _joinable(inputs)),
            )
            return


def _joinable(shapes: Sequence[Shape]) -> list[int]:
    """Dimensions, samples aside, along which all of these can be put one after the other."""
    if len({len(shape) for shape in shapes}) > 1:
        return []
    others = [
        {shape[:axis] + shape[axis + 1 :] for shape in shapes} for axis in range(len(shapes[0]))
    ]
    return [axis for axis, left in enumerate(others) if axis and len(left) == 1]


_SEVERAL = (Port("inputs", "any", many=True, summary="Two or more."),)
_ONE = (Port("output", "any"),)
_ANYWHERE = NETWORKS | TRAINING

ADD = NodeType(
    "Add",
    "Combine",
    "Sum, element by element: a skip connection.",
    inputs=_SEVERAL,
    outputs=_ONE,
    boards=_ANYWHERE,
    forward="{inputs:+}",
    check=_agree,
    formula=r"y = x_1 + x_2 + \ldots",
    paper="https://arxiv.org/abs/1512.03385",
    keywords="skip residual shortcut plus sum",
    everyday=True,
    glyph="+",
)

MULTIPLY = NodeType(
    "Multiply",
    "Combine",
    "Product, element by element: a gate.",
    inputs=_SEVERAL,
    outputs=_ONE,
    boards=_ANYWHERE,
    forward="{inputs:*}",
    check=_agree,
    formula=r"y = x_1 \odot x_2 \odot \ldots",
    keywords="gate mask product times",
    glyph="×",
)


def _same(values: Values, shapes: Shapes) -> Iterator[Problem]:
    inputs, dim = shapes["inputs"], values["dim"]
    count = len(inputs[0])
    for number, shape in enumerate(inputs):
        if shape != inputs[0]:
            text = f"{{node}}: {{source0}} is {{shape0}} but {{source{number}}} is"
            text = f"{text} {{shape{number}}}; all must have the same shape"
            yield Problem("shapes-differ", text, "inputs")
            return
    if not -count - 1 <= dim <= count:
        text = f"{{node}}: dim ({dim}) must be from {-count - 1} to {count}, as {{source0}} is"
        yield Problem("dim", f"{text} {{shape0}}", "inputs", fixes=(set_to("dim", 1),))


STACK = NodeType(
    "Stack",
    "Combine",
    "Puts tensors of one shape beside each other, along a new dimension.",
    inputs=_SEVERAL,
    outputs=_ONE,
    params=(Param("dim", "int", 1, "Where the new dimension stands.", on_card="name"),),
    forward="torch.stack([{inputs}], dim={dim})",
    check=_same,
    examples=({"dim": -1},),
    formula=r"y_i = x_i",
    keywords="join new dimension heads views",
    glyph="≡",
)

CONCATENATE = NodeType(
    "Concatenate",
    "Combine",
    "Puts tensors one after the other along a dimension.",
    inputs=_SEVERAL,
    outputs=_ONE,
    boards=_ANYWHERE,
    params=(Param("dim", "int", 1, "The dimension that grows; 1 is channels.", on_card="name"),),
    forward="torch.cat([{inputs}], dim={dim})",
    check=_concatenable,
    examples=({"dim": -1},),
    formula=r"y = [x_1, x_2, \ldots]",
    paper="https://arxiv.org/abs/1505.04597",
    keywords="cat join skip unet dense stack",
    everyday=True,
    glyph="‖",
    short="concat",
)
