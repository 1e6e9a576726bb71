"""A file of weights that tells whose they are: it holds the project that they were drawn as."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from studio.model.files import FileError, write_atomically
from studio.model.project import Project
from studio.model.project_reading import parse
from studio.model.project_writing import to_text
from studio.model.transfer import DrawnWeights

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


def read_weights(path: Path) -> tuple[DrawnWeights, dict[str, dict[str, Tensor]]]:
    """Weights by network and key, and what they were drawn as. Runs nothing. Raises FileError."""
    try:
        with safe_open(path, framework="pt") as file:
            project = parse(file.metadata()[PROJECT])
            names = file.keys()
            every = {name: file.get_tensor(name) for name in names}
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        raise FileError(
            f"{path} holds no weights that Netloom wrote with their project: import the model "
            "again, or name a run."
        ) from error
    networks: defaultdict[str, dict[str, Tensor]] = defaultdict(dict)
    for name, tensor in every.items():
        network, _, key = name.partition(".")
        networks[network][key] = tensor
    known = {name: some for name, some in networks.items() if name in project.boards}
    sizes = {
        name: {key: tuple(tensor.shape) for key, tensor in some.items()}
        for name, some in known.items()
    }
    boards = {name: project.boards[name] for name in known}
    return DrawnWeights(project, boards, sizes), known
