"""The loss for labels whose place in time is not known."""

from collections.abc import Iterator

from nodes.checks import all_of, same_batch
from nodes.declare import TRAINING, Change, Port, Problem, Shapes, Values
from nodes.torch_layers import torch_layer


def _aligned(values: Values, shapes: Shapes) -> str:
    steps, labels = "{log_probability}.shape", "{target}.shape"
    lengths = {"input_lengths": steps, "target_lengths": labels}
    wired = [port for port in lengths if shapes.get(port)]
    if wired:
        given = [
            f"{{{port}}}" if port in wired else f"torch.full_like({{{wired[0]}}}, {shape}[1])"
            for port, shape in lengths.items()
        ]
    else:
        given = [f"[{shape}[1]] * {shape}[0]" for shape in lengths.values()]
    return f"{{layer}}({{log_probability}}.transpose(0, 1), {{target}}, {', '.join(given)})"


def _room(values: Values, shapes: Shapes) -> Iterator[Problem]:
    (_, steps, classes), (_, labels) = shapes["log_probability"][0], shapes["target"][0]
    if values["blank"] >= classes:
        text = f"{{node}}: blank ({values['blank']}) must be one of the {classes} classes"
        fix = ("Set blank to 0", (Change("set", "blank", 0),))
        yield Problem("blank", f"{text}, 0 to {classes - 1}", "log_probability", fixes=(fix,))
    if steps < labels and not shapes.get("target_lengths"):
        text = f"{{node}}: {{log_probability}} has {steps} steps, too few for {labels} labels"
        yield Problem("too-short", text, "log_probability")


def _one(values: Values, shapes: Shapes) -> dict[str, tuple[int | str, ...]]:
    return {"loss": ()}


CTC = torch_layer(
    "CTCLoss",
    "Loss",
    "For labels in order but without their times, as in speech: all alignments (Graves 2006).",
    called="CTC",
    inputs=(
        Port(
            "log_probability",
            dims="N T C",
            means="log probabilities",
            made_by="LogSoftmax",
            summary="One for each class at each step.",
        ),
        Port("target", "int", dims="N S", summary="Labels in order, without blanks."),
        Port(
            "input_lengths",
            "int",
            dims="N",
            optional=True,
            summary="How many steps count; all where unwired.",
        ),
        Port(
            "target_lengths",
            "int",
            dims="N",
            optional=True,
            summary="How many labels count; all where unwired.",
        ),
    ),
    outputs=(Port("loss", "loss"),),
    boards=TRAINING,
    role="loss",
    params={
        "blank": {"summary": "The class that stands for no label.", "low": 0},
        "zero_infinity": {"summary": "Samples that are too short count as 0, not as infinite."},
    },
    forward=_aligned,
    infer=_one,
    check=all_of(
        same_batch("log_probability", ["target", "input_lengths", "target_lengths"]), _room
    ),
    formula=r"\ell = -\log\sum_{\pi\,\in\,\mathrm{alignments\ of\ target}}\ \prod_t p_{t,\pi_t}",
    paper="https://www.cs.toronto.edu/~graves/icml_2006.pdf",
    keywords="speech recognition handwriting alignment sequence blank",
    glyph="CTC",
)
