"""Well-known networks written by hand, plainly, to compare drawings with."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Sum(nn.Module):
    """The sum of two ways, and what follows it."""

    def __init__(self, way: nn.Module, other: nn.Module | None = None) -> None:
        super().__init__()
        self.way, self.other = way, other or nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.way(x) + self.other(x))


def lenet5() -> nn.Module:
    """LeCun et al. 1998, with full connections."""
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten()),
        *(nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10)),
    )


def alexnet() -> nn.Module:
    """Krizhevsky 2014, on one device."""
    widths = ((3, 64, 11, 4, 2), (64, 192, 5, 1, 2), (192, 384, 3, 1, 1), (384, 256, 3, 1, 1))
    layers: list[nn.Module] = []
    for number, (before, after, size, stride, padding) in enumerate((*widths, (256, 256, 3, 1, 1))):
        layers += [nn.Conv2d(before, after, size, stride, padding), nn.ReLU()]
        layers += [nn.MaxPool2d(3, 2)] if number in (0, 1, 4) else []
    layers += [nn.AdaptiveAvgPool2d(6), nn.Flatten(), nn.Linear(256 * 36, 4096), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1000))


def vgg16() -> nn.Module:
    """Simonyan and Zisserman 2014, configuration D."""
    layers: list[nn.Module] = []
    width = 3
    for new, count in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(count):
            layers += [nn.Conv2d(width, new, 3, padding=1), nn.ReLU()]
            width = new
        layers.append(nn.MaxPool2d(2))
    layers += [nn.AdaptiveAvgPool2d(7), nn.Flatten(), nn.Linear(512 * 49, 4096), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1000))


def convolved(before: int, after: int, size: int, stride: int = 1) -> list[nn.Module]:
    """A convolution without bias that keeps the size, and its normalisation."""
    convolution = nn.Conv2d(before, after, size, stride, size // 2, bias=False)
    return [convolution, nn.BatchNorm2d(after)]


def resnet(depths: tuple[int, ...], bottleneck: bool) -> nn.Module:
    """He et al. 2015; the stride of a bottleneck is in its middle."""
    layers = [*convolved(3, 64, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    before = 64
    for number, depth in enumerate(depths):
        width = 64 * 2**number
        after = 4 * width if bottleneck else width
        for copy in range(depth):
            stride = 2 if number and not copy else 1
            if bottleneck:
                way = [*convolved(before, width, 1), nn.ReLU(), *convolved(width, width, 3, stride)]
                way += [nn.ReLU(), *convolved(width, after, 1)]
            else:
                way = [*convolved(before, width, 3, stride), nn.ReLU(), *convolved(width, width, 3)]
            other = convolved(before, after, 1, stride) if (before, stride) != (after, 1) else []
            layers.append(Sum(nn.Sequential(*way), nn.Sequential(*other)))
            before = after
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(before, 1000))


class UNet(nn.Module):
    """Ronneberger et al. 2015, without padding."""

    def __init__(self) -> None:
        super().__init__()
        widths = (1, 64, 128, 256, 512)
        self.down = nn.ModuleList(self.twice(a, b) for a, b in pairwise(widths))
        self.bottom = self.twice(512, 1024)
        self.ups = nn.ModuleList(
            nn.ModuleDict({"up": nn.ConvTranspose2d(2 * w, w, 2, 2), "join": self.twice(2 * w, w)})
            for w in (512, 256, 128, 64)
        )
        self.classes = nn.Conv2d(64, 2, 1)

    def twice(self, before: int, after: int) -> nn.Module:
        """Two convolutions that lose two pixels each."""
        first, second = nn.Conv2d(before, after, 3), nn.Conv2d(after, after, 3)
        return nn.Sequential(first, nn.ReLU(), second, nn.ReLU())

    def forward(self, x: Tensor) -> Tensor:
        kept = []
        for level in self.down:
            kept.append(level(x))
            x = F.max_pool2d(kept[-1], 2)
        x = self.bottom(x)
        for part in self.ups:
            assert isinstance(part, nn.ModuleDict)
            x, skip = part["up"](x), kept.pop()
            edge = (skip.shape[-1] - x.shape[-1]) // 2
            x = part["join"](torch.cat((skip[..., edge:-edge, edge:-edge], x), 1))
        out: Tensor = self.classes(x)
        return out


class Transformer(nn.Module):
    """Vaswani et al. 2017, as torch has it."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Transformer(batch_first=True)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        mask = nn.Transformer.generate_square_subsequent_mask(target.shape[1])
        out: Tensor = self.inner(source, target, tgt_mask=mask)
        return out


