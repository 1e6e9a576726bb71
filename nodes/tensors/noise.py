"""Random numbers."""

from nodes.declare import NETWORKS, TRAINING, NodeType, Param, Port, Shapes, Values


def _drawn(values: Values, shapes: Shapes) -> str:
    draw = {"normal": "torch.randn", "uniform": "torch.rand"}[values["kind"]]
    if values["size"] is None:
        return f"{draw}_like({{batch}})"
    return f"{draw}({{batch}}.shape[0], {{size}}, device={{batch}}.device)"


NOISE = NodeType(
    "Noise",
    "Random",
    "Random numbers, drawn anew in each step, for as many samples as the batch has.",
    inputs=(Port("batch", "any", summary="Anything with one row a sample."),),
    params=(
        Param(
            "size",
            "ints",
            None,
            "Sizes after the batch, such as 32; empty: those of the input.",
            low=1,
            optional=True,
            essential=True,
        ),
        Param(
            "kind",
            "choice",
            "normal",
            "normal: mean 0, deviation 1; uniform: 0 to 1.",
            choices=("normal", "uniform"),
        ),
    ),
    boards=NETWORKS | TRAINING,
    cuts=True,
    forward=_drawn,
    formula=r"y \sim \mathcal{N}(0, 1)",
    keywords="random latent gaussian sample generator gan",
    glyph="~",
)


REPARAMETERISE = NodeType(
    "Reparameterise",
    "Random",
    "Draws from normal distributions so that gradients reach their means and variances: "
    "μ + σ · noise (Kingma and Welling, 2013).",
    inputs=(Port("mean"), Port("log_variance", summary="Twice the logarithm of σ.")),
    boards=NETWORKS | TRAINING,
    forward="{mean} + (0.5 * {log_variance}).exp() * torch.randn_like({mean})",
    formula=(
        r"z = \mu + e^{\frac{1}{2}\log\sigma^2} \odot \epsilon, \quad \epsilon \sim "
        r"\mathcal{N}(0, 1)"
    ),
    paper="https://arxiv.org/abs/1312.6114",
    keywords="reparameterisation vae variational latent sample gaussian trick",
    glyph="μσ",
    short="code",
)
