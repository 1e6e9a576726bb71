"""Every node type builds, runs, prints, goes through files and exports, with defaults and with
other values of each parameter."""

from __future__ import annotations

import functools
import inspect
import math
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from nodes.catalogue import CATEGORIES, Catalogue
from nodes.declare import NodeType, Param
from studio.compile import meta_layers
from studio.compile.compiled import Compiled
from studio.compile.training_source import execute
from studio.model.names import problem_with, stem
from studio.model.project import Board
from studio.model.project_reading import parse
from studio.model.project_writing import to_text
from tests.compile.drawing import TYPES, board, checked, codes, node, run, sample

LAYERS = [name for name, t in TYPES.items() if "network" in t.boards and t.category != "Structure"]

SHAPES: dict[str, tuple[Any, ...]] = {
    "N C L": ("N", 6, 12),
    "N C H W": ("N", 4, 12, 8),
    "N C *": ("N", 8),
    "N T C": ("N", "T=12", 16),
    "N S C": ("N", "S=8", 20),
    "* C": ("N", 16),
    "*": ("N", "T=12"),
    "": ("N", 4, 6),
}
"""An input for each layout that a port can ask for."""

OTHER: dict[tuple[str, str], list[Any]] = {
    ("Conv1d", "groups"): [2],
    ("Conv2d", "groups"): [2],
    ("ConvTranspose2d", "groups"): [2],
    ("ConvTranspose2d", "output_padding"): [1, (1, 0)],
    ("Conv1d", "padding_mode"): ["circular"],
    ("Conv2d", "padding_mode"): ["reflect"],
    ("MaxPool2d", "padding"): [1],
    ("AvgPool2d", "padding"): [1],
    ("LearnedPosition", "max_length"): [40],
    ("PatchEmbedding", "patch_size"): [2],
    ("GroupNorm", "num_groups"): [2],
    ("MultiHeadAttention", "num_heads"): [2],
    ("Permute", "order"): [(2, 0, 1)],
    ("Reshape", "shape"): [(6, 4), 24, (2, 3, -1)],
    ("Flatten", "end_dim"): [1],
    ("Concatenate", "dim"): [-1],
    ("Select", "index"): [-1, 2],
    ("Embedding", "num_embeddings"): [7],
}
"""Values that fit the inputs above, where those made up below would not."""

TOGETHER: dict[tuple[str, str], dict[str, Any]] = {
    ("Conv1d", "padding_mode"): {"padding": 2},
    ("Conv2d", "padding_mode"): {"padding": 1},
    ("LSTM", "dropout"): {"num_layers": 2},
    ("GRU", "dropout"): {"num_layers": 2},
}
"""What must be set too for a parameter to have an effect."""


def other_values(node_type: NodeType, param: Param) -> list[Any]:
    """Values besides the default."""
    if (node_type.name, param.name) in OTHER:
        return OTHER[node_type.name, param.name]
    if param.kind == "bool":
        return [not param.default]
    if param.kind == "choice":
        return [choice for choice in param.choices if choice != param.default]
    if param.kind == "int":
        if param.default is None:
            return [3]
        return [param.default + 1 if param.low is not None and param.low >= 1 else 2]
    if param.kind == "ints":
        return [2, (2, 1) if node_type.inputs[0].dims == "N C H W" else (2,)]
    if param.kind == "float":
        return [0.25, 0]
    raise AssertionError(f"no value known for {node_type.name}.{param.name}")


def network(name: str, params: Mapping[str, Any], ports: int = 1) -> Board:
    """A network around one node of a type; `ports` counts the inputs that are wired."""
    node_type = TYPES[name]
    inputs, wires = [], []
    for number, port in enumerate(node_type.inputs[:ports]):
        for copy in range(2 if port.many else 1):
            id = f"x{number}{copy}"
            dtype = "int64" if port.kind == "int" else "float32"
            inputs.append(node(id, "Input", shape=SHAPES[port.dims], dtype=dtype))
            wires.append(f"{id} -> layer.{port.name}")
    outputs = [node(f"y{number}", "Output") for number in range(len(node_type.outputs))]
    wires += [f"layer.{p.name} -> y{number}" for number, p in enumerate(node_type.outputs)]
    return board([*inputs, node("layer", name, **params), *outputs], ", ".join(wires))


def cases() -> list[Any]:
    found = []
    for name in LAYERS:
        node_type = TYPES[name]
        required = sum(not port.optional for port in node_type.inputs)
        found += [
            pytest.param(name, {}, ports, id=f"{name}-{ports}")
            for ports in range(required, len(node_type.inputs) + 1)
        ]
        for param in node_type.params:
            together = TOGETHER.get((name, param.name), {})
            for value in other_values(node_type, param):
                params = {**together, param.name: value}
                found.append(
                    pytest.param(name, params, required, id=f"{name}-{param.name}-{value}")
                )
    return found


CASES = cases()


@functools.cache
def compiled(name: str, params: tuple[tuple[str, Any], ...], ports: int) -> Compiled:
    return checked(network(name, dict(params), ports))


@pytest.mark.parametrize(("name", "params", "ports"), CASES)
def test_it_builds_runs_and_exports(name: str, params: dict[str, Any], ports: int) -> None:
    found = compiled(name, tuple(params.items()), ports)
    assert not found.issues
    module = execute(found.source("Net"), "<test>")["Net"]()
    inputs = sample(found, sizes={"N": 3, "T": 9, "S": 5})
    outputs = run(module, inputs)
    report = found.reports["Net"]["layer"]
    sizes = {"N": 3, "T": 9, "S": 5, "?": -1}
    for port, output in zip(TYPES[name].outputs, outputs, strict=True):
        signal = report.outputs[port.name]
        wanted = [sizes[dim] if isinstance(dim, str) else dim for dim in signal.shape]
        assert list(output.shape) == wanted
        assert str(output.dtype) == f"torch.{signal.dtype}"
    assert sum(p.numel() for p in module.parameters()) == report.parameters
    assert report.parameters == found.totals["Net"].parameters
    assert all(key.startswith("layer.") for key in module.state_dict())


