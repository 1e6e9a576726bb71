"""Every node type builds, runs, prints, goes through files and exports, with defaults and with
other values of each parameter."""

from __future__ import annotations

import functools
import inspect
import math
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import torch
from torch import nn
from torch.export import Dim, export
from torch.utils.flop_counter import FlopCounterMode

from nodes.catalogue import CATEGORIES, Catalogue, plugins
from nodes.declare import NodeType, Param, Port
from nodes.flaws import flaws
from studio.compile import meta_layers
from studio.compile.compiled import Compiled
from studio.compile.training_source import execute
from studio.model.names import problem_with, stem
from studio.model.parameters import problem_with_value
from studio.model.ports import with_ports
from studio.model.project_reading import parse
from studio.model.project_writing import to_text
from tests.compile.drawing import TYPES, board, checked, codes, node, run, sample, size_of
from tests.nodes.small_boards import network, variants

LAYERS = [
    name
    for name, declared in TYPES.items()
    if "network" in declared.boards and declared.role == "operation"
]


def cases() -> list[Any]:
    """Type, parameters, and how many of the inputs are wired: with and without optional ones."""
    found = []
    for name in LAYERS:
        for params in variants(TYPES[name]):
            inputs = with_ports(TYPES[name], params).inputs
            required = sum(not port.optional for port in inputs)
            for ports in range(required, len(inputs) + 1) if not params else [required]:
                told = "-".join(f"{key}={value}" for key, value in params.items())
                found.append(pytest.param(name, params, ports, id=f"{name}-{told}-{ports}"))
    return found


CASES = cases()


@functools.cache
def compiled(name: str, params: tuple[tuple[str, Any], ...], ports: int) -> Compiled:
    return checked(network(TYPES[name], dict(params), ports))


@pytest.mark.parametrize(("name", "params", "ports"), CASES)
def test_it_builds_runs_and_exports(name: str, params: dict[str, Any], ports: int) -> None:
    found = compiled(name, tuple(params.items()), ports)
    assert not found.issues
    module = execute(found.source("Net"), "<test>")["Net"]()
    sizes = {"N": 3, "T": 9, "S": 5, "V": 4, "E": 7}
    inputs = sample(found, sizes=sizes)
    outputs = run(module, inputs)
    report = found.reports["Net"]["layer"]
    sizes["K_layer"] = sum(int(x.sum()) for x in inputs if x.dtype == torch.bool)
    for port, output in zip(with_ports(TYPES[name], params).outputs, outputs, strict=False):
        signal = report.outputs[port.name]
        wanted = [size_of(dim, sizes) for dim in signal.shape]
        assert list(output.shape) == wanted
        assert str(output.dtype) == f"torch.{signal.dtype}"
    assert sum(p.numel() for p in module.parameters()) == report.parameters
    assert report.parameters == found.totals["Net"].parameters
    assert all(key.startswith("layer.") for key in module.state_dict())


NOT_EXPORTED = {
    "FractionalMaxPool3d": "torch's own rule for its sizes holds for one batch size only"
}
"""Layers that torch itself cannot export with a free batch."""


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            name, marks=pytest.mark.xfail(name in NOT_EXPORTED, reason=NOT_EXPORTED.get(name, ""))
        )
        for name in LAYERS
    ],
)
def test_torch_exports_it_with_a_free_batch(name: str) -> None:
    """So its source speaks of shapes and not of the sizes it was drawn with. Stacks are one layer
    high, as torch takes seconds for each."""
    low = {param.name: 1 for param in TYPES[name].params if param.name.endswith("_layers")}
    required = [port for port in with_ports(TYPES[name], {}).inputs if not port.optional]
    found = compiled(name, tuple(low.items()), len(required))
    module = execute(found.source("Net"), "<test>")["Net"]().eval()
    few, many = (sample(found, sizes={"N": n, "V": n, "T": 9, "S": 5}) for n in (3, 7))
    batch = Dim("batch", min=2, max=512)
    free = tuple({} if a.shape == b.shape else {0: batch} for a, b in zip(few, many, strict=True))
    exported = export(module, tuple(few), dynamic_shapes=free, strict=False).module()
    torch.manual_seed(0)
    theirs = exported(*many)
    theirs = theirs if isinstance(theirs, tuple) else (theirs,)
    torch.manual_seed(0)
    torch.testing.assert_close(theirs, run(module, many))


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
    ports = sum(not port.optional for port in TYPES[name].inputs)
    module = checked(network(TYPES[name], params, ports)).network("Net")
    return module, dict(module.state_dict())


def close(weight: torch.Tensor, std: float) -> bool:
    """Whether values drawn at random spread as wanted, five standard errors allowed for."""
    return abs(weight.std().item() - std) <= std * 5 / math.sqrt(2 * weight.numel())


@pytest.mark.parametrize("name", WEIGHTED)
@pytest.mark.parametrize("init", ["zeros", "normal", "gpt2_residual"])
def test_plain_initialisers(name: str, init: str) -> None:
    _, state = filled(name, init=init, init_std=0.5, init_depth=8)
    for weight in TYPES[name].weights:
        scaled = init == "gpt2_residual" and weight == TYPES[name].weights[-1]
        wanted = 0.0 if init == "zeros" else 0.5 / math.sqrt(16) if scaled else 0.5
        assert close(state[f"layer.{weight}"], wanted)
    for bias in TYPES[name].biases:
        assert not state[f"layer.{bias}"].any()


