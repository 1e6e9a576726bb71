"""What a probe is, and what it gets to see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from studio.model.figures import Figure
from studio.model.messages import Look
from studio.run.loaded_project import LoadedProject
from studio.run.node_outputs import Captured, run_batch, run_value, sample


@dataclass(frozen=True)
class Site:
    """A place that can be looked at: the network as a whole (`path` empty) or one of its nodes."""

    loaded: LoadedProject
    network: str
    path: str
    module: nn.Module | None
    output: Tensor | None

    @property
    def parameters(self) -> Mapping[str, nn.Parameter]:
        """Parameters of the node's layer or block."""
        return {} if self.module is None or not self.path else dict(self.module.named_parameters())


@dataclass(frozen=True)
class Context:
    """What figures are made of: the site and what was asked for."""

    site: Site
    look: Look

    @property
    def loaded(self) -> LoadedProject:
        """The networks and their data."""
        return self.site.loaded

    @property
    def network(self) -> nn.Module:
        """The network that is looked into."""
        return self.loaded.networks[self.site.network]

    def batch(self) -> dict[str, Tensor]:
        """The sample that was chosen, as a batch of one."""
        return sample(self.loaded, self.look.part, self.look.sample)

    def run(self) -> Captured:
        """The network on the sample, or on what the person drew or typed."""
        with torch.no_grad():
            if self.look.value is not None:
                return run_value(self.loaded, self.site.network, self.look.value)
            return run_batch(self.loaded, self.site.network, self.batch())

    def output(self) -> Tensor:
        """What the node puts out for the sample. Raises ValueError."""
        found = self.run().outputs.get(self.site.path)
        if found is None:
            raise ValueError(f"{self.site.path} did not run for this sample")
        return found

    def result(self) -> Tensor:
        """What the network puts out first. Raises ValueError."""
        found = self.run().result
        if found is None:
            raise ValueError(f"{self.site.network} put nothing out for this sample")
        return found

    def option(self, name: str, default: Any) -> Any:
        """A setting of the look."""
        return self.look.options.get(name, default)


@dataclass(frozen=True)
class Probe:
    """A way to look: where it applies and the figures it makes. It runs `untouched`; a ValueError
    is shown as its answer."""

    name: str
    applies: Callable[[Site], bool]
    figures: Callable[[Context], tuple[Figure, ...]]
    place: int = 50
    """Where it stands among others: those of lower numbers are offered first."""
    slow: bool = False
    """Whether a training cannot wait for it: another process then looks at its last checkpoint."""


def array(tensor: Tensor) -> NDArray[np.float32]:
    """Values for a figure."""
    values: NDArray[np.float32] = tensor.detach().float().cpu().numpy()
    return values


def classes(loaded: LoadedProject, count: int) -> tuple[str, ...]:
    """Names of classes; numbers where the data names too few. Blanks are shown."""
    names = [
        "␣" if name == " " else repr(name)[1:-1] if name.isspace() else name
        for name in loaded.classes
    ]
    return tuple(names[i] if i < len(names) else str(i) for i in range(count))
