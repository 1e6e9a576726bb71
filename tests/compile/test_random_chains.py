"""Rules of sizes in random chains of layers, against truly running them at other sizes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from nodes.declare import NodeType, Param, Port
from studio.compile import meta_layers
from studio.compile.compiled import Compiled, check
from studio.model.ports import with_ports
from studio.model.project import Node
from tests.compile.drawing import TYPES, board, node, project, size_of


def operation(name: str, forward: str, *params: str) -> NodeType:
    """A type of node without a layer."""
    numbers = tuple(Param(param, "int", 2) for param in params)
    return NodeType(name, "Shape", "", (Port("input"),), params=numbers, forward=forward)


EVERY = {
    **TYPES,
    "Grow": operation("Grow", "F.interpolate({input}, scale_factor={by} / 2)", "by"),
    "Shuffle": operation("Shuffle", "F.pixel_shuffle({input}, {by})", "by"),
    "Unshuffle": operation("Unshuffle", "F.pixel_unshuffle({input}, {by})", "by"),
    "Unfold": operation("Unfold", "F.unfold({input}, {size}, stride={step})", "size", "step"),
    "Twice": operation(
        "Twice",
        "torch.cat([{input}, {input}.narrow(2, {first}, {input}.shape[2] - {first})], 2)",
        "first",
    ),
    "Join": operation("Join", "torch.cat([{input}, {input}.flip(3)], {dim})", "dim"),
    "Pad": operation("Pad", "F.pad({input}, ({by}, 0, 1, {by}))", "by"),
}


def layer(type: str, **params: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, Any]]:
    return st.tuples(st.just(type), st.fixed_dictionaries(params))


SMALL = st.integers(1, 3)
LAYERS = st.one_of(
    layer(
        "Conv2d",
        out_channels=st.sampled_from([4, 8]),
        kernel_size=st.integers(1, 5),
        stride=st.integers(1, 8),
        padding=st.integers(0, 2),
        dilation=st.integers(1, 2),
    ),
    layer("ConvTranspose2d", out_channels=st.just(4), kernel_size=SMALL, stride=SMALL),
    layer("MaxPool2d", kernel_size=SMALL, stride=st.integers(1, 5)),
    layer("Grow", by=st.integers(1, 6)),
    layer("Shuffle", by=st.just(2)),
    layer("Unshuffle", by=st.integers(2, 4)),
    layer("Twice", first=st.integers(0, 2)),
    layer("Join", dim=st.integers(1, 3)),
    layer("Pad", by=st.integers(0, 3)),
    layer("Permute", order=st.just((0, 1, 3, 2))),
)
LAST = st.one_of(
    layer("Flatten"),
    layer("Flatten", start_dim=st.just(2)),
    layer("Flatten", start_dim=st.just(0), end_dim=st.just(2)),
    layer("Unfold", size=st.integers(1, 3), step=SMALL),
    layer("Reshape", shape=st.sampled_from([(-1, 2), (4, -1), (-1, 4, 1)])),
    layer("PatchEmbedding", patch_size=SMALL, class_token=st.booleans(), embed_dim=st.just(4)),
    layer("ReLU"),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(LAYERS, min_size=9, max_size=9), LAST, st.data())
def test_every_size_follows_a_rule_that_holds(
    layers: list[tuple[str, Any]], last: tuple[str, Any], data: st.DataObject
) -> None:
    free = {"N": 3, "H": data.draw(st.integers(40, 60)), "W": data.draw(st.integers(30, 60))}
    image = node("x", "Input", shape=("N", 4, f"H={free['H']}", f"W={free['W']}"))
    steps = [node(f"n{i}", type, **values) for i, (type, values) in enumerate([*layers, last])]
    found = drawn(image, steps)
    while found.issues:  # leave out what does not fit what comes before it
        steps = [step for step in steps if step.id != found.issues[0].node]
        found = drawn(image, steps)
    reports = found.reports["Net"]
    assert all("?" not in reports[step.id].outputs["output"].shape for step in steps)
    ways = [way(step, reports[step.id].inferred) for step in steps]
    for number in range(6):
        if number:
            free = {name: data.draw(st.integers(1, 150)) for name in free}
        value: Tensor = torch.empty(free["N"], 4, free["H"], free["W"], device="meta")
        for step, run in zip(steps, ways, strict=True):
            told = reports[step.id].outputs["output"]
            try:
                value = run(value)
            except RuntimeError:
                break  # images of that size do not fit
            assert [size_of(dim, free) for dim in told.shape] == list(value.shape)


def drawn(image: Node, steps: list[Node]) -> Compiled:
    """A chain of these."""
    ends = [image, *steps, node("y", "Output")]
    return check(project(board(ends, " -> ".join(n.id for n in ends))), EVERY)


def way(step: Node, inferred: Mapping[str, int]) -> Callable[[Tensor], Tensor]:
    """What a node computes, made anew."""
    node_type = with_ports(EVERY[step.type], step.params)
    values = {**node_type.defaults(), **step.params}
    template = meta_layers.expression(node_type, values, {"input": ((1, 1, 1, 1),)})
    made = meta_layers.build(node_type, values, inferred) if node_type.layer else None

    def run(value: Tensor) -> Tensor:
        result = meta_layers.run(node_type, template, values, made, {"input": [value]})
        return result["output"]

    return run
