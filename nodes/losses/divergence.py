"""Losses that compare distributions."""

from nodes.checks import same_shape
from nodes.declare import TRAINING, NodeType, Param, Port, Shapes, Values
from nodes.torch_layers import torch_layer

GAUSSIAN_KL = NodeType(
    "GaussianKL",
    "Loss",
    "How far normal distributions are from the standard one, in nats a sample: ½ Σ (σ² + μ² − 1 "
    "− log σ²).",
    inputs=(Port("mean"), Port("log_variance")),
    outputs=(Port("loss", "loss"),),
    boards=TRAINING,
    role="loss",
    forward=(
        "0.5 * ({log_variance}.exp() + {mean}.square() - 1 - {log_variance})"
        ".flatten(1).sum(1).mean()"
    ),
    check=same_shape("mean", "log_variance"),
    formula=r"\ell = \frac{1}{2}\sum_i (\mu_i^2 + \sigma_i^2 - 1 - \log\sigma_i^2)",
    paper="https://arxiv.org/abs/1312.6114",
    keywords="kullback leibler divergence vae variational",
    glyph="KL",
    short="kl",
)


KL_DIV = torch_layer(
    "KLDivLoss",
    "Loss",
    "How far a distribution is from a target, in nats a sample: Σ p (log p − log q).",
    called="KLDiv",
    inputs=(
        Port(
            "log_probability",
            means="log probabilities",
            made_by="LogSoftmax",
            summary="log q, such as from LogSoftmax.",
        ),
        Port("target", within=(0, 1), summary="p, the probabilities that are right."),
    ),
    outputs=(Port("loss", "loss"),),
    boards=TRAINING,
    role="loss",
    fixed={"reduction": "batchmean"},
    params={"log_target": {"summary": "The target is log p too.", "advanced": True}},
    check=same_shape("log_probability", "target"),
    formula=r"\ell = \sum_i t_i\,(\log t_i - \log p_i)",
    keywords="kullback leibler divergence distribution probabilities soft labels",
    glyph="KL",
    short="kl",
)


def _distilled(values: Values, shapes: Shapes) -> str:
    soft = values["temperature"] != 1
    scores = [f"({{{port}}} / {{temperature}})" if soft else f"{{{port}}}" for port in _SCORES]
    learned, taught = scores
    square = "{temperature} ** 2 * " if soft else ""
    rows = f"{learned}.flatten(0, -2).log_softmax(-1), {taught}.flatten(0, -2).softmax(-1)"
    return f'{square}F.kl_div({rows}, reduction="batchmean")'


_SCORES = ("logits", "teacher")

DISTILLATION = NodeType(
    "Distillation",
    "Loss",
    "For a student: how far its probabilities are from its teacher's, both softened.",
    inputs=(
        Port("logits", means="scores", summary="The student's scores."),
        Port("teacher", summary="The teacher's scores; no gradient goes to it."),
    ),
    outputs=(Port("loss", "loss"),),
    boards=TRAINING,
    role="loss",
    params=(
        Param(
            "temperature",
            "float",
            2.0,
            "Scores are divided by it: higher shows more of what the teacher thinks of the "
            "wrong classes.",
            low=0.01,
            high=1000.0,
            on_card="name",
            short="T",
        ),
    ),
    forward=_distilled,
    formula=(
        r"\ell = T^2\ \mathrm{KL}\left(\mathrm{softmax}(\frac{z_{\mathrm{teacher}}}{T})\ \|\ "
        r"\mathrm{softmax}(\frac{z}{T})\right)"
    ),
    paper="https://arxiv.org/abs/1503.02531",
    keywords="knowledge distillation teacher student soft targets hinton kl",
    glyph="T→S",
    short="distillation",
)


CONTRASTIVE = NodeType(
    "Contrastive",
    "Loss",
    "For pairs: each vector must be nearest to its own partner among all of the batch.",
    inputs=(
        Port("first", dims="N C", summary="Vectors, one a sample."),
        Port("second", dims="N C", summary="Their partners."),
    ),
    outputs=(Port("loss", "loss"),),
    boards=TRAINING,
    role="loss",
    couples=True,
    layer="nodes.modules.contrastive.Contrastive",
    arguments=("temperature",),
    params=(
        Param(
            "temperature",
            "float",
            0.1,
            "Where its learned temperature begins: lower is sharper.",
            low=0.001,
            high=10.0,
            on_card="name",
            short="T",
            always=True,
        ),
    ),
    forward="{layer}({first}, {second})",
    formula=(
        r"\ell = -\frac{1}{2}\log\frac{e^{s_{ii}}}{\sum_j e^{s_{ij}}} - "
        r"\frac{1}{2}\log\frac{e^{s_{ii}}}{\sum_j e^{s_{ji}}}, \quad s_{ij} = \frac{a_i \cdot "
        r"b_j}{\tau}"
    ),
    paper="https://arxiv.org/abs/2103.00020",
    keywords="infonce clip siamese simclr similarity embedding ntxent",
    glyph="⇄",
    short="contrastive",
)
