"""What nodes cost and what a training step takes, against real steps and numbers worked out by
hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch

from studio.compile.analysing import Candidate, candidates
from studio.compile.compiled import check
from studio.model.analysis import Forecast, NodeCosts, ReceptiveField
from studio.model.gallery import template
from studio.model.project import Board, Project
from studio.model.settings import Settings
from tests.bench.step_memory import compared
from tests.compile.drawing import TYPES, board, chain, checked, node, project

UPDATES = [
    {"optimizer": "SGD", "momentum": 0.0},
    {"optimizer": "SGD"},
    {"optimizer": "RMSprop", "momentum": 0.0},
    {"optimizer": "RMSprop"},
    {"optimizer": "Adam"},
    {"optimizer": "AdamW", "accumulate": 2},
    {"optimizer": "AdamW", "every": 3, "clip_norm": 1.0},
]
STATES = [0, 1, 1, 2, 2, 2, 2]
"""Numbers that each of these keeps for a weight."""


def perceptron(**update: Any) -> tuple[Board, Board]:
    net = chain(
        ("N", 1, 16, 16),
        node("flat", "Flatten"),
        node("fc", "Linear", out_features=64),
        node("tanh", "Tanh"),
        node("out", "Linear", out_features=10),
    )
    nodes = [
        node("digits", "DigitsData", size=16, batch_size=32),
        node("net", "Network", network="Net"),
        node("loss", "CrossEntropy"),
        node("update", "Update", **update),
    ]
    wires = (
        "digits.image -> net.x, net.y -> loss.logits, digits.label -> loss.target,"
        "loss.loss -> update.loss"
    )
    return net, board(nodes, wires, "Training", "training")


def forecast(project: Project) -> Forecast:
    (found,) = check(project, TYPES).analysis().forecasts
    assert not found.reason
    return found


@pytest.mark.parametrize("name", ["lenet", "gan", "distill", "karate"])
def test_a_step_holds_what_is_forecast(name: str) -> None:
    found = list(compared(template(name)))
    assert len(found) == len(template(name).stages)
    for each in found:
        assert abs(each.off) < 0.15


def test_networks_without_a_training_are_tried_too() -> None:
    (found,) = compared(template("lenet5"), 64)
    assert abs(found.off) < 0.15


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_mixed_precision_is_tried_as_it_trains(precision: Any) -> None:
    lenet = replace(template("lenet"), settings=Settings(precision=precision))
    half, full = forecast(lenet), forecast(template("lenet"))
    assert half.precision == precision
    assert half.memory.activations < full.memory.activations
    assert half.memory.weights == full.memory.weights
    if precision == "bf16":  # CPUs scale no gradients
        (found,) = compared(lenet)
        assert abs(found.off) < 0.15


@pytest.mark.parametrize(("update", "states"), zip(UPDATES, STATES, strict=True))
def test_optimisers_keep_what_they_keep(update: dict[str, Any], states: int) -> None:
    made = project(*perceptron(**update))
    memory = forecast(made).memory
    weights = 4 * (256 * 64 + 64 + 64 * 10 + 10)
    assert memory.weights == weights
    assert memory.gradients == pytest.approx(weights, rel=0.01)
    assert memory.optimiser == pytest.approx(states * weights, abs=100)
    if "accumulate" in update or "every" in update:
        (found,) = compared(made)
        assert abs(found.off) < 0.15


def test_memory_of_nodes_by_hand() -> None:
    costs = checked(*perceptron()).analysis().nodes
    fc, tanh = costs["Net"]["fc"], costs["Net"]["tanh"]
    weights = 256 * 64 + 64
    assert (fc.parameters, fc.multiply_adds) == (weights, 256 * 64)
    # What the layer gives is not needed to go back through Tanh, which keeps its own result.
    assert (fc.activations, tanh.activations) == (0, 32 * 64 * 4)
    # Weights, gradients, two numbers of Adam for each, and two counters of steps.
    assert fc.memory == 4 * 4 * weights + 2 * 4
    assert costs["Training"]["net"].memory == 4 * 4 * (weights + 650) + 4 * 4 + (
        tanh.memory or 0
    ) + (costs["Net"]["out"].activations or 0)


def test_copies_count_wherever_they_stand() -> None:
    part = board(
        [
            node("x", "Input", shape=("N", 8)),
            node("fc", "Linear", out_features=8),
            node("tanh", "Tanh"),
            node("y", "Output"),
        ],
        "x -> fc -> tanh -> y",
        "Part",
        "block",
    )
    net = board(
        [
            node("x", "Input", shape=("N", 8)),
            node("own", "Block", block="Part", repeat=3),
            node("tied", "Block", block="Part", repeat=4, tied=True),
            node("y", "Output"),
        ],
        "x -> own.x, own.y -> tied.x, tied.y -> y",
    )
    analysis = checked(part, net).analysis()
    inside, outside = analysis.nodes["Part"], analysis.nodes["Net"]
    everything = ReceptiveField((8,), whole=True)
    assert inside["fc"] == NodeCosts(7, 4 * 72, 7 * 64, 0, 4 * (16 * 72 + 8), everything)
    assert inside["tanh"] == NodeCosts(7, 0, 0, 7 * 32 * 8 * 4, 7 * 32 * 8 * 4, everything)
    assert outside["own"].times == 3
    assert outside["own"].parameters == 3 * 72
    assert sum(each.memory or 0 for each in inside.values()) == sum(
        each.memory or 0 for each in outside.values()
    )


def test_the_largest_batch_fits_and_one_more_does_not() -> None:
    found = checked(*perceptron()).analysis().forecasts[0]
    assert found.largest == 1797  # all there are
    (alone,) = check(template("lenet5")).analysis().forecasts
    assert alone.largest is not None
    (trial,) = candidates(template("lenet5"), check(template("lenet5")).checking, set())
    assert isinstance(trial, Candidate)
    rehearsal = trial.rehearsal()

    def total(batch: int) -> int:
        return rehearsal.step(batch, torch.device("cpu")).memory.total

    assert total(alone.largest) <= alone.available < total(alone.largest * 51 // 50)


def test_what_needs_mending_is_told() -> None:
    net, training = perceptron()
    net = chain(("N", 1, 16, 16), node("fc", "Conv2d", out_channels=-1))
    (found,) = checked(net, training).analysis().forecasts
    assert "errors" in found.reason
