"""What a search finds: by name first, then by what a thing does."""

from __future__ import annotations

import pytest

from studio.model.offers import offers, ranked
from studio.model.project import Board, Project
from tests.compile.drawing import TYPES


def found(query: str, kind: str = "network") -> list[str]:
    board = Board("Net", "training" if kind == "training" else "network")
    every = offers(Project({"Net": board}), board, TYPES)
    return [offer.name for offer in ranked(every, query)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("relu", ["ReLU", "ReLU6"]),
        ("conv", ["Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d"]),
        ("max pool", ["MaxPool1d", "MaxPool2d", "MaxPool3d", "AdaptiveMaxPool1d"]),
        ("lstm", ["LSTM", "LSTMCell"]),
        ("dropout", ["Dropout", "Dropout1d"]),
        ("upsample", ["Upsample"]),
        ("norm batch", ["BatchNorm1d", "BatchNorm2d", "BatchNorm3d"]),
        ("norm", ["Norm", "AdaptiveLayerNorm"]),
        ("skip", ["Add", "Concatenate"]),
        ("downsample", ["Conv2d", "MaxPool2d"]),
        ("normalising", ["BatchNorm2d", "LayerNorm"]),
        ("pooling", ["MaxPool1d", "MaxPool2d"]),
        ("attention", ["MultiHeadAttention"]),
    ],
)
def test_the_best_comes_first(query: str, first: list[str]) -> None:
    assert found(query)[: len(first)] == first


@pytest.mark.parametrize(
    ("does", "names"),
    [
        ("downsample", {"MaxPool2d", "AvgPool1d", "Conv2d", "PixelUnshuffle"}),
        ("down sampling", {"MaxPool2d", "Conv2d"}),
        ("downsampling", {"MaxPool2d", "AvgPool1d", "Conv2d", "PixelUnshuffle"}),
        ("upsample", {"ConvTranspose2d", "MaxUnpool2d", "PixelShuffle"}),
        ("regularize", {"Dropout", "Dropout2d", "RReLU"}),
        ("normalization", {"BatchNorm2d", "LayerNorm", "InstanceNorm1d"}),
        ("probabilities", {"Softmax", "LogSoftmax"}),
        ("memory", {"LSTM", "LSTMCell"}),
        ("patches", {"Unfold", "Fold", "PatchEmbedding"}),
    ],
)
def test_what_a_thing_does_finds_it(does: str, names: set[str]) -> None:
    assert names <= set(found(does))


@pytest.mark.parametrize(
    ("does", "names"),
    [("speech", {"CTC"}), ("ranking", {"MarginRanking"}), ("uncertainty", {"GaussianNLL"})],
)
def test_losses_are_found_by_what_they_are_for(does: str, names: set[str]) -> None:
    assert names <= set(found(does, "training"))
