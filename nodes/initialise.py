"""Initialisers: a setting of every node that has weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nodes.declare import Param, Values

_PLAIN = {
    "xavier_uniform": "nn.init.xavier_uniform_({weight})",
    "xavier_normal": "nn.init.xavier_normal_({weight})",
    "he_uniform": 'nn.init.kaiming_uniform_({weight}, nonlinearity="relu")',
    "he_normal": 'nn.init.kaiming_normal_({weight}, nonlinearity="relu")',
    "zeros": "nn.init.zeros_({weight})",
}

INITIALISER: tuple[Param, ...] = (
    Param(
        "init",
        "choice",
        "default",
        "How the weights start. default: torch's own choice for the layer; Xavier (Glorot 2010) "
        "suits tanh and sigmoid, He (2015) ReLU; gpt2_residual (Radford 2019) is normal, scaled by "
        "1/√(2·depth) where the layer feeds a residual sum.",
        choices=("default", *_PLAIN, "normal", "gpt2_residual"),
        advanced=True,
        on_card="never",
    ),
    Param(
        "init_std",
        "float",
        0.02,
        "Standard deviation of the normal distribution.",
        low=0.0,
        when=("init", ("normal", "gpt2_residual")),
        advanced=True,
        on_card="never",
    ),
    Param(
        "init_depth",
        "int",
        1,
        "Number of Transformer layers in the network.",
        low=1,
        when=("init", ("gpt2_residual",)),
        advanced=True,
        on_card="never",
    ),
)


def statements(
    values: Values,
    layer: str,
    weights: Sequence[str],
    biases: Sequence[str],
    written: Mapping[str, str],
    each: str = "",
) -> list[str]:
    """Lines that initialise a layer (`self.conv1`) in place, none for torch's own choice.

    `weights` and `biases` are attributes of the layer; biases become zero. With gpt2_residual only
    the last weight, the one before the residual sum, is scaled down. `written` is the source of
    what follows from a block's parameters. Where the weights are those of all parts of the layer,
    in order, a loop goes over these, which are called `each`.
    """
    choice = values.get("init", "default")
    if choice == "default" or not weights:
        return []
    std = written.get("init_std", repr(float(values["init_std"])))
    lines = []
    for weight in weights:
        name = f"{layer}.{weight}"
        if choice in _PLAIN:
            lines.append(_PLAIN[choice].format(weight=name))
        elif choice == "gpt2_residual" and weight == weights[-1]:
            depth = written.get("init_depth")
            twice = f"2 * {_bracketed(depth)}" if depth else 2 * int(values["init_depth"])
            lines.append(f"nn.init.normal_({name}, std={std} / math.sqrt({twice}))")
        else:
            lines.append(f"nn.init.normal_({name}, std={std})")
    zeros = [f"nn.init.zeros_({layer}.{bias})" for bias in biases]
    if not each:
        return [*lines, *zeros]
    parts = [weight.removesuffix(".weight") for weight in weights]
    zeroed = list(biases) == [f"{part}.bias" for part in parts]
    same = len({line.replace(w, "", 1) for line, w in zip(lines, weights, strict=True)}) == 1
    body = [
        line.replace(f"{layer}.{weights[0]}", f"{each}.weight", 1) for line in lines[:1] if same
    ]
    body += [f"nn.init.zeros_({each}.bias)"] if zeroed else []
    loop = [f"for {each} in {layer}.children():", *(f"    {line}" for line in body)] if body else []
    return [*([] if same else lines), *loop, *([] if zeroed else zeros)]


def _bracketed(text: str) -> str:
    """The text as a factor."""
    return text if text.isidentifier() else f"({text})"
