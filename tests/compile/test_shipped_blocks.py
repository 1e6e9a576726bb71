"""Blocks that come with Netloom compute what the papers and torch define."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.compile.compiled import check
from studio.model.gallery import shipped_blocks, shipped_project
from tests.compile.drawing import run
from tests.compile.reference_networks import Sum, convolved

Size = tuple[int, ...]


class InvertedResidual(nn.Module):
    """Sandler et al. 2018, with the stride 1."""

    def __init__(self) -> None:
        super().__init__()
        deep = [nn.Conv2d(192, 192, 3, padding=1, groups=192, bias=False), nn.BatchNorm2d(192)]
        wide = [*convolved(32, 192, 1), nn.ReLU6()]
        self.way = nn.Sequential(*wide, *deep, nn.ReLU6(), *convolved(192, 32, 1))

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = x + self.way(x)
        return out


class SqueezeExcitation(nn.Module):
    """Hu et al. 2018, by linear layers."""

    def __init__(self) -> None:
        super().__init__()
        self.squeeze, self.excite = nn.Linear(64, 4), nn.Linear(4, 64)

    def forward(self, x: Tensor) -> Tensor:
        weights = torch.sigmoid(self.excite(F.relu(self.squeeze(x.mean((2, 3))))))
        return x * weights[:, :, None, None]


class DenseBlock(nn.Module):
    """Huang et al. 2017: four layers with a bottleneck, growing by 32."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Sequential(
                *(nn.BatchNorm2d(width), nn.ReLU(), nn.Conv2d(width, 128, 1, bias=False)),
                *(nn.BatchNorm2d(128), nn.ReLU(), nn.Conv2d(128, 32, 3, padding=1, bias=False)),
            )
            for width in range(64, 192, 32)
        )

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = torch.cat((x, layer(x)), 1)
        return x


class UNetStage(nn.Module):
    """One level of Ronneberger et al. 2015, with padding."""

    def __init__(self) -> None:
        super().__init__()
        self.down, self.bottom = self.twice(1, 64), self.twice(64, 128)
        self.up, self.join = nn.ConvTranspose2d(128, 64, 2, 2), self.twice(128, 64)

    def twice(self, before: int, after: int) -> nn.Module:
        first = nn.Conv2d(before, after, 3, padding=1)
        return nn.Sequential(first, nn.ReLU(), nn.Conv2d(after, after, 3, padding=1), nn.ReLU())

    def forward(self, x: Tensor) -> Tensor:
        skip = self.down(x)
        low = self.up(self.bottom(F.max_pool2d(skip, 2)))
        out: Tensor = self.join(torch.cat((skip, low), 1))
        return out


class Layers(nn.Module):
    """Two layers of torch's, one after the other."""

    def __init__(self, kind: Callable[..., nn.Module]) -> None:
        super().__init__()
        self.layers = nn.ModuleList(kind(512, 8, batch_first=True) for _ in range(2))

    def forward(self, x: Tensor, memory: Tensor | None = None) -> Tensor:
        for layer in self.layers:
            if memory is None:
                x = layer(x)
            else:
                mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1])
                x = layer(x, memory, tgt_mask=mask)
        return x


def residual() -> nn.Module:
    """He et al. 2015: one that keeps the size, one that halves it."""
    same = nn.Sequential(*convolved(64, 64, 3), nn.ReLU(), *convolved(64, 64, 3))
    way = nn.Sequential(*convolved(64, 128, 3, 2), nn.ReLU(), *convolved(128, 128, 3))
    return nn.Sequential(Sum(same), Sum(way, nn.Sequential(*convolved(64, 128, 1, 2))))


def bottleneck() -> nn.Module:
    """He et al. 2015, the stride in the middle."""

    def way(before: int, width: int, stride: int) -> nn.Module:
        middle = [*convolved(width, width, 3, stride), nn.ReLU(), *convolved(width, 4 * width, 1)]
        return nn.Sequential(*convolved(before, width, 1), nn.ReLU(), *middle)

    other = nn.Sequential(*convolved(256, 512, 1, 2))
    return nn.Sequential(Sum(way(256, 64, 1)), Sum(way(256, 128, 2), other))


REFERENCES: Mapping[str, tuple[Callable[[], nn.Module], tuple[Size, ...]]] = {
    "bottleneck": (bottleneck, ((2, 256, 8, 8),)),
    "decoder_layer": (lambda: Layers(nn.TransformerDecoderLayer), ((2, 5, 512), (2, 7, 512))),
    "dense": (DenseBlock, ((2, 64, 8, 8),)),
    "encoder_layer": (lambda: Layers(nn.TransformerEncoderLayer), ((2, 5, 512),)),
    "inverted_residual": (InvertedResidual, ((2, 32, 8, 8),)),
    "residual": (residual, ((2, 64, 9, 8),)),
    "squeeze_excitation": (SqueezeExcitation, ((2, 64, 8, 8),)),
    "unet_stage": (UNetStage, ((2, 1, 64, 64),)),
}


def test_every_file_has_a_reference() -> None:
    assert shipped_blocks() == sorted(REFERENCES)


@pytest.mark.parametrize("name", REFERENCES)
def test_a_shipped_block_computes_what_is_published(name: str) -> None:
    found = check(shipped_project(name))
    assert not found.issues
    reference, sizes = REFERENCES[name]
    ours, theirs = found.network("Example").eval(), reference().eval()
    draw = torch.Generator().manual_seed(0)
    for weight in ours.parameters():
        wide = weight.numel() // len(weight) if weight.dim() > 1 else 4
        weight.data.normal_(std=wide**-0.5, generator=draw)
    asked = [*theirs.parameters()]
    for weight, given in zip(asked, _as_theirs(ours, theirs), strict=True):
        weight.data = given.reshape(weight.shape)
    inputs = [torch.randn(size, generator=draw) for size in sizes]
    (result,) = run(ours, inputs)
    with torch.no_grad():
        torch.testing.assert_close(result, theirs(*inputs), rtol=1e-4, atol=1e-5)


def _as_theirs(ours: nn.Module, theirs: nn.Module) -> Iterator[Tensor]:
    """Our weights in their order: torch packs queries, keys and values, and has norms last."""
    if not isinstance(theirs, Layers):
        yield from ours.parameters()
        return
    weights = {name: value.data for name, value in ours.named_parameters()}
    for layer in ("layers.0", "layers.1"):
        every = {n.removeprefix(f"{layer}."): w for n, w in weights.items() if n.startswith(layer)}
        for part in ("attention", "cross"):
            if f"{part}.query.weight" in every:
                for kind in ("weight", "bias"):
                    three = [every.pop(f"{part}.{n}.{kind}") for n in ("query", "key", "value")]
                    yield torch.cat(three)
                yield every.pop(f"{part}.output.weight")
                yield every.pop(f"{part}.output.bias")
        yield from (every.pop(name) for name in list(every) if name.startswith(("wide", "narrow")))
        yield from every.values()
