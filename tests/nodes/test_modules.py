"""Layers that torch does not have, against torch and against their definitions."""

import math

import pytest
import torch
from torch import Tensor, nn

from nodes.modules.attention import MultiHeadAttention
from nodes.modules.patches import PatchEmbedding
from nodes.modules.position import LearnedPosition, SinusoidalPosition


def same_weights(ours: MultiHeadAttention, theirs: nn.MultiheadAttention) -> None:
    with torch.no_grad():
        parts = (ours.query, ours.key, ours.value)
        theirs.in_proj_weight.copy_(torch.cat([part.weight for part in parts]))
        theirs.in_proj_bias.copy_(torch.cat([part.bias for part in parts]))
        theirs.out_proj.weight.copy_(ours.output.weight)
        theirs.out_proj.bias.copy_(ours.output.bias)


@pytest.mark.parametrize("causal", [False, True])
def test_attention_equals_torchs(causal: bool) -> None:
    torch.manual_seed(0)
    ours = MultiHeadAttention(12, 3, causal=causal).eval()
    theirs = nn.MultiheadAttention(12, 3, batch_first=True).eval()
    same_weights(ours, theirs)
    x = torch.randn(2, 5, 12)
    mask = torch.ones(5, 5).triu(1).bool() if causal else None
    expected, _ = theirs(x, x, x, attn_mask=mask)
    torch.testing.assert_close(ours(x), expected)


def test_cross_attention_takes_context_of_another_size() -> None:
    layer = MultiHeadAttention(8, 2, context_dim=6)
    assert layer(torch.randn(3, 4, 8), torch.randn(3, 7, 6)).shape == (3, 4, 8)


def test_attention_refuses_heads_that_do_not_divide() -> None:
    with pytest.raises(ValueError, match="do not divide"):
        MultiHeadAttention(10, 3)


def test_sinusoids_are_those_of_the_paper() -> None:
    out = SinusoidalPosition(5)(torch.zeros(1, 300, 5))
    assert out[0, 7, 2].item() == pytest.approx(math.sin(7 / 10000 ** (2 / 5)), abs=1e-5)
    assert out[0, 7, 3].item() == pytest.approx(math.cos(7 / 10000 ** (2 / 5)), abs=1e-5)


def test_learned_positions_add_the_first_rows() -> None:
    layer = LearnedPosition(9, 4)
    torch.testing.assert_close(layer(torch.zeros(2, 3, 4))[1], layer.weight[:3])


def test_patches_read_row_by_row_after_the_token() -> None:
    layer = PatchEmbedding(1, 6, 4, class_token=True)
    image = torch.randn(2, 1, 8, 12)
    out = layer(image)
    assert out.shape == (2, 7, 6)
    first: Tensor = layer.projection(image[:, :, :4, 4:8]).flatten(1)
    torch.testing.assert_close(out[:, 2], first)


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (MultiHeadAttention, (2, 5, 8)),
        (LearnedPosition, (2, 5, 8)),
        (SinusoidalPosition, (2, 5, 8)),
        (PatchEmbedding, (2, 1, 8, 8)),
    ],
)
def test_runs_without_memory(layer: type[nn.Module], shape: tuple[int, ...]) -> None:
    every: dict[type[nn.Module], tuple[int, ...]] = {
        MultiHeadAttention: (8, 2),
        LearnedPosition: (5, 8),
        SinusoidalPosition: (8,),
        PatchEmbedding: (1, 8),
    }
    arguments = every[layer]
    with torch.device("meta"):
        assert layer(*arguments)(torch.zeros(shape)).device.type == "meta"
