"""Blocks become classes: literals, shared arguments, expressions, copies; outputs as by hand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nodes.modules.attention import MultiHeadAttention
from studio.compile.compiled import Compiled
from studio.model.expression import Expression
from studio.model.project import Board, Node
from tests.compile.drawing import board, chain, checked, codes, node, run, sample


def agree(found: Compiled, reference: nn.Module, board: str = "Net") -> None:
    """The network and a module by hand give the same with the same weights, in the same order."""
    module = found.network(board)
    weights, own = list(module.state_dict().values()), reference.state_dict()
    assert [w.shape for w in weights] == [w.shape for w in own.values()]
    for weight in weights:
        if weight.is_floating_point():
            weight.normal_(std=0.3).abs_()
    reference.load_state_dict(dict(zip(own, weights, strict=True)))
    inputs = sample(found, board)
    for output, wanted in zip(run(module, inputs), run(reference, inputs), strict=True):
        torch.testing.assert_close(output, wanted, rtol=0, atol=0)


def clean(found: Compiled, folder: Path) -> None:
    """All sources pass ruff as they are."""
    for b in found.project.boards.values():
        if b.kind != "training":
            (folder / f"{b.name.lower()}.py").write_text(found.source(b.name))
    for command in (["check"], ["format", "--diff"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--isolated", "--no-cache", str(folder)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout


def residual(**params: Any) -> Board:
    return board(
        [
            node("x", "Input", shape=("N", 8, 8, 8)),
            node("conv1", "Conv2d", out_channels=params.pop("out", 8), padding=1, bias=False),
            node("norm", "BatchNorm2d"),
            node("conv2", "Conv2d", out_channels=params.pop("end", 8), padding=1),
            node("add", "Add"),
            node("y", "Output"),
        ],
        "x -> conv1 -> norm -> conv2 -> add.inputs, x -> add.inputs, add -> y",
        "Residual",
        "block",
        **params,
    )


def one_after_the_other(*nodes: Node, shape: Any = ("N", 1, 8, 8), name: str = "Net") -> Board:
    """A network in which blocks may stand."""
    ids = [n.id for n in nodes]
    wires = []
    ports = {n.id: ("x", "y") if n.type == "Block" else ("input", "output") for n in nodes}
    ports |= {"x": ("", "output"), "y": ("input", "")}
    for a, b in zip(["x", *ids], [*ids, "y"], strict=True):
        wires.append(f"{a}.{ports[a][1]} -> {b}.{ports[b][0]}")
    return board(
        [node("x", "Input", shape=shape), *nodes, node("y", "Output")], ", ".join(wires), name
    )


def test_the_same_everywhere_is_a_literal(tmp_path: Path) -> None:
    net = one_after_the_other(
        node("stem", "Conv2d", out_channels=8, padding=1),
        node("a", "Block", block="Residual"),
        node("b", "Block", block="Residual", repeat=3),
    )
    found = checked(residual(), net)
    source = found.source("Net")
    assert "def __init__(self) -> None:" in source.split("class Net")[0]
    assert "nn.Sequential(*(Residual() for _ in range(3)))" in source
    assert list(found.network("Net").state_dict())[2:4] == ["a.conv1.weight", "a.norm.weight"]
    assert "b.2.conv2.bias" in found.network("Net").state_dict()
    clean(found, tmp_path)

    class Hand(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.stem = nn.Conv2d(1, 8, 3, padding=1)
            parts = [
                m
                for _ in range(4)
                for m in (
                    nn.Conv2d(8, 8, 3, padding=1, bias=False),
                    nn.BatchNorm2d(8),
                    nn.Conv2d(8, 8, 3, padding=1),
                )
            ]
            self.parts = nn.ModuleList(parts)

        def forward(self, x: Tensor) -> Tensor:
            x = self.stem(x)
            for i in range(0, 12, 3):
                x = x + self.parts[i + 2](self.parts[i + 1](self.parts[i](x)))
            return x

    agree(found, Hand())


def bottleneck(params: dict[str, Any], *layers: Node, shape: Any = ("N", 8, 8, 8)) -> Board:
    inner = one_after_the_other(*layers, shape=shape, name="CheckedPart")
    return Board("CheckedPart", "block", inner.nodes, inner.wires, params)


def test_sizes_that_differ_but_agree_share_one_argument(tmp_path: Path) -> None:
    part = bottleneck(
        {}, node("norm", "BatchNorm2d"), node("conv", "Conv2d", out_channels=16, padding=1)
    )
    net = one_after_the_other(
        node("stem", "Conv2d", out_channels=8),
        node("a", "Block", block="CheckedPart"),
        node("b", "Block", block="CheckedPart"),
        shape=("N", 1, 12, 12),
    )
    found = checked(part, net)
    source = found.source("Net")
    assert "def __init__(self, num_features: int) -> None:" in source
    assert "nn.Conv2d(num_features, 16, kernel_size=3, padding=1)" in source
    assert "CheckedPart(num_features=8)" in source
    assert "CheckedPart(num_features=16)" in source
    agree(
        found,
        nn.Sequential(
            nn.Conv2d(1, 8, 3),
            nn.BatchNorm2d(8),
            nn.Conv2d(8, 16, 3, padding=1),
            nn.BatchNorm2d(16),
            nn.Conv2d(16, 16, 3, padding=1),
        ),
    )
    clean(found, tmp_path)


def decoder(dim: int = 16) -> Board:
    nodes = [
        node("x", "Input", shape=("N", "T=12", dim)),
        node("norm", "LayerNorm"),
        node("attention", "MultiHeadAttention", causal=True, num_heads=2),
        node("add", "Add"),
        node("up", "Linear", out_features=Expression("4 * dim")),
        node("act", "GELU", approximate="tanh"),
        node("down", "Linear", out_features=Expression("dim")),
        node("drop", "Dropout", p=Expression("rate / 2")),
        node("add2", "Add"),
        node("y", "Output"),
    ]
    wires = (
        "x -> norm -> attention -> add.inputs, x -> add.inputs, add -> up -> act -> down -> drop"
        "-> add2.inputs, add -> add2.inputs, add2 -> y"
    ).replace("drop->", "drop ->")
    return board(nodes, wires, "Decoder", "block", dim=dim, rate=0.5)


def test_a_transformer_with_parameters_of_its_own(tmp_path: Path) -> None:
    net = board(
        [
            node("x", "Input", shape=("N", "T=12"), dtype="int64"),
            node("tokens", "Embedding", num_embeddings=11, embedding_dim=16),
            node("blocks", "Block", block="Decoder", repeat=2, dim=16),
            node("wide", "Linear", out_features=24),
            node("last", "Block", block="Decoder", dim=24, rate=0.1),
            node("narrow", "Linear", out_features=16),
            node("head", "Linear", uses="tokens"),
            node("y", "Output"),
        ],
        "x -> tokens -> blocks.x, blocks.y -> wide -> last.x, last.y -> narrow -> head -> y",
    )
    found = checked(decoder(), net)
    assert not found.issues
    source = found.source("Net")
    assert "def __init__(self, dim: int, rate: float) -> None:" in source
    assert "nn.Linear(dim, 4 * dim)" in source
    assert "nn.Linear(4 * dim, dim)" in source
    assert "nn.Dropout(rate / 2)" in source
    module = found.network("Net")
    assert sum(key.startswith(("head", "tokens")) for key in module.state_dict()) == 1
    clean(found, tmp_path)

    class Layer(nn.Module):
        def __init__(self, dim: int) -> None:
            super().__init__()
            self.norm = nn.LayerNorm(dim)
            self.attention = MultiHeadAttention(dim, 2, causal=True)
            self.up, self.down = nn.Linear(dim, 4 * dim), nn.Linear(4 * dim, dim)

        def forward(self, x: Tensor) -> Tensor:
            x = self.attention(self.norm(x)) + x
            return self.down(F.gelu(self.up(x), approximate="tanh")) + x

    class Hand(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.tokens = nn.Embedding(11, 16)
            self.blocks = nn.Sequential(Layer(16), Layer(16))
            self.wide, self.last, self.narrow = nn.Linear(16, 24), Layer(24), nn.Linear(24, 16)

        def forward(self, x: Tensor) -> Tensor:
            x = self.narrow(self.last(self.wide(self.blocks(self.tokens(x)))))
            return F.linear(x, self.tokens.weight)

    agree(found, Hand())
    assert [p.p for p in module.modules() if isinstance(p, nn.Dropout)] == [0.25, 0.25, 0.05]


def test_parameters_inside_forward_and_tuples(tmp_path: Path) -> None:
    part = bottleneck(
        {"height": 2, "axis": 1, "kernel": 3},
        node("conv", "Conv2d", out_channels=8, kernel_size=(Expression("kernel"), 1)),
        node("flat", "Flatten", start_dim=Expression("axis + 1")),
        node("shape", "Reshape", shape=(8, Expression("height"), -1)),
        node("soft", "Softmax", dim=Expression("axis")),
        node("back", "Reshape", shape=(8, Expression("16 / 2"), -1)),
        shape=("N", 8, 10, 8),
    )
    net = one_after_the_other(
        node("a", "Block", block="CheckedPart"),
        node("b", "Block", block="CheckedPart", height=4, axis=1, kernel=1),
        shape=("N", 8, 10, 8),
    )
    found = checked(part, net)
    assert not found.issues
    assert "(kernel, 1)" in found.source("Net")
    assert "self.height" in found.source("Net")
    clean(found, tmp_path)
    x = torch.randn(2, 8, 10, 8)
    module = found.network("Net").eval()
    step = module.a.conv(x).flatten(2).reshape(2, 8, 2, -1).softmax(1).reshape(2, 8, 8, -1)
    step = module.b.conv(step).flatten(2).reshape(2, 8, 4, -1).softmax(1).reshape(2, 8, 8, -1)
    torch.testing.assert_close(module(x), step)


def test_expressions_with_division_give_whole_sizes(tmp_path: Path) -> None:
    part = bottleneck(
        {"dim": 16, "deep": 2},
        node("a", "Linear", out_features=Expression("dim / 2")),
        node("b", "Linear", out_features=Expression("dim // 4 * 4")),
        node("c", "Block", block="Inner", width=Expression("dim / 2"), repeat=Expression("deep")),
        shape=("N", 16),
    )
    inner = one_after_the_other(
        node("a", "Linear", out_features=Expression("width")),
        node("b", "Linear", out_features=Expression("2 * width")),
        shape=("N", 16),
        name="Inner",
    )
    inner = Board("Inner", "block", inner.nodes, inner.wires, {"width": 8})
    net = one_after_the_other(
        node("p", "Block", block="CheckedPart"),
        node("wide", "Linear", out_features=32),
        node("q", "Block", block="CheckedPart", dim=32, deep=1),
        shape=("N", 16),
    )
    found = checked(inner, part, net)
    assert not found.issues
    module = found.network("Net")
    widths = [m.out_features for m in module.modules() if isinstance(m, nn.Linear)]
    assert widths == [8, 16, 8, 16, 8, 16, 32, 16, 32, 16, 32]
    run(module, sample(found))
    clean(found, tmp_path)


def crossing(name: str = "Cross", outputs: int = 1) -> Board:
    nodes = [
        node("context", "Input", shape=("N", "S=6", 12)),
        node("x", "Input", shape=("N", "T=8", 16)),
        node("attention", "MultiHeadAttention", num_heads=2),
        node("add", "Add"),
        node("y", "Output"),
        node("z", "Output"),
    ][: 5 + outputs - 1]
    wires = (
        "x -> attention.input, context -> attention.context, attention -> add.inputs,"
        "x -> add.inputs, add -> y"
    )
    return board(nodes, wires + (", attention -> z" if outputs == 2 else ""), name, "block")


def swapped(block: Board) -> Board:
    """The same block with its carried input first."""
    order = sorted(block.nodes, key=lambda id: id == "context")
    return Board(block.name, block.kind, {id: block.nodes[id] for id in order}, block.wires)


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("outputs", [1, 2])
def test_copies_with_a_second_input(tied: bool, outputs: int, tmp_path: Path) -> None:
    nodes = [
        node("x", "Input", shape=("N", "T=8", 16)),
        node("c", "Input", shape=("N", "S=6", 12)),
        node("layers", "Block", block="Cross", repeat=3, tied=tied),
        node("y", "Output"),
        node("z", "Output"),
    ][: 3 + outputs]
    wires = "c -> layers.context, x -> layers.x, layers.y -> y" + (
        ", layers.z -> z" if outputs == 2 else ""
    )
    found = checked(swapped(crossing(outputs=outputs)), board(nodes, wires))
    assert not found.issues
    clean(found, tmp_path)

    class Hand(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            made = [MultiHeadAttention(16, 2, 12) for _ in range(1 if tied else 3)]
            self.layers = nn.ModuleList(made)

        def forward(self, x: Tensor, c: Tensor) -> Any:
            for i in range(3):
                seen = self.layers[0 if tied else i](x, c)
                x = seen + x
            return (x, seen) if outputs == 2 else x

    agree(found, Hand())


def test_a_repeated_block_must_keep_the_carried_shape() -> None:
    part = bottleneck({}, node("a", "Linear", out_features=5), shape=("N", 4))
    found = checked(
        part, one_after_the_other(node("b", "Block", block="CheckedPart", repeat=2), shape=("N", 4))
    )
    assert [(i.code, i.node) for i in found.issues] == [("repeat", "b")]


def test_one_block_in_two_networks_with_other_free_dimensions() -> None:
    part = bottleneck({}, node("norm", "LayerNorm"), node("act", "ReLU"), shape=("N", 4))
    one = one_after_the_other(
        node("p", "Block", block="CheckedPart"), shape=("N", "T", "S", 4), name="One"
    )
    two = one_after_the_other(node("p", "Block", block="CheckedPart"), shape=("N", 9), name="Two")
    found = checked(part, one, two)
    for name in ("One", "Two", "CheckedPart"):
        found.source(name)
        assert not found.errors
    for name in ("One", "Two"):
        run(found.network(name), sample(found, name))
    assert "normalized_shape: int" in found.source("CheckedPart")


def test_several_inputs_and_outputs() -> None:
    net = board(
        [
            node("x", "Input", shape=("N", "T=5", 6)),
            node("x_hidden", "Input", shape=("N", 4)),
            node("rnn", "LSTM", hidden_size=4),
            node("rnn_hidden", "Linear", out_features=4),
            node("last", "Select", dim=0),
            node("add", "Add"),
            node("y", "Output"),
            node("z", "Output"),
        ],
        "x -> rnn, x_hidden -> rnn_hidden, rnn.hidden -> last, last -> add.inputs,"
        "rnn_hidden -> add.inputs, add -> y, rnn_hidden -> z",
    )
    found = checked(net)
    assert "_, (rnn_hidden2, _) = self.rnn(x)" in found.source("Net")

    class Hand(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.rnn = nn.LSTM(6, 4, batch_first=True)
            self.linear = nn.Linear(4, 4)

        def forward(self, x: Tensor, h: Tensor) -> tuple[Tensor, Tensor]:
            other = self.linear(h)
            return self.rnn(x)[1][0][0] + other, other

    agree(found, Hand())


def test_weights_used_twice() -> None:
    found = checked(
        chain(
            ("N", 6),
            node("a", "Linear", out_features=6),
            node("act", "Tanh"),
            node("b", "Linear", uses="a"),
        )
    )
    assert not found.issues
    assert found.totals["Net"].parameters == 42
    assert list(found.network("Net").state_dict()) == ["a.weight", "a.bias"]
    module = found.network("Net").eval()
    x = torch.randn(3, 6)
    torch.testing.assert_close(module(x), module.a(module.a(x).tanh()))
    wrong = checked(
        chain(("N", 6), node("a", "Linear", out_features=5), node("b", "Linear", uses="a"))
    )
    assert codes(wrong) == ["does-not-fit"]


def test_two_boards_and_their_nodes_never_collide() -> None:
    names = [
        "net",
        "x_hidden",
        "x2",
        "copy",
        "in_channels",
        "dim",
        "rnn_copy",
        "a_y",
        "a_y2",
    ]
    part = bottleneck(
        {"dim": 8},
        *(
            node(f"{n}", "Linear", out_features=Expression("dim"))
            for n in names
            if n not in ("x", "y")
        ),
        shape=("N", 8),
    )
    net = one_after_the_other(
        node("a", "Block", block="CheckedPart", repeat=2, tied=True),
        node("a_copy", "Block", block="CheckedPart"),
        node("CheckedPart", "Linear", out_features=8),
        shape=("N", 8),
    )
    found = checked(part, net)
    assert not found.errors
    run(found.network("Net"), sample(found))


def test_long_names_are_laid_out_as_a_formatter_would(tmp_path: Path) -> None:
    boards = []
    for length in range(4, 61, 4):
        stem = "a" * (length - 1)
        nodes = [
            node("x", "Input", shape=("N", 4, 8, 8)),
            node(f"{stem}p", "Conv2d", out_channels=4, padding=1, bias=False, groups=2),
            node(f"{stem}q", "Conv2d", out_channels=4, padding=1, init="gpt2_residual"),
            node("cat", "Concatenate"),
            node(f"{stem}r", "GELU", approximate="tanh"),
            node(f"{stem}s", "Add"),
            node("y", "Output"),
        ]
        wires = (
            f"x -> {stem}p -> cat.inputs, x -> {stem}q -> cat.inputs, x -> cat.inputs,"
            f"cat -> {stem}r -> {stem}s.inputs, cat -> {stem}s.inputs, {stem}s -> y"
        )
        boards.append(board(nodes, wires, f"Net{length}"))
    clean(checked(*boards), tmp_path)
