"""`netloom help`: types by name, by what they do, or all."""

from __future__ import annotations

import pytest

from studio.cli import main


def test_a_type_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help", "conv2d"]) == 0
    told = capsys.readouterr().out
    for part in (
        "Conv2d (Convolution",
        "N×C×H×W",
        "kernel_size = 3",
        "N×8×H×W → N×16×(H-2)×(W-2)",
        "⌊(H_in + 2",
        "https://",
    ):
        assert part in told


def test_what_has_one_name_on_both_sides_is_told_apart(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["help", "LSTM"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "As it is at first: N×T×8 → output N×T×64, hidden 1×N×64, cell 1×N×64" in told


def test_our_own_layers_show_their_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help", "RotaryPosition"]) == 0
    assert "class RotaryPosition" in capsys.readouterr().out


def test_words_find_types_and_nothing_lists_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help", "down", "sampling"]) == 0
    assert "MaxPool2d" in capsys.readouterr().out
    assert main(["help"]) == 0
    assert len(capsys.readouterr().out.splitlines()) > 200
    assert main(["help", "qqq"]) == 1
    assert "netloom help lists all" in capsys.readouterr().err
