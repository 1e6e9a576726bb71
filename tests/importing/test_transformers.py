"""Models of the transformers package, built from configurations."""

from __future__ import annotations

import pytest
import torch

from studio.compile.compiled import all_types
from studio.importing.importing import import_model
from studio.importing.model_file import read_examples

transformers = pytest.importorskip("transformers", reason="transformers is not installed")

SMALL = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "vocab_size": 50,
}
GPT2 = {"n_embd": 32, "n_layer": 2, "n_head": 4, "vocab_size": 50, "n_positions": 32}
LLAMA = {**SMALL, "num_key_value_heads": 2, "use_cache": False}
VIT = {**SMALL, "image_size": 16, "patch_size": 8}
T5 = {"d_model": 32, "d_ff": 64, "num_layers": 2, "num_heads": 4, "d_kv": 8, "vocab_size": 50}

MODELS = {
    "GPT2LMHeadModel": ("GPT2Config", {**GPT2, "use_cache": False}, ["1,6:int64"]),
    "BertForMaskedLM": ("BertConfig", SMALL, ["1,6:int64"]),
    "LlamaForCausalLM": ("LlamaConfig", LLAMA, ["1,6:int64"]),
    "ViTForImageClassification": ("ViTConfig", VIT, ["1,3,16,16"]),
    "T5ForConditionalGeneration": (
        "T5Config",
        {**T5, "use_cache": False},
        ["input_ids:1,6:int64", "decoder_input_ids:1,5:int64"],
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_a_model_becomes_boards(name: str) -> None:
    config, settings, inputs = MODELS[name]
    torch.manual_seed(0)
    model = getattr(transformers, name)
    made = getattr(transformers, config)
    found = import_model(lambda: model(made(**settings)), read_examples(inputs), all_types()[0])
    assert found.difference < 1e-5
    assert max(len(board.nodes) for board in found.project.boards.values()) < 40
    learned = sum(weight.numel() for weight in model(made(**settings)).parameters())
    assert found.parameters == learned
