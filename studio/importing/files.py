"""A model in a file becomes a project file, with a file of weights beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from studio.compile.compiled import all_types
from studio.importing.importing import import_model
from studio.importing.model_file import maker, read_examples
from studio.model.project_file import save
from studio.run.weights_file import write_weights


@dataclass(frozen=True)
class ImportReport:
    """What was written, and how far the outputs of the network are from the model's."""

    path: Path
    weights: Path
    network: str
    boards: int
    parameters: int
    difference: float
    decides: bool
    in_code: tuple[str, ...]

    def __str__(self) -> str:
        more = (
            " It decides by values of its data: the boards do as it did with the examples."
            if self.decides
            else ""
        )
        if self.in_code:
            more = f" Code nodes do {', '.join(self.in_code)}, which no other node does.{more}"
        several = "board" if self.boards == 1 else "boards"
        return (
            f"{self.path}: {self.network} on {self.boards} {several}, {self.parameters:,} "
            f"parameters, their values in {self.weights.name}. Its outputs are at most "
            f"{self.difference:.2g} from the model's, also with one sample more.{more}"
        )


def import_file(place: str, inputs: Sequence[str], out: Path) -> ImportReport:
    """Import the model that `module.py:ClassName` names, tried with inputs such as `1,3,224,224`.

    Runs that file. Raises CannotImport and FileError.
    """
    examples = read_examples(inputs)
    found = import_model(maker(place), examples, all_types()[0])
    weights = out.with_suffix(".safetensors")
    settings = replace(found.project.settings, weights=weights.name)
    project = replace(found.project, settings=settings)
    write_weights(project, {found.network: found.weights}, weights)
    save(project, out)
    boards = len(found.project.boards)
    told = found.parameters, found.difference, found.decides, found.in_code
    return ImportReport(out, weights, found.network, boards, *told)