class Layer(nn.Module):
    """A layer that normalises first, of GPT-2 (Radford et al. 2019) and of ViT."""

    def __init__(self, dim: int, heads: int, causal: bool) -> None:
        super().__init__()
        eps, self.causal = 1e-5 if causal else 1e-6, causal
        self.norm1 = nn.LayerNorm(dim, eps=eps)
        self.attention = nn.MultiheadAttention(dim, heads, batch_first=True)
        self.norm2 = nn.LayerNorm(dim, eps=eps)
        self.wide, self.narrow = nn.Linear(dim, 4 * dim), nn.Linear(4 * dim, dim)

    def forward(self, x: Tensor) -> Tensor:
        normal = self.norm1(x)
        mask = None
        if self.causal:
            mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1])
        x = x + self.attention(normal, normal, normal, attn_mask=mask, need_weights=False)[0]
        kind = "tanh" if self.causal else "none"
        out: Tensor = x + self.narrow(F.gelu(self.wide(self.norm2(x)), approximate=kind))
        return out


class GPT2(nn.Module):
    """Radford et al. 2019, the small one."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens, self.position = nn.Embedding(50257, 768), nn.Embedding(1024, 768)
        self.layers = nn.Sequential(*(Layer(768, 12, causal=True) for _ in range(12)))
        self.norm = nn.LayerNorm(768)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.tokens(tokens) + self.position(torch.arange(tokens.shape[1]))
        return F.linear(self.norm(self.layers(x)), self.tokens.weight)


class ViT(nn.Module):
    """Dosovitskiy et al. 2020, B/16."""

    def __init__(self) -> None:
        super().__init__()
        self.token = nn.Parameter(torch.zeros(1, 1, 768))
        self.patches, self.position = nn.Conv2d(3, 768, 16, 16), nn.Embedding(197, 768)
        self.layers = nn.Sequential(*(Layer(768, 12, causal=False) for _ in range(12)))
        self.norm, self.head = nn.LayerNorm(768, eps=1e-6), nn.Linear(768, 1000)

    def forward(self, image: Tensor) -> Tensor:
        patches = self.patches(image).flatten(2).transpose(1, 2)
        x = torch.cat((self.token.expand(len(image), -1, -1), patches), 1) + self.position.weight
        out: Tensor = self.head(self.norm(self.layers(x))[:, 0])
        return out


def generator() -> nn.Module:
    """Of DCGAN (Radford et al. 2015), for 64 pixels."""
    layers: list[nn.Module] = []
    for before, after, stride in ((100, 512, 1), (512, 256, 2), (256, 128, 2), (128, 64, 2)):
        up = nn.ConvTranspose2d(before, after, 4, stride, stride - 1, bias=False)
        layers += [up, nn.BatchNorm2d(after), nn.ReLU()]
    return nn.Sequential(*layers, nn.ConvTranspose2d(64, 3, 4, 2, 1, bias=False), nn.Tanh())


def discriminator() -> nn.Module:
    """Of DCGAN."""
    layers: list[nn.Module] = [nn.Conv2d(3, 64, 4, 2, 1, bias=False), nn.LeakyReLU(0.2)]
    for before in (64, 128, 256):
        layers += [nn.Conv2d(before, 2 * before, 4, 2, 1, bias=False), nn.BatchNorm2d(2 * before)]
        layers.append(nn.LeakyReLU(0.2))
    return nn.Sequential(*layers, nn.Conv2d(512, 1, 4, bias=False), nn.Flatten())


def nature_dqn() -> nn.Module:
    """Mnih et al. 2015, four actions."""
    return nn.Sequential(
        *(nn.Conv2d(4, 32, 8, 4), nn.ReLU(), nn.Conv2d(32, 64, 4, 2), nn.ReLU()),
        *(nn.Conv2d(64, 64, 3), nn.ReLU(), nn.Flatten()),
        *(nn.Linear(3136, 512), nn.ReLU(), nn.Linear(512, 4)),
    )


REFERENCES: dict[tuple[str, str], Callable[[], nn.Module]] = {
    ("lenet5", "LeNet5"): lenet5,
    ("alexnet", "AlexNet"): alexnet,
    ("vgg16", "VGG16"): vgg16,
    ("resnet18", "ResNet18"): lambda: resnet((2, 2, 2, 2), bottleneck=False),
    ("resnet50", "ResNet50"): lambda: resnet((3, 4, 6, 3), bottleneck=True),
    ("unet", "UNet"): UNet,
    ("transformer", "Transformer"): Transformer,
    ("gpt2", "GPT2"): GPT2,
    ("vit_b16", "ViT"): ViT,
    ("dcgan", "Generator"): generator,
    ("dcgan", "Discriminator"): discriminator,
    ("nature_dqn", "NatureDQN"): nature_dqn,
}
"""By project and network."""
