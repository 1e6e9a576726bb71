"""Losses that say things in their own way give what torch's own give."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from studio.compile import meta_layers
from tests.compile.drawing import TYPES

SCORES, TARGET, THIRD = torch.randn(3, 4, 6, generator=torch.Generator().manual_seed(0))
CLASSES = torch.tensor([0, 3, 5, 2])


def value(name: str, inputs: dict[str, Tensor], **params: Any) -> Tensor:
    found = TYPES[name]
    values = {**found.defaults(), **params}
    shapes = {port: (tuple(tensor.shape),) for port, tensor in inputs.items()}
    layer = meta_layers.build(found, values, {}, torch.device("cpu")) if found.layer else None
    template = meta_layers.expression(found, values, shapes)
    fed = {port: [tensor] for port, tensor in inputs.items()}
    return meta_layers.run(found, template, values, layer, fed)["loss"]


def test_a_gaussian_is_told_by_the_log_of_its_variance() -> None:
    inputs = {"prediction": SCORES, "target": TARGET, "log_variance": THIRD}
    expected = nn.GaussianNLLLoss(full=True)(SCORES, TARGET, THIRD.exp())
    torch.testing.assert_close(value("GaussianNLL", inputs, full=True), expected)


def test_pairs_are_alike_or_not() -> None:
    alike = torch.tensor([1, 0, -1, 1])
    inputs = {"first": SCORES, "second": TARGET, "alike": alike}
    expected = nn.CosineEmbeddingLoss()(SCORES, TARGET, torch.tensor([1, -1, -1, 1]))
    torch.testing.assert_close(value("CosineEmbedding", inputs), expected)


def test_divergence_is_a_mean_over_samples() -> None:
    log, chances = SCORES.log_softmax(-1), TARGET.softmax(-1)
    expected = (chances * (chances.log() - log)).sum(-1).mean()
    given = value("KLDiv", {"log_probability": log, "target": chances})
    torch.testing.assert_close(given, expected)


@pytest.mark.parametrize("distance", ["cosine", "manhattan", "largest"])
def test_triplets_are_measured_as_chosen(distance: str) -> None:
    def far(a: Tensor, b: Tensor) -> Tensor:
        if distance == "cosine":
            return 1 - nn.functional.cosine_similarity(a, b)
        return torch.linalg.vector_norm(a - b, 1 if distance == "manhattan" else torch.inf, dim=-1)

    inputs = {"anchor": SCORES, "positive": TARGET, "negative": THIRD}
    expected = (far(SCORES, TARGET) - far(SCORES, THIRD) + 0.5).clamp(min=0).mean()
    given = value("TripletMarginWithDistance", inputs, distance=distance, margin=0.5)
    torch.testing.assert_close(given, expected)


@pytest.mark.parametrize("wired", ["", "input_lengths", "target_lengths"])
def test_alignments_count_all_steps_and_labels_unless_lengths_are_wired(wired: str) -> None:
    log = torch.randn(2, 8, 5, generator=torch.Generator().manual_seed(0)).log_softmax(-1)
    labels = torch.tensor([[1, 2, 2], [3, 4, 1]])
    lengths = {"input_lengths": torch.tensor([8, 8]), "target_lengths": torch.tensor([3, 3])}
    if wired:
        lengths[wired] = lengths[wired] - torch.tensor([0, 1])
    expected = nn.CTCLoss()(log.transpose(0, 1), labels, *lengths.values())
    inputs = {"log_probability": log, "target": labels}
    inputs |= {wired: lengths[wired]} if wired else {}
    torch.testing.assert_close(value("CTC", inputs), expected)