@pytest.mark.parametrize("name", WEIGHTED)
@pytest.mark.parametrize("init", ["xavier_uniform", "xavier_normal", "he_uniform", "he_normal"])
def test_scaled_initialisers(name: str, init: str) -> None:
    _, state = filled(name, init=init)
    for key in TYPES[name].weights:
        weight = state[f"layer.{key}"]
        fan_in, fan_out = nn.init._calculate_fan_in_and_fan_out(weight)
        variance = 2 / (fan_in + fan_out) if init.startswith("xavier") else 2 / fan_in
        assert close(weight, math.sqrt(variance))
        if init.endswith("uniform"):
            assert weight.abs().max().item() <= math.sqrt(3 * variance) * 1.0001
    for bias in TYPES[name].biases:
        assert not state[f"layer.{bias}"].any()


def test_the_default_is_torchs_own() -> None:
    _, state = filled("Linear")
    torch.manual_seed(0)
    assert torch.equal(state["layer.weight"], nn.Linear(8, 10).weight)


def test_an_initialiser_leaves_a_missing_bias_alone() -> None:
    for name in WEIGHTED:
        if TYPES[name].param("bias"):
            _, state = filled(name, init="normal", bias=False)
            assert not any("bias" in key for key in state)


@pytest.mark.parametrize("node_type", TYPES.values(), ids=lambda t: t.name)
def test_declarations_are_whole(node_type: NodeType) -> None:
    assert list(flaws(node_type)) == []
    assert node_type.category in CATEGORIES
    assert node_type.summary.endswith(".")
    assert node_type.glyph
    assert problem_with(stem(node_type)) is None
    for param in node_type.params:
        assert param.summary.endswith("."), param.name
        assert problem_with_value(param, param.default) is None
        if param.when is not None:
            other = node_type.param(param.when[0])
            assert other is not None
            assert set(param.when[1]) <= set(other.choices)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"name": "no name"}, "its name"),
        ({"role": "king"}, "no role 'king'"),
        ({"summary": 3}, "3 is no text"),
        ({"boards": frozenset({"chess"})}, "boards that there are not"),
        ({"inputs": (Port("a b"),)}, "called 'a b'"),
        ({"inputs": (Port("a"), Port("a"))}, "two inputs are called a"),
        ({"outputs": (Port("a", cast(Any, "tree")),)}, "no kind 'tree'"),
        ({"params": (Param("n", "int", 1), Param("n", "int", 1))}, "two parameters"),
        ({"params": (Param("n", "int", "x"),)}, "no int: 'x'"),
        ({"params": (Param("n", "int"),)}, "no default"),
        ({"params": (Param("n", "choice", "c", choices=("a",)),)}, "none of its choices"),
        ({"params": (Param("f", "formula", "a.b"),)}, "no formula"),
        ({"params": (Param("n", "int", 1, when=("m", (1,))),)}, "m, which is no parameter"),
        ({"params": (Param("n", "int", 1, gives="inputs"),)}, "none is declared"),
        ({"arguments": ("n",)}, "argument n is neither"),
        ({"inferred": {"n": ("x", 1)}}, "x, which is no input"),
        ({"params": 3}, "int"),
    ],
    ids=str,
)
def test_a_broken_plug_in_is_left_out(
    wrong: dict[str, Any], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = NodeType(**{"name": "Mine", "category": "Other", "summary": "Mine.", **wrong})
    point = SimpleNamespace(name="theirs", load=lambda: SimpleNamespace(mine=mine))
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [point])
    types, (error,) = plugins()
    assert types == []
    assert "of the plug-in theirs was left out" in error
    assert why in error


def test_a_type_that_another_file_imports_is_no_second_one() -> None:
    found = Catalogue(TYPES).with_plugins([TYPES["Linear"]], [])
    assert (dict(found.types), found.errors) == (dict(TYPES), ())


def test_a_taken_name_is_refused() -> None:
    mine = NodeType("Linear", "Linear", "Mine.")
    found = Catalogue(TYPES).with_plugins([mine], ["broken"])
    assert found.types["Linear"] is TYPES["Linear"]
    assert len(found.errors) == 2


def test_layers_of_two_inputs_say_what_is_missing() -> None:
    found = checked(board([node("a", "Add"), node("y", "Output")], "a -> y"))
    assert "missing-input" in codes(found)


@pytest.mark.parametrize("name", LAYERS)
def test_multiply_adds_are_what_torch_counts(name: str) -> None:
    node_type = with_ports(TYPES[name], {})
    found = compiled(name, (), sum(not port.optional for port in node_type.inputs))
    module = execute(found.source("Net"), "<test>")["Net"]().to("meta").eval()
    inputs = [given.to("meta") for given in sample(found)]
    samples = next((given.shape[0] for given in inputs if given.dim()), 1)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        try:
            run(module, inputs)
        except (NotImplementedError, RuntimeError):
            pytest.skip("cannot run without memory")
    wanted = counter.get_total_flops() // 2 // samples
    assert found.reports["Net"]["layer"].multiply_adds == wanted
