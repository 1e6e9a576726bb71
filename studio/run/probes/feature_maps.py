"""Feature maps: every channel of a node's output as a picture."""

from studio.model.figures import Figure, Images
from studio.run.probes.probe import Context, Probe, Site, array

MOST = 256
"""Channels shown."""


def _applies(site: Site) -> bool:
    return bool(site.path) and site.output is not None and site.output.ndim == 4


def _figures(context: Context) -> tuple[Figure, ...]:
    maps = array(context.output()[0, :MOST])
    names = tuple(f"channel {number}" for number in range(len(maps)))
    return (Images(context.site.path, maps, names, signed=bool(maps.min() < 0)),)


PROBE = Probe("Feature maps", _applies, _figures, place=20)
