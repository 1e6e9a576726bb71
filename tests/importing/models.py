"""Models as people write them, in different styles."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Perceptron(nn.Module):
    """All in one Sequential."""

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        self.net = nn.Sequential(
            nn.Flatten(), nn.Linear(64, width), nn.ReLU(), nn.Linear(width, 10)
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


class LeNet(nn.Module):
    """Functions between layers, and sizes read off the input."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 10)

    def forward(self, image: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(image)), 2)
        x = F.max_pool2d(torch.tanh(self.conv2(x)), (2, 2))
        x = x.view(x.size(0), -1)
        return self.fc2(F.relu(self.fc1(x)))


class Residual(nn.Module):
    def __init__(self, channels: int, width: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.down = None
        if stride != 1 or channels != width:
            self.down = nn.Sequential(
                nn.Conv2d(channels, width, 1, stride, bias=False), nn.BatchNorm2d(width)
            )

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.bn1(self.conv1(x)), inplace=True)
        y = self.bn2(self.conv2(y))
        y += x if self.down is None else self.down(x)
        return F.relu(y)


class ResNet(nn.Module):
    """Blocks of one class with different widths, some in a row, and sums in place."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(True))
        self.layer1 = nn.Sequential(Residual(8, 8), Residual(8, 8), Residual(8, 8))
        self.layer2 = nn.Sequential(Residual(8, 16, 2), Residual(16, 16))
        self.layer3 = nn.Sequential(Residual(16, 32, 2), Residual(32, 32))
        self.head = nn.Linear(32, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.layer3(self.layer2(self.layer1(self.stem(x))))
        return self.head(x.mean((2, 3)))


class Attention(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.register_buffer("mask", torch.tril(torch.ones(32, 32)).view(1, 1, 32, 32))

    def forward(self, x: Tensor) -> Tensor:
        b, t, c = x.shape
        q, k, v = self.qkv(x).split(c, dim=2)
        q = q.view(b, t, self.heads, c // self.heads).transpose(1, 2)
        k = k.view(b, t, self.heads, c // self.heads).transpose(1, 2)
        v = v.view(b, t, self.heads, c // self.heads).transpose(1, 2)
        scores = (q @ k.transpose(-2, -1)) * (c // self.heads) ** -0.5
        scores = scores.masked_fill(self.mask[:, :, :t, :t] == 0, float("-inf"))
        y = F.softmax(scores, dim=-1) @ v
        return self.out(y.transpose(1, 2).contiguous().view(b, t, c))


class Layer(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.ln1 = nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.ln2 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        )

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(self.ln1(x))
        return x + self.mlp(self.ln2(x))


class Decoder(nn.Module):
    """A ModuleList in a loop, buffers, positions made on the way, and a tied head."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens = nn.Embedding(50, 16)
        self.places = nn.Embedding(32, 16)
        self.layers = nn.ModuleList([Layer(16, 4) for _ in range(3)])
        self.norm = nn.LayerNorm(16)
        self.head = nn.Linear(16, 50, bias=False)
        self.head.weight = self.tokens.weight

    def forward(self, tokens: Tensor) -> Tensor:
        places = torch.arange(tokens.shape[1], device=tokens.device).unsqueeze(0)
        x = self.tokens(tokens) + self.places(places)
        for layer in self.layers:
            x = layer(x)
        return self.head(self.norm(x))


class TwoInputs(nn.Module):
    """Several inputs, one by keyword, and a mapping of outputs."""

    def __init__(self) -> None:
        super().__init__()
        self.image = nn.Linear(12, 8)
        self.text = nn.EmbeddingBag(20, 8, mode="mean")
        self.gate = nn.Parameter(torch.full((8,), 0.3))

    def forward(
        self, image: Tensor, tokens: Tensor, *, weight: Tensor | None = None
    ) -> dict[str, Tensor]:
        a, b = self.image(image), self.text(tokens)
        if weight is not None:
            a = a * weight
        both = torch.stack([a, b], dim=1)
        similar = F.cosine_similarity(a, b) if False else (a * b).sum(-1, keepdim=True)
        return {"joined": both.amax(1) * torch.sigmoid(self.gate), "similar": similar}


class Siamese(nn.Module):
    """One tower at two places, and the distance between what comes out."""

    def __init__(self) -> None:
        super().__init__()
        self.tower = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 4))
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        distance = (self.tower(first) - self.tower(second)).pow(2).sum(dim=1)
        return torch.exp(-distance) * self.scale


