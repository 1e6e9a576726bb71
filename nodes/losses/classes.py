"""Losses for classes, besides cross-entropy on scores."""

from collections.abc import Iterator
from typing import Any

from nodes.checks import same_shape, score_for_each_class
from nodes.declare import TRAINING, Change, Port, Problem, Shapes, Values
from nodes.torch_layers import torch_layer

_LOSS: dict[str, Any] = {
    "outputs": (Port("loss", "loss"),),
    "boards": TRAINING,
    "role": "loss",
}
_CLASS = Port("target", "int", summary="Numbers of the right classes.")


def _positions(values: Values, shapes: Shapes) -> str:
    if len(shapes["log_probability"][0]) == 2:
        return "{layer}({log_probability}, {target})"
    return "{layer}({log_probability}.flatten(0, -2), {target}.flatten())"


NLL = torch_layer(
    "NLLLoss",
    "Loss",
    "For classes: minus the log-probability of the right one. LogSoftmax gives these.",
    called="NLL",
    inputs=(
        Port(
            "log_probability",
            means="log probabilities",
            made_by="LogSoftmax",
            summary="One for each class, in the last dimension.",
        ),
        _CLASS,
    ),
    without=("ignore_index",),
    forward=_positions,
    check=score_for_each_class("log_probability"),
    formula=r"\ell = -\log p_t",
    keywords="classification negative log likelihood cross entropy",
    glyph="NLL",
    **_LOSS,
)

MULTI_MARGIN = torch_layer(
    "MultiMarginLoss",
    "Loss",
    "For classes: the right score must be above each other one by a margin.",
    called="MultiMargin",
    inputs=(Port("logits", dims="N C", summary="A score for each class."), _CLASS),
    params={
        "p": {"summary": "Power of what is missing: 1 or 2.", "low": 1, "high": 2},
        "margin": {"summary": "How far above.", "low": 0.0},
    },
    check=score_for_each_class("logits"),
    formula=r"\ell = \frac{1}{n}\sum_{i \neq t}\max(0, m - z_t + z_i)^p",
    keywords="classification hinge svm",
    glyph="⊳",
    short="margin",
    **_LOSS,
)

MULTI_LABEL_MARGIN = torch_layer(
    "MultiLabelMarginLoss",
    "Loss",
    "For several classes at once: each right score must be above each wrong one by 1.",
    called="MultiLabelMargin",
    inputs=(
        Port("logits", dims="N C", summary="A score for each class."),
        Port("target", "int", dims="N C", summary="The right classes, filled up with −1."),
    ),
    check=same_shape("logits", "target"),
    keywords="classification multilabel tags hinge svm",
    glyph="⊳",
    short="margin",
    **_LOSS,
)

MULTI_LABEL_SOFT_MARGIN = torch_layer(
    "MultiLabelSoftMarginLoss",
    "Loss",
    "For several classes at once: yes or no for each of them.",
    called="MultiLabelSoftMargin",
    inputs=(
        Port("logits", dims="* C", means="scores", summary="A score for each class."),
        Port("target", summary="1 for each class that is right, 0 for others."),
    ),
    check=same_shape("logits", "target"),
    formula=r"\ell = -\frac{1}{n}\sum_i (t_i\log\sigma(z_i) + (1 - t_i)\log\sigma(-z_i))",
    keywords="classification multilabel tags binary cross entropy",
    glyph="0|1",
    short="margin",
    **_LOSS,
)

LINEAR_CROSS_ENTROPY = torch_layer(
    "LinearCrossEntropyLoss",
    "Loss",
    "A linear layer and cross-entropy in one, for a great many classes: no memory for all scores.",
    called="LinearCrossEntropy",
    inputs=(Port("input", dims="N C", summary="Features, before the last layer."), _CLASS),
    inferred={"in_features": ("input", -1)},
    without=("ignore_index",),
    params={
        "num_classes": {"default": 10, "summary": "Number of classes.", "low": 1},
        "label_smoothing": {
            "summary": "Share of the target spread over all classes.",
            "low": 0.0,
            "high": 1.0,
        },
        "bias": {"summary": "Learn an offset for each class."},
    },
    formula=r"\ell = -\log\frac{e^{w_t \cdot x}}{\sum_i e^{w_i \cdot x}}",
    keywords="classification vocabulary language model head memory",
    glyph="CE",
    short="head",
    **_LOSS,
)


def _cutoffs(values: Values, shapes: Shapes) -> Iterator[Problem]:
    cutoffs, classes = values["cutoffs"], values["n_classes"]
    if not isinstance(cutoffs, tuple):
        fix = (f"Set cutoffs to {cutoffs},", (Change("set", "cutoffs", (cutoffs,)),))
        yield Problem("cutoffs", "{node}: cutoffs must be a list, such as 100, 500", fixes=(fix,))
    elif list(cutoffs) != sorted(set(cutoffs)) or cutoffs[-1] >= classes:
        fits = tuple(sorted({cut for cut in cutoffs if cut < classes})) or (max(classes // 2, 1),)
        told = ", ".join(map(str, fits))
        fix = (f"Set cutoffs to {told}", (Change("set", "cutoffs", fits),))
        text = f"{{node}}: cutoffs must rise and stay below n_classes ({classes})"
        yield Problem("cutoffs", text, fixes=(fix,))


def _one(values: Values, shapes: Shapes) -> dict[str, tuple[int | str, ...]]:
    return {"loss": ()}


ADAPTIVE_SOFTMAX = torch_layer(
    "AdaptiveLogSoftmaxWithLoss",
    "Loss",
    "Softmax and its loss for a great many classes, the rare ones in cheaper groups (2016).",
    called="AdaptiveLogSoftmax",
    inputs=(Port("input", dims="N C", summary="Features, before the last layer."), _CLASS),
    inferred={"in_features": ("input", -1)},
    params={
        "n_classes": {
            "default": 1000,
            "summary": "Number of classes, frequent ones first.",
            "low": 2,
        },
        "cutoffs": {
            "kind": "ints",
            "default": (100,),
            "summary": "Classes at which a new group begins.",
            "low": 1,
        },
        "div_value": {
            "summary": "Each group has so many times fewer features.",
            "low": 1.0,
            "advanced": True,
        },
        "head_bias": {"summary": "Learn offsets in the first group.", "advanced": True},
    },
    forward="{layer}({input}, {target}).loss",
    infer=_one,
    check=_cutoffs,
    examples=({"cutoffs": (100, 500)}, {"n_classes": 200}),
    paper="https://arxiv.org/abs/1609.04309",
    keywords="classification vocabulary language model head rare words grave",
    glyph="CE",
    short="head",
    **_LOSS,
)
