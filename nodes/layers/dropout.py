"""Dropout of every kind: values become zero at random while training."""

from typing import Any

from nodes.declare import Port
from nodes.torch_layers import torch_layer

_RANDOM: dict[str, Any] = {
    "positional": 1,
    "keywords": "regularise regularize overfit noise",
    "nature": "dropout",
    "glyph": "do",
}
_CHANNEL = {"p": {"summary": "Probability of zeroing a channel."}}

DROPOUT = torch_layer(
    "Dropout",
    "Regularisation",
    "Zeroes values at random while training (Srivastava 2014).",
    everyday=True,
    formula=r"y_i = \frac{m_i}{1 - p}\,x_i, \quad m_i \sim \mathrm{Bernoulli}(1 - p)",
    paper="https://jmlr.org/papers/v15/srivastava14a.html",
    **_RANDOM,
)
DROPOUT1D = torch_layer(
    "Dropout1d",
    "Regularisation",
    "Zeroes whole channels of sequences at random while training.",
    inputs=(Port("input", dims="N C L"),),
    params=_CHANNEL,
    short="dropout",
    formula=r"y_c = \frac{m_c}{1 - p}\,x_c, \quad m_c \sim \mathrm{Bernoulli}(1 - p)",
    paper="https://arxiv.org/abs/1411.4280",
    **_RANDOM,
)
DROPOUT2D = torch_layer(
    "Dropout2d",
    "Regularisation",
    "Zeroes whole channels of images at random while training (Tompson et al. 2014).",
    inputs=(Port("input", dims="N C H W"),),
    params=_CHANNEL,
    short="dropout",
    formula=r"y_c = \frac{m_c}{1 - p}\,x_c, \quad m_c \sim \mathrm{Bernoulli}(1 - p)",
    paper="https://arxiv.org/abs/1411.4280",
    **_RANDOM,
)
DROPOUT3D = torch_layer(
    "Dropout3d",
    "Regularisation",
    "Zeroes whole channels of volumes at random while training.",
    inputs=(Port("input", dims="N C D H W"),),
    params=_CHANNEL,
    short="dropout",
    formula=r"y_c = \frac{m_c}{1 - p}\,x_c, \quad m_c \sim \mathrm{Bernoulli}(1 - p)",
    paper="https://arxiv.org/abs/1411.4280",
    **_RANDOM,
)
ALPHA_DROPOUT = torch_layer(
    "AlphaDropout",
    "Regularisation",
    "Dropout that keeps mean and variance, for SELU (Klambauer et al. 2017).",
    params={"p": {"summary": "Probability of masking a value."}},
    short="dropout",
    paper="https://arxiv.org/abs/1706.02515",
    **_RANDOM,
)
FEATURE_ALPHA_DROPOUT = torch_layer(
    "FeatureAlphaDropout",
    "Regularisation",
    "Alpha dropout of whole channels, for SELU.",
    inputs=(Port("input", dims="N C *"),),
    params={"p": {"summary": "Probability of masking a channel."}},
    short="dropout",
    paper="https://arxiv.org/abs/1706.02515",
    **_RANDOM,
)
