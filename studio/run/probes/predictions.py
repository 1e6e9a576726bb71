"""Predictions: the probability of each class, for a sample or for what a person drew or typed."""

import torch
from torch import Tensor

from studio.model.figures import Bars, Figure, Heatmap, Images
from studio.run.node_outputs import run_batch, samples
from studio.run.probes.probe import Context, Probe, Site, array, classes

MOST = 20
"""Classes shown, the likeliest ones where there are more."""

MOST_IN_MATRIX = 60


def scores_classes(site: Site) -> bool:
    """Whether the network's output is a score for each class that the data names."""
    output, named = site.output, len(site.loaded.classes)
    return (
        not site.path and output is not None and output.ndim >= 2 and 1 < named <= output.shape[-1]
    )


def _bars(context: Context, logits: Tensor, right: int | None) -> Bars:
    scores = logits[0].reshape(-1, logits.shape[-1])[-1].float()
    named = len(context.loaded.classes)
    chances = scores[:named].softmax(-1)
    names = classes(context.loaded, named)
    shown = list(range(named))
    if named > MOST:
        shown = chances.topk(MOST).indices.tolist()
    best = int(chances.argmax())
    title = f"{names[best]} ({chances[best]:.0%})"
    if right is not None:
        title += f", right: {names[right]}"
    marked = tuple(
        i for i, number in enumerate(shown) if number == (best if right is None else right)
    )
    return Bars(title, tuple(names[i] for i in shown), array(chances[shown]), marked, "probability")


def _target(batch: dict[str, Tensor], logits: Tensor) -> Tensor | None:
    """The right classes, which have the shape of the scores without the last dimension."""
    return (
        next(
            (v for v in batch.values() if v.dtype == torch.int64 and v.shape == logits.shape[:-1]),
            None,
        )
        if logits.ndim == 2
        else list(batch.values())[-1]
    )


def _counting(batch: dict[str, Tensor], target: Tensor) -> Tensor:
    """Which of the right classes count: those that a mask of the data marks, or all."""
    every = torch.ones_like(target, dtype=torch.bool)
    masks = (v for v in batch.values() if v.dtype == torch.bool and v.shape == target.shape)
    return next(masks, every)


def _rows(context: Context, logits: Tensor, target: Tensor, counting: Tensor) -> Heatmap:
    """Of a sample with many members, such as a graph: what is answered for each that counts."""
    named = len(context.loaded.classes)
    chances = logits[counting, :named].float().softmax(-1)
    right = int((chances.argmax(-1) == target[counting]).sum())
    rows = tuple(map(str, counting.nonzero().flatten().tolist()))
    title = f"{right} of {len(rows)} right"
    return Heatmap(title, array(chances), rows, classes(context.loaded, named), "answer", "member")


def _predictions(context: Context) -> tuple[Figure, ...]:
    logits = context.result()
    if context.look.value is not None:
        return (_bars(context, logits, None),)
    batch = context.batch()
    target = _target(batch, logits)
    if target is not None and logits.ndim == 2 and len(logits) > 1:
        return (_rows(context, logits, target, _counting(batch, target)),)
    return (_bars(context, logits, None if target is None else int(target.flatten()[-1])),)


def _predict(context: Context) -> tuple[Figure, ...]:
    captured = context.run()
    given = captured.given[0]
    assert captured.result is not None  # the network ran
    seen = Images("What the network sees", array(given[0, :1].clamp(0, None)))
    return (_bars(context, captured.result, None), seen)


def _matrix(context: Context) -> tuple[Figure, ...]:
    loaded, part = context.loaded, context.look.part
    named = len(loaded.classes)
    counts = torch.zeros(named, named, dtype=torch.int64)
    every = torch.arange(samples(loaded, part), device=loaded.device)
    with torch.no_grad():
        for index in torch.split(every, 4 * loaded.training.plan.batch_size):
            batch = loaded.data.batch(part, index)
            result = run_batch(loaded, context.site.network, batch).result
            target = None if result is None else _target(batch, result)
            if result is None or target is None:
                raise ValueError(f"{context.site.network} does not choose among the data's classes")
            guess = result[..., :named].argmax(-1)
            pairs = (target * named + guess)[_counting(batch, target)]
            pairs = pairs.bincount(minlength=named * named)
            counts += pairs.view(named, named).cpu()
    right = float(counts.diagonal().sum()) / max(1, int(counts.sum()))
    names = classes(loaded, named)
    title = f"{part.capitalize()}: {right:.1%} right"
    return (Heatmap(title, counts.numpy(), names, names, "answer", "right", counts=True),)


PREDICTIONS = Probe("Predictions", scores_classes, _predictions, place=10)
PREDICT = Probe(
    "Predict",
    lambda site: scores_classes(site) and site.loaded.described.takes == "image",
    _predict,
    place=12,
)
MATRIX = Probe(
    "Confusion matrix",
    lambda site: scores_classes(site) and len(site.loaded.classes) <= MOST_IN_MATRIX,
    _matrix,
    place=11,
)
