"""How strong pictures are beside what is wrong with them."""

from nodes.checks import same_shape
from nodes.declare import TRAINING, NodeType, Param, Port

PSNR = NodeType(
    "PSNR",
    "Metric",
    "The peak signal-to-noise ratio of a whole part, in decibels; infinite where nothing is wrong.",
    inputs=(Port("prediction"), Port("target")),
    outputs=(),
    boards=TRAINING,
    role="metric",
    better="higher",
    gathers=True,
    layer="torchmetrics.image.PeakSignalNoiseRatio",
    library="torchmetrics",
    arguments=("data_range",),
    params=(
        Param(
            "data_range",
            "float",
            1.0,
            "From the darkest to the brightest value there can be.",
            low=1e-6,
            always=True,
            on_card="never",
        ),
    ),
    forward="({prediction}, {target})",
    check=same_shape("prediction", "target"),
    formula=r"10\,\log_{10}\frac{r^2}{\mathrm{MSE}}",
    keywords="image denoise restoration superresolution decibel noise ratio",
    glyph="dB",
)
