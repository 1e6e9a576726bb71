"""Parts of known networks, against torch's own and against their definitions."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nodes.modules.class_token import ClassToken
from nodes.modules.conditioning import (
    AdaptiveGroupNorm,
    AdaptiveLayerNorm,
    FiLM,
    TimestepEmbedding,
)
from nodes.modules.constant import Constant
from nodes.modules.grouped_attention import GroupedQueryAttention
from nodes.modules.relative_positions import RelativePosition, RotaryPosition
from nodes.modules.spectrogram import LogMelSpectrogram, mel_filters
from nodes.modules.squeeze_excitation import SqueezeExcitation
from nodes.modules.stochastic_depth import StochasticDepth
from nodes.modules.vector_quantiser import VectorQuantiser
from tests.compile.drawing import board, checked, codes, node


def by_head(layer: GroupedQueryAttention, x: Tensor, y: Tensor, mask: Tensor) -> Tensor:
    """What the attention gives, one head after the other, in small steps."""
    width = layer.query.out_features // layer.num_heads
    gathered = []
    for head in range(layer.num_heads):
        group = head * layer.groups // layer.num_heads
        queries = layer.query(x)[..., head * width : (head + 1) * width]
        keys = layer.key(y)[..., group * width : (group + 1) * width]
        values = layer.value(y).chunk(layer.groups, -1)[group]
        scores = torch.einsum("ntc,nsc->nts", queries, keys) / math.sqrt(width)
        gathered.append(scores.masked_fill(~mask, -torch.inf).softmax(-1) @ values)
    output: Tensor = layer.output(torch.cat(gathered, -1))
    return output


@pytest.mark.parametrize(
    ("groups", "sizes"), [(1, {}), (2, {}), (2, {"head_dim": 3, "value_dim": 5})]
)
def test_grouped_heads_share_keys_and_values(groups: int, sizes: dict[str, int]) -> None:
    torch.manual_seed(0)
    layer = GroupedQueryAttention(8, 4, groups, context_dim=6, **sizes)
    x, y = torch.randn(2, 5, 8), torch.randn(2, 7, 6)
    mask = torch.rand(2, 5, 7) < 0.6
    mask[..., 0] = True
    torch.testing.assert_close(layer(x, y, mask), by_head(layer, x, y, mask))


def test_as_many_groups_as_heads_is_multi_head_attention() -> None:
    torch.manual_seed(0)
    ours, theirs = (
        GroupedQueryAttention(12, 3, 3, causal=True),
        nn.MultiheadAttention(12, 3, batch_first=True),
    )
    with torch.no_grad():
        parts = (ours.query, ours.key, ours.value)
        theirs.in_proj_weight.copy_(torch.cat([part.weight for part in parts]))
        theirs.in_proj_bias.copy_(torch.cat([part.bias for part in parts]))
        theirs.out_proj.load_state_dict(ours.output.state_dict())
    x, later = torch.randn(2, 5, 12), torch.ones(5, 5).triu(1).bool()
    torch.testing.assert_close(ours(x), theirs(x, x, x, attn_mask=later)[0])


def test_rotary_products_tell_only_the_distance() -> None:
    torch.manual_seed(0)
    query, key = torch.randn(8), torch.randn(8)
    rotate = RotaryPosition()
    queries, keys = (rotate(vector.expand(1, 20, 8))[0] for vector in (query, key))
    scores = queries @ keys.T
    for distance in (0, 3, -5):
        along = scores.diagonal(distance)
        torch.testing.assert_close(along, along[:1].expand_as(along), atol=1e-4, rtol=1e-4)
    turned = torch.view_as_complex(query.view(2, 4).T.contiguous())
    angles = 7 * 10000.0 ** -(torch.arange(0, 8, 2) / 8)
    expected = torch.view_as_real(turned * torch.polar(torch.ones(4), angles)).T.flatten()
    torch.testing.assert_close(queries[7], expected)


def test_relative_positions_are_alike_beyond_their_reach() -> None:
    layer = RelativePosition(2, 3)
    with torch.no_grad():
        layer.bias.copy_(torch.arange(14.0).view(2, 7))
    found = layer(torch.zeros(1, 2, 6, 4))
    for i in range(6):
        for j in range(6):
            assert found[0, 1, i, j] == 7 + 3 + max(-3, min(3, j - i))


def test_class_tokens_stand_in_front() -> None:
    layer, x = ClassToken(4, 2), torch.randn(3, 5, 4)
    out = layer(x)
    torch.testing.assert_close(out[:, 2:], x)
    torch.testing.assert_close(out[1, :2], layer.token[0])


def test_squeeze_and_excitation_weighs_channels() -> None:
    torch.manual_seed(0)
    layer, x = SqueezeExcitation(8, 2), torch.randn(2, 8, 3, 5)
    gates = torch.sigmoid(layer.excite(torch.relu(layer.squeeze(x.mean((2, 3))))))
    torch.testing.assert_close(layer(x), torch.einsum("nchw,nc->nchw", x, gates))
    torch.testing.assert_close(layer(x[..., 0, 0]).shape, torch.Size((2, 8)))


def test_stochastic_depth_leaves_out_whole_samples() -> None:
    torch.manual_seed(0)
    layer, x = StochasticDepth(0.25), torch.ones(2000, 2, 3)
    out = layer(x)
    kept = out.flatten(1).any(1)
    assert kept.float().mean().item() == pytest.approx(0.75, abs=0.05)
    torch.testing.assert_close(out[kept], x[kept] / 0.75)
    assert layer.eval()(x) is x


def test_vectors_become_the_nearest_codes_and_gradients_pass() -> None:
    torch.manual_seed(0)
    layer = VectorQuantiser(3, 5, commitment=0.5)
    nn.init.normal_(layer.codebook)
    x = torch.randn(2, 4, 3, requires_grad=True)
    out, index, loss = layer(x)
    nearest = torch.cdist(x.flatten(0, 1), layer.codebook).argmin(1).view(2, 4)
    assert torch.equal(index, nearest)
    torch.testing.assert_close(out, layer.codebook[nearest])
    torch.testing.assert_close(loss, 1.5 * F.mse_loss(out, x))
    (straight,) = torch.autograd.grad(out.sum(), x, retain_graph=True)
    torch.testing.assert_close(straight, torch.ones_like(x))
    to_codes, to_codebook = torch.autograd.grad(loss, (x, layer.codebook))
    torch.testing.assert_close(to_codes, 0.5 * 2 * (x - out).detach() / x.numel())
    assert to_codebook.any()


def test_a_condition_scales_and_shifts() -> None:
    torch.manual_seed(0)
    x, c = torch.randn(2, 4, 3, 5), torch.randn(2, 6)
    film = FiLM(4, 6)
    scale, shift = film.steer(c)[:, :4], film.steer(c)[:, 4:]
    torch.testing.assert_close(film(x, c)[1, 2], x[1, 2] * (1 + scale[1, 2]) + shift[1, 2])
    grouped = AdaptiveGroupNorm(4, 6, num_groups=4)
    normal = F.instance_norm(x)
    torch.testing.assert_close(grouped(x, c), grouped.steer(normal, c), atol=1e-4, rtol=1e-4)
    layered, y = AdaptiveLayerNorm(4, 6), x.flatten(2).transpose(1, 2)
    torch.testing.assert_close(layered(y, c), nn.LayerNorm(4)(y))
    nn.init.normal_(layered.steer.weight)
    scale, shift = layered.steer(c)[:, :4], layered.steer(c)[:, 4:]
    expected = nn.LayerNorm(4)(y)[1, 7] * (1 + scale[1]) + shift[1]
    torch.testing.assert_close(layered(y, c)[1, 7], expected)


def test_timesteps_are_waves() -> None:
    out = TimestepEmbedding(6)(torch.tensor([0, 5]))
    assert out[0].tolist() == [0, 0, 0, 1, 1, 1]
    assert out[1, 1].item() == pytest.approx(math.sin(5 / 10000 ** (1 / 3)))
    assert out[1, 5].item() == pytest.approx(math.cos(5 / 10000 ** (2 / 3)))


def test_a_tone_is_loudest_in_its_band() -> None:
    rate, window, hop = 16000, 400, 160
    torch.manual_seed(0)
    sound = torch.sin(2 * math.pi * 1000 * torch.arange(1600) / rate)
    layer = LogMelSpectrogram(40, rate, window, hop)
    found = layer(sound[None])[0]
    assert found.shape == (40, 11)
    mel = [2595 * math.log10(1 + hz / 700) for hz in (1000, rate / 2)]
    assert found[:, 5].argmax().item() == round(mel[0] / mel[1] * 41) - 1
    sound = torch.randn(1600)
    found = layer(sound[None])[0]
    piece = sound[5 * hop - window // 2 : 5 * hop + window // 2] * torch.hann_window(window)
    angle = 2 * math.pi * torch.outer(torch.arange(201), torch.arange(window)) / window
    energy = (angle.cos() @ piece) ** 2 + (angle.sin() @ piece) ** 2
    expected = (mel_filters(40, window, rate) @ energy).clamp(min=1e-10).log()
    torch.testing.assert_close(found[:, 5], expected, atol=1e-3, rtol=1e-3)


def test_filters_rise_to_one_at_their_middle_and_overlap() -> None:
    filters = mel_filters(10, 4000, 8000)
    torch.testing.assert_close(filters.amax(1), torch.ones(10), atol=0.02, rtol=0)
    between = filters.sum(0)[filters[0].argmax() + 1 : filters[-1].argmax()]
    torch.testing.assert_close(between, torch.ones_like(between), atol=1e-4, rtol=0)


def test_constants_are_saved_and_not_learned() -> None:
    layer = Constant((2, 3), 0.5)
    assert torch.equal(layer(), torch.full((2, 3), 0.5))
    assert (list(layer.parameters()), list(layer.state_dict())) == ([], ["value"])


@pytest.mark.parametrize(
    ("type", "params", "inputs", "sentence", "fixes"),
    [
        (
            "GroupedQueryAttention",
            {"num_heads": 4, "groups": 3},
            {"input": ("N", "T", 8)},
            "it: groups (3) must divide num_heads (4)",
            1,
        ),
        (
            "GroupedQueryAttention",
            {"num_heads": 3, "groups": 1},
            {"input": ("N", "T", 8)},
            "it: num_heads (3) must divide the 8 features of x0, or head_dim be given",
            1,
        ),
        (
            "RotaryPosition",
            {},
            {"input": ("N", "T", 7)},
            "it turns pairs of features, but x0 has 7, an odd number",
            0,
        ),
        (
            "AdaptiveGroupNorm",
            {"num_groups": 3},
            {"input": ("N", 8, 4, 4), "condition": ("N", 6)},
            "it: num_groups (3) must divide the 8 channels of x0",
            1,
        ),
        (
            "TimestepEmbedding",
            {"embed_dim": 7},
            {"time": ("N",)},
            "it: embed_dim (7) must be even, a sine and a cosine for each wave",
            1,
        ),
        (
            "ScaledDotProductAttention",
            {},
            {"query": ("N", 4, 8), "key": ("N", 4, 6), "value": ("N", 4, 6)},
            "it: x0 is N×4×8 but x1 is N×4×6; queries and keys must have as many features",
            0,
        ),
    ],
)
def test_what_does_not_fit_is_told(
    type: str,
    params: dict[str, int],
    inputs: dict[str, tuple[int | str, ...]],
    sentence: str,
    fixes: int,
) -> None:
    nodes = [node(f"x{n}", "Input", shape=shape) for n, shape in enumerate(inputs.values())]
    wires = [f"x{n} -> it.{port}" for n, port in enumerate(inputs)]
    net = board(
        [*nodes, node("it", type, **params), node("y", "Output")], ", ".join([*wires, "it -> y"])
    )
    found = checked(net)
    assert [issue.message for issue in found.issues] == [sentence]
    assert len(found.issues[0].fixes) == fixes
    if fixes:
        project = found.project
        for edit in found.issues[0].fixes[0].edits:
            project = edit.apply(project)
        assert codes(checked(*project.boards.values())) == []


def test_a_mask_of_padding_gets_its_missing_dimension() -> None:
    inputs = [
        node("x", "Input", shape=("N", 3, 5, 8)),
        node("m", "Input", shape=("N", 1, 5), dtype="bool"),
    ]
    wires = "x -> it.query, x -> it.key, x -> it.value, m -> it.mask, it -> y"
    found = checked(
        board([*inputs, node("it", "ScaledDotProductAttention"), node("y", "Output")], wires)
    )
    (issue,) = found.issues
    assert issue.message == "it: m is N×1×5, but must fit the scores, …×5×5"
    project = found.project
    for edit in issue.fixes[0].edits:
        project = edit.apply(project)
    assert codes(checked(*project.boards.values())) == []


def test_distances_join_an_attention() -> None:
    nodes = [
        node("x", "Input", shape=("N", "T", 8)),
        node("bias", "RelativePosition", num_heads=2),
        node("it", "GroupedQueryAttention", num_heads=2),
        node("y", "Output"),
    ]
    found = checked(board(nodes, "x -> bias, x -> it.input, bias -> it.mask, it -> y"))
    assert codes(found) == []
    net, x = found.network("Net"), torch.randn(3, 5, 8)
    with torch.no_grad():
        net.get_submodule("bias").get_parameter("bias")[:, 8 + 1 :] = -math.inf
        causal = net(x)
    later = x.clone()
    later[:, 3:] += 1
    with torch.no_grad():
        torch.testing.assert_close(net(later)[:, :3], causal[:, :3])
