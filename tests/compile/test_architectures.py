"""The well-known networks that come with Netloom have the published sizes, and compute what others
do that were written by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest
import torch
from torch import Tensor, nn

from studio.compile.compiled import check
from studio.model.gallery import architectures, template
from tests.compile.reference_networks import REFERENCES

PARAMETERS = {
    "LeNet5": 61_706,
    "AlexNet": 61_100_840,
    "VGG16": 138_357_544,
    "ResNet18": 11_689_512,
    "ResNet50": 25_557_032,
    "UNet": 31_030_658,
    "Transformer": 44_140_544,
    "GPT2": 124_439_808,
    "ViT": 86_567_656,
    "Generator": 3_576_704,
    "Discriminator": 2_765_568,
    "NatureDQN": 1_686_180,
}

BILLIONS = {"AlexNet": 0.71, "VGG16": 15.47, "ResNet18": 1.81, "ResNet50": 4.09, "ViT": 17.56}
"""Multiply-adds for a picture of 224 pixels, as torchvision lists them."""

SAMPLES: Mapping[str, tuple[tuple[int, ...], ...]] = {
    "LeNet5": ((2, 1, 28, 28),),
    "AlexNet": ((1, 3, 96, 96),),
    "VGG16": ((1, 3, 64, 64),),
    "ResNet18": ((1, 3, 64, 64),),
    "ResNet50": ((1, 3, 64, 64),),
    "UNet": ((1, 1, 188, 188),),
    "Transformer": ((2, 7, 512), (2, 5, 512)),
    "GPT2": ((1, 6),),
    "ViT": ((1, 3, 224, 224),),
    "Generator": ((2, 100, 1, 1),),
    "Discriminator": ((2, 3, 64, 64),),
    "NatureDQN": ((2, 4, 84, 84),),
}
"""Sizes of inputs, smaller than usual where a network takes any."""

ON_A_BOARD = 25
"""Nodes that a person can take in."""


def test_every_network_has_a_reference() -> None:
    networks = [
        (name, board.name)
        for name in architectures()
        for board in template(name).of_kind("network")
    ]
    assert sorted(networks) == sorted(REFERENCES)


@pytest.mark.parametrize(("name", "network"), REFERENCES)
def test_what_is_drawn_is_what_was_published(name: str, network: str) -> None:
    found = check(template(name))
    assert not found.issues
    assert found.totals[network].parameters == PARAMETERS[network]
    if network in BILLIONS:
        assert round(found.totals[network].multiply_adds / 1e9, 2) == BILLIONS[network]
    assert all(len(board.nodes) <= ON_A_BOARD for board in found.project.boards.values())
    with torch.device("meta"):
        ours, theirs = found.network(network), REFERENCES[name, network]()
    for module in (ours, theirs):
        _on_the_cpu(module)
    draw = torch.Generator().manual_seed(0)
    for weight in ours.parameters():
        wide = weight.numel() // len(weight) if weight.dim() > 1 else 4
        weight.data.normal_(std=wide**-0.5, generator=draw)
    asked = dict(theirs.named_parameters())
    for key, value in _matched(ours, theirs):
        assert asked.pop(key).shape == value.shape, key
        place, _, last = key.rpartition(".")
        setattr(theirs.get_submodule(place), last, nn.Parameter(value))
    assert not asked
    given = [torch.randn(size, generator=draw) for size in SAMPLES[network]]
    if network == "GPT2":
        given = [torch.randint(50257, (2, 6), generator=draw)]
    with torch.no_grad():
        torch.testing.assert_close(ours(*given), theirs(*given), rtol=1e-4, atol=1e-5)


def _on_the_cpu(network: nn.Module) -> None:
    """Give a network that was made without memory some, with nothing seen by its norms."""
    network.to_empty(device="cpu").eval()
    for part in network.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.reset_running_stats()


def _matched(ours: nn.Module, theirs: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """What the reference calls our weights. Both are in the order of the computation, but that
    torch packs queries, keys and values, and has an order of its own in its Transformer."""
    every = list(ours.named_parameters())
    names = iter([name for name, _ in theirs.named_parameters()])
    if hasattr(theirs, "inner"):
        every.sort(key=lambda item: _as_torch_orders(item[0]))
    packed = any(isinstance(part, nn.MultiheadAttention) for part in theirs.modules())
    while every:
        name, value = every.pop(0)
        if packed and ".query." in name:
            five = [value, *(every.pop(0)[1] for _ in range(5))]
            yield next(names), torch.cat(five[::2])
            yield next(names), torch.cat(five[1::2])
        else:
            yield next(names), value


TORCH_ORDER = ("attention", "cross", "wide", "narrow", "norm1", "norm2", "norm3")


def _as_torch_orders(name: str) -> tuple[int, ...]:
    """Encoder before decoder, copies by number, attention before linear layers before norms."""
    stage, number, part = re.fullmatch(r"(\w+)\.(?:(\d+)\.)?(\w+).*", name).groups()
    after = ("encoder", "encoded", "decoder", "decoded").index(stage)
    return after, int(number or 0), TORCH_ORDER.index(part) if number else 0
