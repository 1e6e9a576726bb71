"""Finds the probes: every module of the folder `probes`, and those of other packages."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points

from studio.run import probes
from studio.run.probes.probe import Probe

ENTRY_POINTS = "netloom.probes"


@dataclass(frozen=True)
class ProbeCatalogue:
    """Probes by name, in the order in which they are offered, and what failed to load."""

    probes: Mapping[str, Probe]
    errors: tuple[str, ...] = ()


@cache
def probe_catalogue() -> ProbeCatalogue:
    """All probes there are. Runs the code of other packages."""
    found: dict[str, Probe] = {}
    errors: list[str] = []
    for where, module in _modules(errors):
        for probe in (value for value in vars(module).values() if isinstance(value, Probe)):
            if found.setdefault(probe.name, probe) is probe:
                continue
            errors.append(f"{where} was left out: a probe named {probe.name} is there already")
    every = sorted(found.values(), key=lambda probe: probe.place)
    return ProbeCatalogue({probe.name: probe for probe in every}, tuple(errors))


def _modules(errors: list[str]) -> Iterator[tuple[str, object]]:
    for module in sorted(pkgutil.iter_modules(probes.__path__), key=lambda m: m.name):
        yield module.name, importlib.import_module(f"{probes.__name__}.{module.name}")
    for point in entry_points(group=ENTRY_POINTS):
        try:
            yield f"the plug-in {point.name}", point.load()
        except (Exception, SystemExit) as error:  # it may fail in any way, but not take us along
            errors.append(f"the plug-in {point.name} could not be loaded: {error}")
