"""Weights of layers that have another size now."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
import torch
from torch import nn

from studio.compile.compiled import Compiled, check
from studio.compile.weight_axes import WeightAxes, weight_axes
from studio.model.transfer import DrawnWeights, Transfer, transfer
from studio.run.carried_weights import carried, resized
from tests.run.drawn import Json, parsed


def compiled(*layers: tuple[str, Json], shape: list[Any], dtype: str = "float32") -> Compiled:
    """A network of layers in a row, called `a`, `b` and so on."""
    shape_of = {"shape": shape, "dtype": dtype}
    nodes: Json = {"x": {"type": "Input", "params": shape_of}}
    for id, (type, params) in zip("abcdef", layers, strict=False):
        nodes[id] = {"type": type, "params": params}
    nodes["y"] = {"type": "Output"}
    wires = [f"{a}.output -> {b}.input" for a, b in pairwise(nodes)]
    board = {"kind": "network", "nodes": nodes, "wires": wires}
    return check(parsed({"netloom": 1, "boards": {"Net": board}}))


def weights(compiled: Compiled, network: nn.Module) -> DrawnWeights:
    sizes = {key: tuple(value.shape) for key, value in network.state_dict().items()}
    return DrawnWeights(compiled.project, {"Net": compiled.project.boards["Net"]}, {"Net": sizes})


def grown(before: Compiled, after: Compiled) -> tuple[nn.Module, nn.Module, Transfer]:
    """A network, one of another size with its weights, and what became of them."""
    torch.manual_seed(0)
    old, new = before.network("Net").eval(), after.network("Net").eval()
    drawn = weights(after, new)
    found = transfer(weights(before, old), drawn)
    state = {"Net": old.state_dict()}, {"Net": new.state_dict()}
    new.load_state_dict(carried(found, *state, after, drawn)["Net"])
    return old, new, found


def wide(width: int) -> dict[str, Compiled]:
    linear = ("Linear", {"out_features": 3})
    flat = ("Flatten", {})
    conv = ("Conv2d", {"out_channels": 2, "kernel_size": 3})
    image = ["N", 3, 6, 6]
    return {
        "linear": compiled(
            ("Linear", {"out_features": width}), ("ReLU", {}), linear, shape=["N", 5]
        ),
        "conv": compiled(
            ("Conv2d", {"out_channels": width, "kernel_size": 3}),
            ("BatchNorm2d", {}),
            conv,
            flat,
            linear,
            shape=image,
        ),
        "transposed": compiled(
            ("ConvTranspose2d", {"out_channels": width, "kernel_size": 2}),
            ("ConvTranspose2d", {"out_channels": 2, "kernel_size": 2}),
            shape=image,
        ),
        "lstm": compiled(
            ("LSTM", {"hidden_size": width, "num_layers": 2}), linear, shape=["N", "T=7", 4]
        ),
        "gru": compiled(("GRU", {"hidden_size": width}), linear, shape=["N", "T=7", 4]),
        "embedding": compiled(
            ("Embedding", {"num_embeddings": 9, "embedding_dim": width}),
            linear,
            shape=["N", 6],
            dtype="int64",
        ),
    }


SAMPLES = {
    "linear": torch.randn(4, 5),
    "conv": torch.randn(4, 3, 6, 6),
    "transposed": torch.randn(4, 3, 6, 6),
    "lstm": torch.randn(4, 7, 4),
    "gru": torch.randn(4, 7, 4),
    "embedding": torch.arange(24).reshape(4, 6) % 9,
}
NARROW, WIDE, ODD = wide(4), wide(8), wide(7)


@pytest.mark.parametrize("widened", [WIDE, ODD], ids=["twice", "odd"])
@pytest.mark.parametrize("kind", SAMPLES)
def test_a_widened_network_computes_what_it_did_and_learns(
    kind: str, widened: dict[str, Compiled]
) -> None:
    old, new, found = grown(NARROW[kind], widened[kind])
    assert found.resized
    assert not found.fresh
    torch.testing.assert_close(new(SAMPLES[kind]), old(SAMPLES[kind]))
    optimizer = torch.optim.SGD(new.parameters(), 0.1)
    for _ in range(2):
        optimizer.zero_grad()
        new(SAMPLES[kind]).square().mean().backward()
        optimizer.step()
    gradients = {key: p.grad for key, p in new.named_parameters()}
    unknown = {key: torch.full_like(value, torch.nan) for key, value in old.named_parameters()}
    for place in found.resized:
        gradient, before = gradients.get(place.key), unknown.get(place.key)
        if gradient is not None and before is not None:
            axes = axes_of(widened[kind], place.layer, place.name, gradient.dim())
            added = ~resized(before, torch.zeros_like(gradient), axes).isnan()
            assert gradient[added].any(), f"what is new of {place.key} does not learn"


def axes_of(compiled: Compiled, layer: str, name: str, rank: int) -> WeightAxes:
    checking = compiled.checking
    return weight_axes(checking.flows["Net"], checking.types, layer, name, rank)


def test_a_narrowed_network_keeps_what_fits() -> None:
    old, new, _ = grown(WIDE["linear"], NARROW["linear"])
    assert torch.equal(new.state_dict()["a.weight"], old.state_dict()["a.weight"][:4])
    assert torch.equal(new.state_dict()["c.weight"], old.state_dict()["c.weight"][:, :4])


def test_axes_are_found_by_building_layers_at_other_sizes() -> None:
    assert axes_of(WIDE["linear"], "a", "weight", 2) == WeightAxes((1, 1), 0, (1,))
    assert axes_of(WIDE["transposed"], "a", "weight", 4) == WeightAxes((1, 1, 1, 1), 1, (0,))
    assert axes_of(WIDE["lstm"], "a", "weight_hh_l0", 2) == WeightAxes((4, 1), 0, (1,))
    assert axes_of(WIDE["gru"], "a", "weight_ih_l0", 2) == WeightAxes((3, 1), 0, (1,))
    assert axes_of(WIDE["embedding"], "a", "weight", 2) == WeightAxes((1, 1), 0, ())


def test_pieces_that_lie_behind_each_other_grow_each_by_itself() -> None:
    old, fresh = torch.ones(4, 1), torch.full((6, 1), 2.0)
    assert resized(old, fresh, WeightAxes((2, 1))).flatten().tolist() == [1, 1, 2, 1, 1, 2]
