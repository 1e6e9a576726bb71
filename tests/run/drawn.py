"""Projects that are trained in tests: small, but with a block, attention and dropout."""

import json
from itertools import pairwise
from typing import Any

from studio.model.project import Project
from studio.model.project_reading import parse

Json = dict[str, Any]


def layer() -> Json:
    """A block with attention and a skip."""
    return {
        "kind": "block",
        "nodes": {
            "x": {"type": "Input", "params": {"shape": ["N", "T", 8]}},
            "norm": {"type": "LayerNorm"},
            "attention": {"type": "MultiHeadAttention", "params": {"num_heads": 2}},
            "skip": {"type": "Add"},
            "y": {"type": "Output"},
        },
        "wires": [
            "x.output -> norm.input",
            "norm.output -> attention.input",
            "attention.output -> skip.inputs",
            "x.output -> skip.inputs",
            "skip.output -> y.input",
        ],
    }


def network() -> Json:
    """Image to scores."""
    chain = ["image", "conv", "relu", "patches", "drop", "layers", "flatten", "linear", "logits"]
    ports = {"layers": ("x", "y")}
    return {
        "kind": "network",
        "nodes": {
            "image": {"type": "Input", "params": {"shape": ["N", 1, 8, 8]}},
            "conv": {"type": "Conv2d", "params": {"out_channels": 6, "padding": 1}},
            "relu": {"type": "ReLU"},
            "patches": {"type": "PatchEmbedding", "params": {"embed_dim": 8, "patch_size": 2}},
            "drop": {"type": "Dropout", "params": {"p": 0.1}},
            "layers": {"type": "Block", "params": {"block": "Layer", "repeat": 2}},
            "flatten": {"type": "Flatten"},
            "linear": {"type": "Linear", "params": {"out_features": 10}},
            "logits": {"type": "Output"},
        },
        "wires": [
            f"{a}.{ports.get(a, ('', 'output'))[1]} -> {b}.{ports.get(b, ('input', ''))[0]}"
            for a, b in pairwise(chain)
        ],
    }


def training(update: Json, batch_size: int) -> Json:
    """Digits, cross entropy, accuracy."""
    return {
        "kind": "training",
        "nodes": {
            "digits": {"type": "DigitsData", "params": {"size": 8, "batch_size": batch_size}},
            "net": {"type": "Network", "params": {"network": "Net"}},
            "cost": {"type": "CrossEntropy"},
            "update": {"type": "Update", "params": update},
            "accuracy": {"type": "Accuracy"},
        },
        "wires": [
            "digits.image -> net.image",
            "net.logits -> cost.logits",
            "digits.label -> cost.target",
            "cost.loss -> update.loss",
            "net.logits -> accuracy.logits",
            "digits.label -> accuracy.target",
        ],
    }


def project(
    epochs: int = 2, batch_size: int = 64, seed: int = 1, linear: Json | None = None, **update: Any
) -> Project:
    """A project that trains in a second; `linear` are parameters of its last layer."""
    boards = {"Layer": layer(), "Net": network(), "Train": training(update, batch_size)}
    boards["Net"]["nodes"]["linear"]["params"].update(linear or {})
    settings = {"epochs": epochs, "device": "cpu", "precision": "float32", "seed": seed}
    return parsed({"netloom": 1, "settings": settings, "boards": boards})


def recurrent(epochs: int = 2) -> Project:
    """A network that reads a picture row by row with a cell that is drawn: it keeps a share of what
    it knew, as a gate says."""
    chain = ["image", "rows", "cell", "linear", "logits"]
    ports = {"cell": ("x", "h_next")}
    net = {
        "kind": "network",
        "nodes": {
            "image": {"type": "Input", "params": {"shape": ["N", 1, 8, 8]}},
            "rows": {"type": "Reshape", "params": {"shape": [8, 8]}},
            "cell": {"type": "Scan", "params": {"block": "Cell", "reverse": True}},
            "linear": {"type": "Linear", "params": {"out_features": 10}},
            "logits": {"type": "Output"},
        },
        "wires": [
            f"{a}.{ports.get(a, ('', 'output'))[1]} -> {b}.{ports.get(b, ('input', ''))[0]}"
            for a, b in pairwise(chain)
        ],
    }
    cell = {
        "kind": "block",
        "params": {"width": 6},
        "nodes": {
            "x": {"type": "Input", "params": {"shape": ["N", 8]}},
            "h": {"type": "Input", "params": {"shape": ["N", {"=": "width"}], "next": "h_next"}},
            "both": {"type": "Concatenate"},
            "gate": {"type": "Linear", "params": {"out_features": {"=": "width"}}},
            "new": {"type": "Linear", "params": {"out_features": {"=": "width"}}},
            "mixed": {
                "type": "Expression",
                "params": {"formula": "sigmoid(g) * h + (1 - sigmoid(g)) * tanh(n)"},
            },
            "h_next": {"type": "Output"},
        },
        "wires": [
            "x.output -> both.inputs",
            "h.output -> both.inputs",
            "both.output -> gate.input",
            "both.output -> new.input",
            "gate.output -> mixed.g",
            "h.output -> mixed.h",
            "new.output -> mixed.n",
            "mixed.output -> h_next.input",
        ],
    }
    boards = {"Cell": cell, "Net": net, "Train": training({}, 64)}
    return parsed({"netloom": 1, "settings": {"epochs": epochs, "device": "cpu"}, "boards": boards})


def parsed(data: Json) -> Project:
    """The project that JSON describes."""
    return parse(json.dumps(data))
