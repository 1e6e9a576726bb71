"""Answers to looks into networks, without a trace left in their training."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import nn

from studio.model.data_parts import PARTS
from studio.model.messages import Look, Looked, Probes
from studio.run.failures import explain
from studio.run.loaded_project import LoadedProject
from studio.run.node_outputs import Captured, run_batch, sample, untouched
from studio.run.probe_catalogue import probe_catalogue
from studio.run.probes.probe import Context, Site
from studio.run.shown_pictures import shown


def in_order(paths: Iterable[str]) -> list[str]:
    """Paths as the network runs, what is inside a block right after the block."""
    place = {path: number for number, path in enumerate(paths)}

    def key(path: str) -> list[int]:
        parts = path.split(".")
        prefixes = [".".join(parts[: n + 1]) for n in range(len(parts))]
        return [
            place.get(p, int(n) if n.isdigit() else 0) for p, n in zip(prefixes, parts, strict=True)
        ]

    return sorted(place, key=key)


def module_at(network: nn.Module, path: str) -> nn.Module | None:
    """The layer or block of a node; None where it has none of its own. Copies of a repeated block
    that share their weights are one module."""
    found: nn.Module | None = network
    for step in path.split("."):
        inner = None if found is None else dict(found.named_children()).get(step)
        found = found if inner is None and step.isdigit() else inner
    return found


class Probing:
    """What can be looked at in the networks that are loaded, and the figures of it."""

    def __init__(self, loaded: LoadedProject) -> None:
        self.loaded = loaded
        self._probes = probe_catalogue().probes
        self._places: dict[str, dict[str, tuple[str, str]]] = {}
        self._sites = {name: self._find(name) for name in loaded.networks} | self._shown()

    def probes(self) -> Probes:
        """Which probes apply where."""
        data = self.loaded.data
        networks = {
            name: {
                path: tuple(p.name for p in self._probes.values() if p.applies(site))
                for path, site in sites.items()
            }
            for name, sites in self._sites.items()
        }
        samples: dict[str, int] = {part: data.epoch(part) for part in PARTS}
        return Probes(
            networks,
            samples,
            self.loaded.described.takes,
            self._image_size(),
            errors=probe_catalogue().errors,
            slow=frozenset(probe.name for probe in self._probes.values() if probe.slow),
            places=self._places,
        )

    def look(self, look: Look) -> Looked:
        """The figures that were asked for, or why there are none."""
        site = self._sites.get(look.network, {}).get(look.node)
        probe = self._probes.get(look.probe)
        if site is None or probe is None or not probe.applies(site):
            where = look.node or look.network
            return Looked(look.ticket, error=f"{where} has nothing to show for {look.probe}.")
        try:
            with untouched(self.loaded):
                return Looked(look.ticket, probe.figures(Context(site, look)))
        except ValueError as error:
            return Looked(look.ticket, error=f"{str(error).capitalize()}.")
        except Exception as error:  # a layer may raise anything; looking must not end a training
            return Looked(look.ticket, error=explain(self.loaded, error).message)

    def _shown(self) -> dict[str, dict[str, Site]]:
        """What the training board shows, under its own name."""
        loop, (name, _) = self.loaded.training, self.loaded.stages.loops[self.loaded.stages.number]
        with untouched(self.loaded):
            found = shown(loop)
        sites = {id: Site(self.loaded, name, id, loop.objective, None) for id in found}
        self._places[name] = {id: (name, id) for id in found}
        return {name: sites} if sites else {}

    def _find(self, name: str) -> dict[str, Site]:
        loaded = self.loaded
        part = next(
            (part for part in ("validation", "training") if loaded.data.epoch(part)), "test"
        )
        with untouched(loaded), torch.no_grad():
            captured: Captured = run_batch(loaded, name, sample(loaded, part, 0))
        self._places[name], network = captured.places, loaded.networks[name]
        sites = {"": Site(loaded, name, "", network, captured.result)}
        for path in in_order(captured.outputs):
            sites[path] = Site(loaded, name, path, module_at(network, path), captured.outputs[path])
        return sites

    def _image_size(self) -> tuple[int, int]:
        for value in sample(self.loaded, "training", 0).values():
            if value.ndim == 4:
                return value.shape[-2], value.shape[-1]
        return 0, 0
