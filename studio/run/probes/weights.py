"""Weights: filters as pictures, matrices in colours around zero."""

from torch import Tensor

from studio.model.figures import Bars, Figure, Images
from studio.run.probes.probe import Context, Probe, Site, array

MOST = 256
"""Filters shown, and rows and columns of a matrix."""


def _applies(site: Site) -> bool:
    return bool(site.parameters)


def _figures(context: Context) -> tuple[Figure, ...]:
    return tuple(_figure(name, value) for name, value in context.site.parameters.items())


def _figure(name: str, value: Tensor) -> Figure:
    title = f"{name} {'×'.join(map(str, value.shape))}"
    if value.ndim <= 1:
        values = value.reshape(-1)[:MOST]
        return Bars(title, tuple(map(str, range(len(values)))), array(values))
    if value.ndim == 4 and value.shape[-1] > 1:
        filters = [(o, i) for o in range(value.shape[0]) for i in range(value.shape[1])][:MOST]
        names = tuple(f"{o} ← {i}" for o, i in filters)
        return Images(title, array(value.flatten(0, 1)[:MOST]), names, signed=True)
    return Images(title, array(value.flatten(1)[None, :MOST, :MOST]), signed=True)


PROBE = Probe("Weights", _applies, _figures, place=23)
