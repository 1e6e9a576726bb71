"""What modules become: boards that compute the same, with the same weights."""

from __future__ import annotations

import pytest
import torch

from studio.compile.compiled import all_types, check
from studio.importing.importing import Imported, import_model
from studio.importing.model_file import read_examples
from tests.importing import models

INPUTS = {
    "Perceptron": ["2,1,8,8"],
    "LeNet": ["1,1,28,28"],
    "ResNet": ["1,3,16,16"],
    "Decoder": ["1,9:int64"],
    "TwoInputs": ["2,12", "2,5:int64", "weight:2,8"],
    "Siamese": ["2,6", "2,6"],
    "SharedBlock": ["2,3,8"],
    "EinsumAttention": ["2,5,16"],
    "Tagger": ["2,7:int64"],
    "OddSizes": ["1,3,11,14"],
    "Patches": ["2,1,8,8"],
    "Recurrence": ["2,3,4"],
    "Unusual": ["2,6"],
    "MultiHead": ["2,5,8", "2,5:bool"],
}


def imported(name: str) -> Imported:
    """One of the models, as boards."""
    torch.manual_seed(0)
    return import_model(getattr(models, name), read_examples(INPUTS[name]), all_types()[0])


@pytest.mark.parametrize("name", INPUTS)
def test_boards_compute_what_the_model_does(name: str) -> None:
    found = imported(name)
    assert found.difference < 1e-5
    assert not check(found.project).errors
    torch.manual_seed(0)
    learned = sum(weight.numel() for weight in getattr(models, name)().parameters())
    assert found.parameters == learned


def test_blocks_of_one_class_share_a_board_and_repeat() -> None:
    project = imported("ResNet").project
    assert list(project.boards) == ["ResNet", "Residual2", "Residual"]
    top = project.boards["ResNet"].nodes
    assert top["layer1"].params["repeat"] == 3
    assert top["layer2_0"].params == {"block": "Residual2"}
    assert top["layer3_0"].params == {"block": "Residual2", "width": 32}
    assert project.boards["Residual2"].nodes["conv1"].params["stride"] == 2


def test_a_tied_head_uses_the_weights_of_the_embedding() -> None:
    board = imported("Decoder").project.boards["Decoder"]
    assert board.nodes[str(board.nodes["head"].uses)].type == "Embedding"
    assert board.nodes["layers"].params["repeat"] == 3


def test_what_no_node_declares_becomes_code() -> None:
    found = imported("Unusual")
    assert "logaddexp" in found.in_code
    nodes = found.project.boards["Unusual"].nodes.values()
    (code,) = (str(n.params["code"]) for n in nodes if "logaddexp" in str(n.params.get("code")))
    assert code == ("import torch\n\n\ndef logaddexp(x, x2):\n    return torch.logaddexp(x, x2)\n")
