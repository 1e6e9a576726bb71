"""Silent units: how often each channel or feature of a node puts out nothing but zeros."""

import torch

from studio.model.figures import Bars, Figure
from studio.run.node_outputs import run_batch, samples
from studio.run.probes.probe import Context, Probe, Site, array

SAMPLES = 64
MOST = 512
"""Units shown."""


def _applies(site: Site) -> bool:
    if not site.path or site.output is None or site.output.ndim < 2:
        return False
    return site.output.is_floating_point() and bool((site.output == 0).any())


def _figures(context: Context) -> tuple[Figure, ...]:
    loaded, site, part = context.loaded, context.site, context.look.part
    numbers = torch.arange(min(SAMPLES, samples(loaded, part)), device=loaded.device)
    with torch.no_grad():
        found = run_batch(loaded, site.network, loaded.data.batch(part, numbers))
    zero = found.outputs[site.path][:, :MOST] == 0
    silent = zero.flatten(2).all(-1) if zero.ndim > 2 else zero
    shares = array(silent.float().mean(0))
    names = tuple(map(str, range(len(shares))))
    title = f"{site.path}: share of {len(zero)} samples for which a unit is silent"
    return (Bars(title, names, shares, x_label="share of samples"),)


SILENT = Probe("Silent units", _applies, _figures, place=24)