class Encoder(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.layer = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(x + F.silu(self.layer(x)))


class SharedBlock(nn.Module):
    """One block of its own class used three times, once from inside another."""

    def __init__(self) -> None:
        super().__init__()
        self.shared = Encoder(8)
        self.own = Encoder(8)

    def forward(self, x: Tensor) -> Tensor:
        for _ in range(2):
            x = self.shared(x)
        return self.shared(self.own(x))


class EinsumAttention(nn.Module):
    """Einsum instead of matrix products, and heads by reshaping."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(16, 48, bias=False)
        self.out = nn.Linear(16, 16)

    def forward(self, x: Tensor) -> Tensor:
        n, t, _ = x.shape
        q, k, v = self.qkv(x).reshape(n, t, 3, 4, 4).permute(2, 0, 3, 1, 4).unbind(0)
        weights = torch.einsum("nhid,nhjd->nhij", q, k).div(2.0).softmax(-1)
        mixed = torch.einsum("nhij,nhjd->nhid", weights, v)
        return self.out(mixed.permute(0, 2, 1, 3).flatten(2))


class Tagger(nn.Module):
    """An LSTM of two directions, and a second one that begins with the state of the first."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(30, 8, padding_idx=0)
        self.first = nn.LSTM(8, 6, batch_first=True, bidirectional=True)
        self.second = nn.GRU(12, 6, num_layers=2, batch_first=True)
        self.tags = nn.Linear(6, 5)

    def forward(self, words: Tensor) -> tuple[Tensor, Tensor]:
        read, (hidden, _) = self.first(self.words(words))
        read, _ = self.second(read, hidden)
        return self.tags(read), hidden[-1]


class OddSizes(nn.Module):
    """Control flow by shapes: pads what is odd, joins scales by interpolation."""

    def __init__(self) -> None:
        super().__init__()
        self.down = nn.Conv2d(3, 6, 3, stride=2, padding=1)
        self.deep = nn.Conv2d(6, 6, 3, padding=1)
        self.up = nn.ConvTranspose2d(6, 6, 2, stride=2)
        self.last = nn.Conv2d(9, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        height, width = x.shape[-2:]
        if height % 2 or width % 2:
            x = F.pad(x, (0, width % 2, 0, height % 2))
        y = F.leaky_relu(self.down(x), 0.2)
        small = F.adaptive_avg_pool2d(self.deep(y), 1)
        y = y + small
        y = F.interpolate(y, size=y.shape[-2:], mode="bilinear", align_corners=False)
        joined = torch.cat([self.up(y), x], 1)
        return self.last(joined)[:, 0, :height, :width]


class Patches(nn.Module):
    """A class token for each sample, positions by buffer and parameter, and torch's own encoder."""

    def __init__(self) -> None:
        super().__init__()
        self.cut = nn.Conv2d(1, 16, 4, 4)
        self.token = nn.Parameter(torch.randn(1, 1, 16))
        self.places = nn.Parameter(torch.randn(1, 5, 16))
        self.register_buffer("signs", torch.tensor([1.0, -1.0]).repeat(8))
        layer = nn.TransformerEncoderLayer(16, 4, 32, batch_first=True, activation="relu")
        self.encoder = nn.TransformerEncoder(layer, 2)
        self.head = nn.Linear(16, 3)

    def forward(self, image: Tensor) -> Tensor:
        x = self.cut(image).flatten(2).transpose(1, 2)
        token = self.token.expand(x.shape[0], -1, -1)
        x = torch.cat((token, x), dim=1) + self.places
        return self.head(self.encoder(x * self.signs)[:, 0])


class Recurrence(nn.Module):
    """A cell in a loop, from zeros as many as there are samples."""

    def __init__(self) -> None:
        super().__init__()
        self.cell = nn.GRUCell(4, 6)
        self.out = nn.Linear(6, 2)

    def forward(self, steps: Tensor) -> Tensor:
        state = torch.zeros(steps.shape[0], 6)
        for step in steps.unbind(1):
            state = self.cell(step, state)
        return self.out(state)


class MultiHead(nn.Module):
    """torch's attention with a mask for padding, and a norm written by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.weight = nn.Parameter(torch.ones(8))

    def forward(self, x: Tensor, padding: Tensor) -> Tensor:
        mixed, weights = self.attention(x, x, x, key_padding_mask=padding)
        x = x + mixed
        x = x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * self.weight
        return x.masked_fill(padding.unsqueeze(-1), 0.0) + weights.mean()


class Unusual(nn.Module):
    """Functions that no node declares, one with two results, and an entry that is written."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(6, 6)

    def forward(self, x: Tensor) -> Tensor:
        y = torch.logaddexp(self.layer(x), x)
        least, _ = torch.kthvalue(y, 2, dim=-1)
        y = torch.special.expit(y).index_add(1, torch.tensor([0, 2]), y[:, 1::2][:, :2])
        y[:, 0] = least
        return y.cummax(-1)[0]