@pytest.mark.parametrize(("name", "params", "ports"), CASES)
def test_it_goes_through_files(name: str, params: dict[str, Any], ports: int) -> None:
    project = compiled(name, tuple(params.items()), ports).project
    assert parse(to_text(project)) == project


def test_the_source_is_formatted_and_clean(tmp_path: Path) -> None:
    for number, case in enumerate(CASES):
        name, params, ports = case.values
        text = compiled(name, tuple(params.items()), ports).source("Net")
        (tmp_path / f"{name.lower()}_{number}.py").write_text(text)
    for command in (["check"], ["format", "--check", "--diff"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--isolated", "--no-cache", str(tmp_path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", [name for name in LAYERS if TYPES[name].layer])
def test_left_out_arguments_are_the_layers_own_defaults(name: str) -> None:
    node_type = TYPES[name]
    signature = inspect.signature(meta_layers.imported(node_type.layer)).parameters
    if node_type.layer.startswith("torch."):
        return  # they come from torch's own signature
    for argument in node_type.arguments[node_type.positional :]:
        param = node_type.param(argument)
        if param is not None and not param.always:
            own = signature[argument].default
            assert (own, type(own)) == (param.default, type(param.default)), argument
    positional = [p for p in signature if p not in ("self", "mode")][: node_type.positional]
    assert positional == list(node_type.arguments[: node_type.positional])


WEIGHTED = [name for name in LAYERS if TYPES[name].weights]


def filled(name: str, **params: Any) -> tuple[nn.Module, dict[str, torch.Tensor]]:
    torch.manual_seed(0)
    wide = {
        "Linear": {"out_features": 512},
        "Embedding": {"num_embeddings": 300, "embedding_dim": 64},
        "LearnedPosition": {"max_length": 500},
        "PatchEmbedding": {"embed_dim": 256},
    }.get(name, {"out_channels": 256} if name.startswith("Conv") else {})
    module = checked(network(name, {**wide, **params})).network("Net")
    return module, dict(module.state_dict())


@pytest.mark.parametrize("name", WEIGHTED)
@pytest.mark.parametrize("init", ["zeros", "normal", "gpt2_residual"])
def test_plain_initialisers(name: str, init: str) -> None:
    _, state = filled(name, init=init, init_std=0.5, init_depth=8)
    for weight in TYPES[name].weights:
        scaled = init == "gpt2_residual" and weight == TYPES[name].weights[-1]
        wanted = 0.0 if init == "zeros" else 0.5 / math.sqrt(16) if scaled else 0.5
        assert state[f"layer.{weight}"].std().item() == pytest.approx(wanted, rel=0.15)
    for bias in TYPES[name].biases:
        assert not state[f"layer.{bias}"].any()


@pytest.mark.parametrize("name", [name for name in WEIGHTED if name != "LearnedPosition"])
@pytest.mark.parametrize("init", ["xavier_uniform", "xavier_normal", "he_uniform", "he_normal"])
def test_scaled_initialisers(name: str, init: str) -> None:
    _, state = filled(name, init=init)
    for key in TYPES[name].weights:
        weight = state[f"layer.{key}"]
        fan_in, fan_out = nn.init._calculate_fan_in_and_fan_out(weight)
        variance = 2 / (fan_in + fan_out) if init.startswith("xavier") else 2 / fan_in
        assert weight.std().item() == pytest.approx(math.sqrt(variance), rel=0.15)
        if init.endswith("uniform"):
            assert weight.abs().max().item() <= math.sqrt(3 * variance) * 1.0001
    for bias in TYPES[name].biases:
        assert not state[f"layer.{bias}"].any()


def test_the_default_is_torchs_own() -> None:
    _, state = filled("Linear")
    torch.manual_seed(0)
    assert torch.equal(state["layer.weight"], nn.Linear(16, 512).weight)


def test_an_initialiser_leaves_a_missing_bias_alone() -> None:
    for name in WEIGHTED:
        if TYPES[name].param("bias"):
            _, state = filled(name, init="normal", bias=False)
            assert not any("bias" in key for key in state)


@pytest.mark.parametrize("node_type", TYPES.values(), ids=lambda t: t.name)
def test_declarations_are_whole(node_type: NodeType) -> None:
    names = [param.name for param in node_type.params]
    assert len(set(names)) == len(names)
    assert node_type.category in CATEGORIES
    assert node_type.summary.endswith(".")
    assert node_type.glyph
    assert problem_with(stem(node_type)) is None
    for param in node_type.params:
        assert param.summary.endswith("."), param.name
        if param.kind == "choice":
            assert param.default in param.choices
        if param.when is not None:
            other = node_type.param(param.when[0])
            assert other is not None
            assert set(param.when[1]) <= set(other.choices)
    for argument in node_type.arguments:
        assert argument in names or argument in node_type.inferred
    for port, _ in node_type.inferred.values():
        assert port in {p.name for p in node_type.inputs}


def test_a_taken_name_is_refused() -> None:
    mine = NodeType("Linear", "Linear", "Mine.")
    found = Catalogue(TYPES).with_plugins([mine], ["broken"])
    assert found.types["Linear"] is TYPES["Linear"]
    assert len(found.errors) == 2


def test_layers_of_two_inputs_say_what_is_missing() -> None:
    found = checked(board([node("a", "Add"), node("y", "Output")], "a -> y"))
    assert "missing-input" in codes(found)
