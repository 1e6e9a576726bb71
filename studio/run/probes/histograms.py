"""Histograms of activations, weights and gradients."""

import torch
from torch import Tensor

from studio.model.figures import Figure, Histogram
from studio.run.probes.gradients import gradients
from studio.run.probes.probe import Context, Probe, Site, array

BINS = 50


def histogram(title: str, values: Tensor) -> Histogram:
    """How often values occur; those that are not finite are counted in the note."""
    flat = values.detach().float().flatten().cpu()
    finite = flat[flat.isfinite()]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
    high = high if high > low else low + max(abs(low), 1.0) * 1e-3
    counts, edges = torch.histogram(finite, BINS, range=(low, high))
    note = f"mean {finite.mean():.3g}, standard deviation {finite.std(correction=0):.3g}"
    zeros = float((finite == 0).float().mean()) if len(finite) else 0.0
    note += f", {zeros:.0%} zero" if zeros > 0.01 else ""
    lost = len(flat) - len(finite)
    return Histogram(
        title, array(edges), array(counts), f"{note}, {lost} not finite" if lost else note
    )


def _activations(context: Context) -> tuple[Figure, ...]:
    return (histogram(f"{context.site.path}: activations", context.output()),)


def _weights(context: Context) -> tuple[Figure, ...]:
    return tuple(histogram(name, value) for name, value in context.site.parameters.items())


def _gradients(context: Context) -> tuple[Figure, ...]:
    found = gradients(context)
    prefix = f"{context.site.path}."
    return tuple(
        histogram(f"gradient of {name.removeprefix(prefix)}", value)
        for name, value in found.items()
        if name.startswith(prefix)
    )


def _has_output(site: Site) -> bool:
    return bool(site.path) and site.output is not None and site.output.is_floating_point()


def _has_weights(site: Site) -> bool:
    return bool(site.parameters)


ACTIVATIONS = Probe("Activation histogram", _has_output, _activations, place=30)
WEIGHTS = Probe("Weight histogram", _has_weights, _weights, place=31)
GRADIENTS = Probe("Gradient histogram", _has_weights, _gradients, place=32)
