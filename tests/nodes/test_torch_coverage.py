"""Every module class of the installed torch can be placed, or is known to stand for no node."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import torch
from torch import nn
from torch.nn.modules.lazy import LazyModuleMixin

from nodes.catalogue import builtin

HOLDS_OTHERS = "It holds other modules, as boards do."
ABSTRACT = "Others are derived from it."
SAME = "Another one does the same."

LEFT_OUT: Mapping[str, str] = {
    "Module": ABSTRACT,
    "RNNBase": ABSTRACT,
    "RNNCellBase": ABSTRACT,
    "Container": HOLDS_OTHERS,
    "ModuleDict": HOLDS_OTHERS,
    "ModuleList": HOLDS_OTHERS,
    "ParameterDict": HOLDS_OTHERS,
    "ParameterList": HOLDS_OTHERS,
    "Sequential": HOLDS_OTHERS,
    "DataParallel": "It spreads a whole network over devices, and torch advises against it.",
    "SyncBatchNorm": "It is a batch norm as several devices need it; it runs on no CPU.",
    "CrossMapLRN2d": f"{SAME[:-1]}: LocalResponseNorm.",
    "NLLLoss2d": f"{SAME[:-1]}: NLLLoss; its name is deprecated.",
    "UpsamplingBilinear2d": f"{SAME[:-1]}: Upsample; its name is deprecated.",
    "UpsamplingNearest2d": f"{SAME[:-1]}: Upsample; its name is deprecated.",
}
"""Why a class is no node; the lazy twins of layers go without saying, as sizes are read off inputs
anyway."""


def classes() -> list[str]:
    """The names of all module classes in `torch.nn`."""
    every = {name: getattr(nn, name) for name in dir(nn)}
    return [n for n, c in every.items() if isinstance(c, type) and issubclass(c, nn.Module)]


def offered() -> set[str]:
    """Names of torch's classes that a node type makes, or does the work of by its own name."""
    types = builtin().types
    made = {found.layer.removeprefix("torch.nn.") for found in types.values()}
    return made | set(types) | {f"{name}Loss" for name in types}


LAZY = sorted(name for name in classes() if issubclass(getattr(nn, name), LazyModuleMixin))


def test_every_class_of_torch_is_offered_or_explained() -> None:
    missing = set(classes()) - offered() - set(LEFT_OUT) - set(LAZY)
    assert not missing, f"torch {torch.__version__} also has {', '.join(sorted(missing))}"


def test_nothing_is_explained_away_that_is_offered_or_is_not_there() -> None:
    assert not set(LEFT_OUT) & offered()
    assert set(LEFT_OUT) <= set(classes())


@pytest.mark.parametrize("name", LAZY)
def test_what_a_lazy_twin_waits_for_is_read_off_an_input(name: str) -> None:
    twin = builtin().types[name.removeprefix("Lazy")]
    assert twin.inferred


def test_what_the_input_decides_is_never_asked_for_but_may_be_set() -> None:
    sizes = {"in_channels", "num_features", "num_channels", "normalized_shape", "input_size"}
    sizes |= {"in_features", "in1_features", "in2_features", "embed_dim", "kdim", "vdim", "d_model"}
    for found in builtin().types.values():
        if found.layer.startswith("torch.nn."):
            asked = [param for param in found.params if param.name in sizes]
            assert {param.name for param in asked} == set(found.inferred), found.name
            assert all(param.default is None and param.advanced for param in asked)
