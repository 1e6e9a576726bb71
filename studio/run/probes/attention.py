"""Attention: how much each position takes from each other one, head by head."""

import math

import torch
from torch import Tensor

from studio.model.figures import Figure, Heatmap, Images
from studio.run.probes.probe import Context, Probe, Site, array, classes

PARTS = ("query", "key", "num_heads", "causal")


def _applies(site: Site) -> bool:
    return all(hasattr(site.module, part) for part in PARTS)


def weights(
    module: object, input: Tensor, context: Tensor | None = None, mask: Tensor | None = None
) -> Tensor:
    """Attention weights (N, heads, T, S), which no forward makes, of an attention whose `query` and
    `key` are split into heads; `groups`, where there are, are the heads that keys have. A mask is
    true where a position may look, or added to the scores: (T, S), (N, T, S), (N, heads, T, S).
    """
    query, key, heads, causal = (getattr(module, part) for part in PARTS)
    groups = getattr(module, "groups", heads)
    queries = query(input).unflatten(-1, (heads, -1)).transpose(1, 2)
    keys = key(input if context is None else context).unflatten(-1, (groups, -1)).transpose(1, 2)
    keys = keys.repeat_interleave(heads // groups, dim=1)
    scores: Tensor = queries @ keys.transpose(-2, -1) / math.sqrt(queries.shape[-1])
    if causal:
        later = torch.ones(scores.shape[-2:], dtype=torch.bool, device=scores.device).triu(1)
        scores = scores.masked_fill(later, -math.inf)
    if mask is not None:
        mask = mask[:, None] if mask.dim() == 3 else mask
        scores = scores.masked_fill(~mask, -math.inf) if mask.dtype == torch.bool else scores + mask
    weights: Tensor = scores.softmax(-1)
    return weights


def _figures(context: Context) -> tuple[Figure, ...]:
    captured = context.run()
    with torch.no_grad():
        found = weights(context.site.module, **captured.into(context.site.path))[0]
    words = _words(context, captured.given)
    rows = words if len(words) == found.shape[1] else ()
    columns = words if len(words) == found.shape[2] else ()
    heads: list[Figure] = [
        Heatmap(f"Head {n + 1}", array(head), rows, columns, "takes from", "position")
        for n, head in enumerate(found)
    ]
    return (*_pictures(context, found), *heads)


def _words(context: Context, given: tuple[object, ...]) -> tuple[str, ...]:
    tokens = given[0] if given else None
    if context.loaded.described.takes != "text" or not isinstance(tokens, Tensor):
        return ()
    names = classes(context.loaded, int(tokens.max()) + 1)
    return tuple(names[token] for token in tokens[0].tolist())


def _pictures(context: Context, found: Tensor) -> tuple[Figure, ...]:
    """For patches of an image: how much is taken from each, by the class token if there is one."""
    heads, queries, keys = found.shape
    token = 0 if math.isqrt(keys) ** 2 == keys else 1
    side = math.isqrt(keys - token)
    image = context.loaded.described.takes == "image"
    if not image or queries != keys or side < 2 or side**2 != keys - token:
        return ()
    taken = found[:, 0, 1:] if token else found.mean(1)
    names = tuple(f"head {n + 1}" for n in range(heads))
    title = "What the class token looks at" if token else "What is looked at, on average"
    return (Images(title, array(taken.reshape(heads, side, side)), names),)


PROBE = Probe("Attention", _applies, _figures, place=21)
