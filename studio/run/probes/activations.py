"""Activations: a node's output, position by feature."""

from studio.model.figures import Bars, Figure, Images
from studio.run.probes.probe import Context, Probe, Site, array

MOST = 512


def _applies(site: Site) -> bool:
    return bool(site.path) and site.output is not None and site.output.ndim in (2, 3)


def _figures(context: Context) -> tuple[Figure, ...]:
    values = context.output()[0]
    if values.ndim == 1:
        shown = array(values[:MOST])
        return (Bars(context.site.path, tuple(map(str, range(len(shown)))), shown),)
    title = f"{context.site.path}: positions down, features across"
    return (Images(title, array(values[None, :MOST, :MOST]), signed=True),)


PROBE = Probe("Activations", _applies, _figures, place=22)
