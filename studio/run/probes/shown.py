"""Shown: what a training board has to show."""

from studio.model.figures import Figure, Images
from studio.run.probes.probe import Context, Probe, Site, array
from studio.run.shown_pictures import shown


def _applies(site: Site) -> bool:
    return site.module is site.loaded.training.objective and bool(site.path)


def _figures(context: Context) -> tuple[Figure, ...]:
    found = shown(context.loaded.training)[context.site.path]
    values = array(found)
    pictures = values.transpose(0, 2, 3, 1) if values.shape[1] == 3 else values[:, 0]
    return (Images(context.site.path, pictures),)


PROBE = Probe("Shown", _applies, _figures, place=0)
