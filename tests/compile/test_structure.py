"""What is wrong with a board's structure, who is blamed, and that every fix offered helps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.compile.compiled import Compiled, check
from studio.model.edits import apply
from studio.model.project import Board, Node, Project, Wire
from studio.model.project_reading import parse
from studio.model.project_writing import to_text
from studio.model.values import Raw
from tests.compile.drawing import board, chain, checked, codes, node, project, wire


def blamed(found: Compiled) -> list[tuple[str, str]]:
    return [(issue.code, issue.node) for issue in found.issues]


def fixes_help(found: Compiled) -> int:
    """Apply every fix by itself; its issue must be gone. Returns how many there were."""
    count = 0
    for issue in found.issues:
        for fix in issue.fixes:
            fixed = checked(*apply(found.project, fix.edits).boards.values())
            left = [(i.code, i.board, i.node, i.message) for i in fixed.issues]
            assert (issue.code, issue.board, issue.node, issue.message) not in left, fix.label
            count += 1
    return count


LAYERS = (node("a", "ReLU"), node("b", "ReLU"))


def test_a_cycle() -> None:
    found = checked(
        board([node("x", "Input"), *LAYERS, node("y", "Output")], "a -> b -> a, b -> y")
    )
    cycle = next(issue for issue in found.issues if issue.code == "cycle")
    assert "a, b" in cycle.message
    assert fixes_help(found) >= 1
    assert "y" not in [issue.node for issue in found.issues]


def test_a_node_that_feeds_itself() -> None:
    add = board(
        [node("x", "Input"), node("a", "Add"), node("y", "Output")],
        "x -> a.inputs, a -> a.inputs, a -> y",
    )
    found = checked(add)
    assert blamed(found) == [("cycle", "a")]
    assert fixes_help(found) == 1


def test_nothing_wired_in() -> None:
    found = checked(board([node("x", "Input"), *LAYERS, node("y", "Output")], "a -> b -> y"))
    assert ("missing-input", "a") in blamed(found)
    assert "b" not in [issue.node for issue in found.issues]
    issue = next(i for i in found.issues if i.code == "missing-input")
    assert [fix.label for fix in issue.fixes] == ["Connect x"]
    assert fixes_help(found) == 1  # x leads nowhere too, but the board needs an Input


def test_the_only_output_that_fits_is_offered() -> None:
    nodes = [
        node("tokens", "Input", shape=("N", "T"), dtype="int64"),
        node("image", "Input", shape=("N", 3, 8, 8)),
        node("conv", "Conv2d"),
        node("y", "Output"),
        node("e", "Embedding"),
        node("z", "Output"),
    ]
    found = checked(board(nodes, "conv -> y, e -> z"))
    fixes = {i.node: [f.label for f in i.fixes] for i in found.issues if i.code == "missing-input"}
    assert fixes == {"conv": ["Connect image"], "e": ["Connect tokens"]}


def test_two_wires_into_one_input() -> None:
    x = [node("x", "Input"), node("z", "Input")]
    found = checked(board([*x, *LAYERS, node("y", "Output")], "x -> a, z -> a, a -> b -> y"))
    assert blamed(found) == [("doubly-fed", "a")]
    assert [fix.label for fix in found.issues[0].fixes] == ["Keep x", "Keep z"]
    assert fixes_help(found) == 2


def test_wires_to_ports_that_are_not_there() -> None:
    found = checked(
        board(
            [node("x", "Input"), *LAYERS, node("y", "Output")],
            "x -> a, a.nothing -> b.input, b -> y.other, b -> y",
        )
    )
    assert blamed(found) == [("wire", "b"), ("wire", "y")]
    assert fixes_help(found) >= 2


def test_tokens_into_a_layer_for_numbers() -> None:
    tokens = chain(("N", "T"), node("a", "Linear"), dtype="int64")
    assert blamed(checked(tokens)) == [("wire", "a")]


def uses(name: str, block: str) -> Board:
    return board(
        [node("x", "Input"), node("inner", "Block", block=block), node("y", "Output")],
        "x -> inner.x, inner.y -> y",
        name,
        "block",
    )


def test_a_block_inside_itself() -> None:
    found = checked(uses("A", "A"))
    assert blamed(found) == [("recursion", "inner")]


def test_blocks_inside_each_other() -> None:
    outer = replace(uses("Net", "A"), kind="network")
    found = checked(uses("A", "B"), uses("B", "A"), outer)
    assert [(i.code, i.board) for i in found.issues] == [("recursion", "A"), ("recursion", "B")]


def test_a_block_that_is_not_there() -> None:
    found = checked(uses("A", "Nowhere"))
    assert blamed(found) == [("parameter", "inner")]


def test_a_network_cannot_stand_as_a_block() -> None:
    found = checked(replace(uses("A", "B")), chain(("N", 4), node("a", "ReLU"), name="B"))
    assert blamed(found) == [("parameter", "inner")]


def test_an_error_in_a_block_is_told_there_and_nowhere_else() -> None:
    inner = board(
        [node("x", "Input", shape=("N", 3, 8, 8)), node("e", "Embedding"), node("y", "Output")],
        "x -> e -> y",
        "Inner",
        "block",
    )
    outer = board(
        [
            node("x", "Input", shape=("N", 3, 8, 8)),
            node("use", "Block", block="Inner"),
            node("last", "Linear"),
            node("y", "Output"),
        ],
        "x -> use.x, use.y -> last -> y",
    )
    found = checked(inner, outer)
    assert [(i.board, i.node) for i in found.issues] == [("Inner", "e")]


def test_an_error_that_only_one_use_of_a_block_has_names_that_use() -> None:
    inner = board(
        [node("x", "Input", shape=("N", 8, 8, 8)), node("g", "GroupNorm"), node("y", "Output")],
        "x -> g -> y",
        "Inner",
        "block",
    )
    outer = board(
        [
            node("x", "Input", shape=("N", 3, 8, 8)),
            node("use", "Block", block="Inner"),
            node("y", "Output"),
        ],
        "x -> use.x, use.y -> y",
    )
    found = checked(inner, outer)
    assert [(i.board, i.node, i.code) for i in found.issues] == [("Inner", "g", "num-groups")]
    assert "use of Net" in found.issues[0].message


@pytest.mark.parametrize("kind", ["network", "block", "training"])
def test_an_empty_board(kind: str) -> None:
    found = checked(board([], name="Empty", kind=kind))
    assert found.errors
    assert all(issue.board == "Empty" for issue in found.issues)


@pytest.mark.parametrize("repeat", [1, 3])
def test_a_block_without_inputs_or_outputs_used_elsewhere(repeat: int) -> None:
    for nodes in ([], [node("x", "Input")], [node("y", "Output")]):
        inner = board(nodes, name="Inner", kind="block")
        outer = board([node("x", "Input"), node("b", "Block", block="Inner", repeat=repeat)])
        assert checked(inner, outer).errors


def test_what_leads_nowhere_is_a_warning() -> None:
    nodes = [node("x", "Input"), *LAYERS, node("y", "Output")]
    found = checked(board(nodes, "x -> a, x -> b, a -> y"))
    assert blamed(found) == [("unused", "b")]
    assert found.issues[0].severity == "warning"
    assert fixes_help(found) == 1


def test_nodes_on_the_wrong_board() -> None:
    found = checked(chain(("N", 4), node("d", "DigitsData")))
    assert ("misplaced", "d") in blamed(found)


def test_an_unknown_type_is_kept_and_told() -> None:
    strange = Node("s", "Strange{node}", {"p": Raw({"a": [1]})}, uses="x")
    found = checked(chain(("N", 4), strange, node("after", "ReLU")))
    assert blamed(found) == [("unknown-type", "s")]


@pytest.mark.parametrize(
    "wrong", [True, "64", 6.5, None, (1, 2), Raw({"a": 1}), 0, 2**40, float("inf")]
)
def test_values_of_the_wrong_kind(wrong: Any) -> None:
    found = checked(chain(("N", 4), node("a", "Linear", out_features=wrong), node("b", "ReLU")))
    assert blamed(found) == [("parameter", "a")]
    assert "out_features" in found.issues[0].message


@pytest.mark.parametrize("wrong", [("T=0",), ("N", -1), "NT", 7, ("N", Raw([])), ("N", True), ()])
def test_shapes_that_are_none(wrong: Any) -> None:
    found = checked(chain(wrong, node("a", "ReLU")))
    assert blamed(found) == [("parameter", "x")]


def test_names_that_the_code_needs_are_mended_by_their_fix() -> None:
    """Files from before it needed them are opened."""
    net = board(
        [node("x", "Input", shape=("N", 4)), node("forward", "ReLU"), node("y", "Output")],
        "x -> forward -> y",
        "Tensor",
    )
    found = checked(parse(to_text(project(net))).boards["Tensor"])
    assert {issue.code for issue in found.issues} == {"name"}
    edits = [edit for issue in found.issues[::-1] for edit in issue.fixes[0].edits]
    mended = check(apply(found.project, edits))
    assert mended.issues == ()
    assert list(mended.project.boards) == ["Tensor_board"]
    other = replace(chain(("N", 4)), name="Tensor_board")
    fix = next(i for i in checked(net, other).issues if i.board == "Tensor" and not i.node).fixes[0]
    assert len(apply(project(net, other), fix.edits).boards) == 2, "nothing is written over"


def test_names_that_nothing_can_have() -> None:
    hostile = "x = __import__('os')"
    found = checked(chain(("N", 4), node("forward", "ReLU"), node(hostile, "ReLU")))
    assert ("name", "forward") in blamed(found)
    assert ("name", hostile) in blamed(found)
    for taken in ("class", "Tensor"):
        assert codes(checked(replace(chain(("N", 4)), name=taken)))[0] == "name"


@pytest.mark.parametrize("owner", ["nothing", "r", "self_", "b", "x", "e"])
def test_weights_that_cannot_be_shared(owner: str) -> None:
    layers = [
        node("e", "LayerNorm"),
        node("r", "ReLU"),
        node("b", "Linear"),
        node("self_", "Linear", uses=owner),
    ]
    found = checked(chain(("N", 10), *layers))
    assert codes(found) == (["uses"] if owner != "b" else [])


def test_blocks_may_share_weights_with_the_same_block_alone() -> None:
    inner = board(
        [node("x", "Input", shape=("N", 4)), node("y", "Output")], "x -> y", "Inner", "block"
    )
    nodes = [
        node("x", "Input", shape=("N", 4)),
        node("a", "Block", block="Inner"),
        node("b", "Block", uses="a", block="Inner"),
        node("y", "Output"),
    ]
    other = board(list(inner.nodes.values()), "x -> y", "Other", "block")
    wires = "x -> a.x, a.y -> b.x, b.y -> y"
    assert not codes(checked(inner, other, board(nodes, wires)))
    nodes[2] = node("b", "Block", uses="a", block="Other")
    assert codes(checked(inner, other, board(nodes, wires))) == ["uses"]


# ---- fixes -------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from([(1, 8, 8), (3, 5, 7), (4, 1, 1)]),
    st.integers(1, 4),
    st.integers(1, 4),
    st.integers(1, 3),
    st.integers(1, 3),
    st.booleans(),
)
def test_skip_paths_are_made_to_agree(
    image: tuple[int, ...], a: int, b: int, stride: int, other: int, swapped: bool
) -> None:
    nodes = [
        node("x", "Input", shape=("N", *image)),
        node("one", "Conv2d", out_channels=a, padding=1, stride=stride),
        node("two", "Conv2d", out_channels=b, padding=1, stride=other),
        node("add", "Add"),
        node("y", "Output"),
    ]
    sides = (
        "two -> add.inputs, one -> add.inputs"
        if swapped
        else "one -> add.inputs, two -> add.inputs"
    )
    found = checked(board(nodes, f"x -> one, x -> two, {sides}, add -> y"))
    if found.issues:
        assert codes(found) == ["shapes-differ"]
        assert fixes_help(found) >= 1
        assert not checked(
            *apply(found.project, found.issues[0].fixes[0].edits).boards.values()
        ).errors


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 6), st.integers(1, 6), st.sampled_from([(), ("T",), ("T=7", 3)]))
def test_skip_paths_of_features(a: int, b: int, middle: tuple[Any, ...]) -> None:
    nodes = [
        node("x", "Input", shape=("N", *middle, 5)),
        node("one", "Linear", out_features=a, per_position=True),
        node("two", "Linear", out_features=b, per_position=True),
        node("add", "Multiply"),
        node("y", "Output"),
    ]
    found = checked(
        board(nodes, "x -> one, x -> two, one -> add.inputs, two -> add.inputs, add -> y")
    )
    if found.issues:
        assert fixes_help(found) == 2


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_fixes_of_single_layers_help(data: st.DataObject) -> None:
    draw = data.draw
    small, size = st.integers(1, 12), st.integers(1, 30)
    image = ("N", draw(small), draw(size), draw(size))
    sequence = ("N", "T=12", draw(st.integers(1, 24)))
    dims, layer = draw(
        st.sampled_from(
            [
                (image, node("a", "Linear")),
                (image, node("a", "Conv2d", out_channels=draw(small), groups=draw(small))),
                (image, node("a", "ConvTranspose2d", output_padding=draw(st.integers(0, 4)))),
                (image, node("a", "GroupNorm", num_groups=draw(small))),
                (image, node("a", "PatchEmbedding", patch_size=draw(size))),
                (image, node("a", "Softmax", dim=draw(small))),
                (sequence, node("a", "MultiHeadAttention", num_heads=draw(size))),
                (sequence, node("a", "LearnedPosition", max_length=draw(size))),
            ]
        )
    )
    found = checked(chain(dims, layer))
    if found.issues and found.issues[0].code != "does-not-fit":
        assert fixes_help(found) >= 1


def test_a_head_on_images_offers_flatten() -> None:
    found = checked(chain(("N", 3, 8, 8), node("head", "Linear")))
    assert [fix.label for fix in found.issues[0].fixes] == [
        "Insert Flatten",
        "Apply to every position",
    ]
    fixed = apply(found.project, found.issues[0].fixes[0].edits)
    assert (
        str(checked(*fixed.boards.values()).reports["Net"]["flatten"].outputs["output"]) == "N×192"
    )


def learning(*more: Node, wires: str = "", **embedding: Any) -> Project:
    net = chain(("N", "T"), node("e", "Embedding", **embedding), node("h", "Linear"), dtype="int64")
    training = board(
        [
            node("text", "TextData"),
            node("net", "Network", network="Net"),
            node("loss", "CrossEntropy"),
            node("update", "Update"),
            *more,
        ],
        "text.tokens -> net.x, net.y -> loss.logits, text.target -> loss.target,"
        "loss.loss -> update.loss" + wires,
        "Training",
        "training",
    )
    return project(net, training)


def test_too_few_tokens_and_classes() -> None:
    found = checked(*learning(num_embeddings=5).boards.values())
    assert [(i.board, i.node, i.code) for i in found.issues] == [("Net", "e", "vocabulary")]
    assert fixes_help(found) == 1
    fixed = apply(found.project, found.issues[0].fixes[0].edits)
    assert [(i.node, i.code) for i in checked(*fixed.boards.values()).issues] == [
        ("loss", "too-few-classes")
    ]


PIECES = [
    "Input",
    "Output",
    "Conv2d",
    "ReLU",
    "Linear",
    "Add",
    "Flatten",
    "MultiHeadAttention",
    "LSTM",
    "Embedding",
]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_board_is_too_wrong_and_every_fix_helps(data: st.DataObject) -> None:
    draw = data.draw
    types = draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=7))
    nodes = [
        node(
            f"n{i}",
            type,
            **(
                {"shape": draw(st.sampled_from([("N", 1, 8, 8), ("N", 8, 8), ("N", 6)]))}
                if type == "Input"
                else {}
            ),
        )
        for i, type in enumerate(types)
    ]
    ids = st.sampled_from([n.id for n in nodes])
    ports = (
        st.sampled_from(["output", "output", "output", "hidden"]),
        st.sampled_from(["input", "input", "inputs", "context"]),
    )
    wires = draw(st.lists(st.builds(Wire, ids, ports[0], ids, ports[1]), max_size=10, unique=True))
    fixes_help(checked(replace(board(nodes), wires=tuple(wires))))


def test_wires_in_words() -> None:
    assert wire("a -> b.inputs") == Wire("a", "output", "b", "inputs")
