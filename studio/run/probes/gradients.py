"""Gradients of the loss on one batch, and their norm in every layer."""

from collections.abc import Mapping

import torch
from torch import Tensor

from studio.model.figures import Bars, Figure
from studio.run.node_outputs import run_batch, samples
from studio.run.probes.probe import Context, Probe, Site, array


def own_loss(context: Context, losses: Mapping[str, Tensor]) -> Tensor:
    """Of losses by update, the sum of those that train the network. Raises ValueError where none
    has a gradient."""
    name, updates = context.site.network, context.loaded.training.plan.updates
    own = [losses[update] for update in losses if name in updates[update].networks]
    reached = [loss.float() for loss in own if loss.requires_grad]
    if not reached:
        raise ValueError(f"no loss reaches {name}")
    return torch.stack(reached).sum()


def gradients(context: Context) -> dict[str, Tensor]:
    """Gradients of the network's parameters on a batch around the sample, by name: those of the
    updates that train it."""
    loaded, look = context.loaded, context.look
    count = samples(loaded, look.part)
    size = min(loaded.training.plan.batch_size, count)
    first = min(max(0, look.sample), count - size)
    index = torch.arange(first, first + size, device=loaded.device)
    named = {n: p for n, p in context.network.named_parameters() if p.requires_grad}
    if not named:
        raise ValueError(f"{context.site.network} is frozen: it has no gradients")
    with torch.enable_grad():
        batch = loaded.data.batch(look.part, index)
        loss = own_loss(context, run_batch(loaded, context.site.network, batch).losses)
        found = torch.autograd.grad(loss, list(named.values()), allow_unused=True)
    return {n: g for n, g in zip(named, found, strict=True) if g is not None}


def _figures(context: Context) -> tuple[Figure, ...]:
    squares: dict[str, Tensor] = {}
    for name, gradient in gradients(context).items():
        layer = name.rpartition(".")[0] or name
        squares[layer] = squares.get(layer, torch.zeros(())) + gradient.float().square().sum().cpu()
    norms = torch.stack(list(squares.values())).sqrt()
    title = "Gradient norm of each layer"
    return (Bars(title, tuple(squares), array(norms), x_label="norm", log_x=True),)


def _applies(site: Site) -> bool:
    return not site.path


PROBE = Probe("Gradient norm", _applies, _figures, place=14)
