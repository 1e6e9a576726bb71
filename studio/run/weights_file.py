"""A file of weights that tells whose they are: it holds the project that they were drawn as."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from safetensors.torch import save
from torch import Tensor

from studio.model.files import write_atomically
from studio.model.project import Project
from studio.model.project_writing import to_text

PROJECT = "netloom_project"
"""Field of the metadata that holds the project as its file would."""


def write_weights(
    project: Project, networks: Mapping[str, Mapping[str, Tensor]], path: Path
) -> None:
    """Write weights by network and key. Raises FileError."""
    every = {
        f"{network}.{key}": tensor.detach().clone().contiguous()
        for network, weights in networks.items()
        for key, tensor in weights.items()
    }
    write_atomically(path, save(every, {PROJECT: to_text(project)}))
