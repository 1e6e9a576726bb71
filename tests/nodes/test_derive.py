"""What torch says of its layers, and declarations made from it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from torch import nn

from nodes import derive
from nodes.catalogue import builtin
from nodes.derive import differences, signature, signatures
from nodes.installed import differing, fitted
from nodes.signatures import Argument, Signatures, from_text, snapshot
from nodes.torch_layers import torch_layer


def test_the_snapshot_is_what_the_installed_torch_says() -> None:
    if derive.version() == snapshot().torch:
        assert signatures() == snapshot(), differences(snapshot(), signatures())
    else:
        pytest.skip(" ".join(differences(snapshot(), signatures())))


def test_the_snapshot_goes_through_its_file() -> None:
    assert from_text(snapshot().to_text()) == snapshot()


def test_differences_name_layer_and_argument() -> None:
    old = snapshot()
    linear = old.layers["torch.nn.Linear"]
    newer = replace(linear, arguments=(*linear.arguments, Argument("rank", "int", 0)))
    layers = {**old.layers, "torch.nn.Linear": newer}
    del layers["torch.nn.PReLU"]
    new = replace(old, torch="9.9", layers=layers)
    assert differences(old, old) == []
    assert differences(old, new) == [
        "torch.nn.Linear has changed: rank.",
        f"torch.nn.PReLU is only in torch {old.torch}.",
    ]


class Odd(nn.Module):
    def __init__(
        self,
        width: int,
        size: int | tuple[int, int] = 3,
        rate: float | None = None,
        shape: tuple[int | None, ...] | int | None = None,
        *,
        act: Any = nn.functional.relu,
        rest: Any = 1,
        device: Any = None,
    ) -> None:
        super().__init__()

    def forward(self, query: int, key: int, mask: int | None = None) -> int:
        return query


def test_types_become_kinds() -> None:
    found = signature(Odd)
    assert found.takes == ("query", "key")
    assert found.arguments == (
        Argument("width", "int", required=True),
        Argument("size", "ints", 3, axes=2),
        Argument("rate", "float", optional=True),
        Argument("shape", "ints", optional=True),
        Argument("act", ""),
        Argument("rest", "", 1),
    )


def test_a_declaration_needs_little_more() -> None:
    found = torch_layer("Bilinear", "Linear", "x A y.", params={"out_features": {"default": 3}})
    assert [port.name for port in found.inputs] == ["input1", "input2"]
    assert found.forward == "{layer}({input1}, {input2})"
    assert found.layer == "torch.nn.Bilinear"
    names = [param.name for param in found.params]
    assert names == ["in1_features", "in2_features", "out_features", "bias"]
    assert found.params[2].always
    assert found.params[3].summary


def test_another_torch_has_what_it_has() -> None:
    shipped = snapshot()
    linear, norm = shipped.layers["torch.nn.Linear"], shipped.layers["torch.nn.LayerNorm"]
    layers = {
        **shipped.layers,
        "torch.nn.Linear": replace(linear, arguments=linear.arguments[:2]),
        "torch.nn.LayerNorm": replace(
            norm,
            arguments=tuple(
                replace(a, default=1e-3) if a.name == "eps" else a for a in norm.arguments
            ),
        ),
    }
    del layers["torch.nn.RMSNorm"]
    older = Signatures("1.0", layers)
    found = fitted(builtin(), older)
    assert found.types["Linear"].param("bias") is None
    assert found.types["Linear"].arguments == ("in_features", "out_features")
    assert found.types["LayerNorm"].defaults()["eps"] == 1e-3
    assert found.errors == ("RMSNorm was left out: torch 1.0 has no torch.nn.RMSNorm",)
    assert {known.name for known in differing(found)} == {"LayerNorm", "Linear"}
