"""Attribution: what in a node's output speaks for the right answer, and what against it.

Values times the gradients of the loss there, with their sign turned: to first order, by how much
the loss would rise if the value were zero (gradient times input; Shrikumar et al. 2016).
"""

import torch
from torch import Tensor

from studio.model.figures import Bars, Figure, Images
from studio.run.node_outputs import run_batch
from studio.run.probes.gradients import own_loss
from studio.run.probes.probe import Context, Probe, Site, array

MOST = 512
"""Bars shown."""


def attributed(context: Context) -> Tensor:
    """Attributions of what a node puts out for the sample, in its shape. Raises ValueError where
    no loss follows."""
    site = context.site
    if context.look.value is not None:
        raise ValueError("what was drawn or typed has no right answer; choose a sample of the data")
    given: list[Tensor] = []

    def begin_here(value: Tensor) -> Tensor:
        given.append(value.detach().requires_grad_())
        return given[-1]

    with torch.enable_grad():
        there = {site.path: begin_here}
        losses = run_batch(context.loaded, site.network, context.batch(), there).losses
        loss = own_loss(context, losses)
        (found,) = torch.autograd.grad(loss, given, allow_unused=True)
    if found is None:
        raise ValueError(f"no loss of {site.network} goes back to {site.path}")
    return -found * given[0].detach()


def _figures(context: Context) -> tuple[Figure, ...]:
    values, path = attributed(context)[0].float(), context.site.path
    title = f"{path}: above zero speaks for the right answer"
    if values.ndim == 3:
        picture = Images(title, array(values.sum(0, keepdim=True)), signed=True)
        return picture, _bars(f"{path}: each channel", values.sum((1, 2)))
    return (_bars(title, values.sum(-1) if values.ndim == 2 else values),)


def _bars(title: str, values: Tensor) -> Bars:
    return Bars(title, tuple(map(str, range(min(MOST, len(values))))), array(values[:MOST]))


def _applies(site: Site) -> bool:
    output = site.output
    if not site.path or output is None or output.ndim not in (2, 3, 4):
        return False
    trained = site.loaded.training.plan.updates.values()
    return output.is_floating_point() and any(site.network in u.networks for u in trained)


PROBE = Probe("Attribution", _applies, _figures, place=25)
