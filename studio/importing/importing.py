"""A model becomes a project: boards, weights, and the proof that both compute the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from nodes.declare import NodeType
from studio.compile.compiled import Compiled, check
from studio.compile.training_source import CannotCompile
from studio.importing import construction
from studio.importing.boards import BoardMaker
from studio.importing.drafts import CannotImport, Draft, DraftNode
from studio.importing.drawing import Drawing
from studio.importing.functions import draw_function
from studio.importing.layers import LayerCatalogue
from studio.importing.model_file import Example
from studio.importing.trace import Tracer, leaves
from studio.model.edits import SetParam
from studio.model.operations.drawn_board import DrawnBoard
from studio.model.operations.nodes import arrange
from studio.model.project import Project


@dataclass(frozen=True)
class Imported:
    """What a model has become: the project, its network, the network's weights by key, and how far
    its outputs are from the model's, for the example and for one sample more."""

    project: Project
    network: str
    weights: Mapping[str, Tensor]
    parameters: int
    difference: float
    decides: bool
    """The model asked what values are, so that with others it might do something else."""
    in_code: tuple[str, ...]
    """Functions that no node declares, and that became Code nodes."""


def import_model(
    make: Callable[[], nn.Module], examples: Sequence[Example], types: Mapping[str, NodeType]
) -> Imported:
    """Draw the model that `make` makes as it runs on examples. Raises CannotImport."""
    with construction.recorded():
        model = make()
    model.eval()
    grown = [example.grown for example in examples]
    layers = LayerCatalogue(types)
    one, more = (_traced(model, layers, given) for given in (examples, grown))
    drawing = Drawing(one.root, more.root, layers, types, _names(examples))
    top = drawing.draw(draw_function)
    made = BoardMaker(drawing, types).make(top)
    compiled = _mended(made.project, types)
    weights = _weights(top, made.ids)
    try:
        network = compiled.network(made.network)
    except CannotCompile as error:
        raise CannotImport(f"The boards do not compile: {error}") from error
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        raise CannotImport(f"The weights do not fit what was drawn: {error}") from error
    network.eval()
    difference = max(
        _difference(network, examples, one.output), _difference(network, grown, more.output)
    )
    project = _arranged(compiled.project, types)
    parameters = compiled.totals[made.network].parameters
    told = bool(one.asked), tuple(dict.fromkeys(drawing.in_code))
    return Imported(project, made.network, weights, parameters, difference, *told)


def _arranged(project: Project, types: Mapping[str, NodeType]) -> Project:
    for name in project.boards:
        project = arrange(DrawnBoard.of(project, name, types)).project
    return project


def _names(examples: Sequence[Example]) -> dict[tuple[int, int], str]:
    """Names of free dimensions by their size, and that of the larger examples."""
    found: dict[tuple[int, int], str] = {}
    for example in examples:
        for dim, name in example.free.items():
            size = example.tensor.shape[dim]
            found.setdefault((size, size + 1), name)
    return found


def _given(examples: Sequence[Example]) -> tuple[list[Tensor], dict[str, Tensor]]:
    """Arguments, and those by keyword."""
    args = [example.tensor for example in examples if not example.name]
    return args, {example.name: example.tensor for example in examples if example.name}


def _traced(model: nn.Module, layers: LayerCatalogue, examples: Sequence[Example]) -> Tracer:
    tracer = Tracer(model, lambda call: layers.layer(call) is not None)
    try:
        tracer.run(*_given(examples))
        return tracer
    except Exception as error:  # the model is anybody's code
        sizes = ", ".join("×".join(map(str, t.shape)) for t in (e.tensor for e in examples))
        text = " ".join(str(error).split())[:300]
        raise CannotImport(
            f"{type(model).__name__} cannot be run on inputs of {sizes}: {text}"
        ) from error


def _mended(project: Project, types: Mapping[str, NodeType]) -> Compiled:
    """The project checked, with parameters set that no layer takes and that only say what is
    meant, such as that a Linear is for every position."""
    while True:
        found = check(project, types)
        fixes = [
            fix
            for issue in found.errors
            for fix in issue.fixes
            if all(isinstance(e, SetParam) and _only_says(e, project, types) for e in fix.edits)
        ]
        if not fixes:
            return found
        for fix in fixes:
            for edit in fix.edits:
                project = edit.apply(project)


def _only_says(edit: SetParam, project: Project, types: Mapping[str, NodeType]) -> bool:
    declared = types.get(project.boards[edit.board].nodes[edit.node].type)
    return declared is not None and bool(declared.layer) and edit.name not in declared.arguments


def _weights(draft: Draft, ids: Mapping[DraftNode, str], prefix: str = "") -> dict[str, Tensor]:
    """The model's weights by the keys that they have in the network that was drawn."""
    found: dict[str, Tensor] = {}
    for node in draft.nodes:
        place = f"{prefix}{ids[node]}."
        if node.inside is None:
            found |= {f"{place}{name}": tensor for name, tensor in node.weights.items()}
            continue
        for number, copy in enumerate(node.copies):
            within = f"{place}{number}." if len(node.copies) > 1 else place
            found |= _weights(copy, ids, within)
    return found


def _difference(network: nn.Module, examples: Sequence[Example], wanted: Any) -> float:
    """Largest difference between outputs and those that are wanted."""
    args, kwargs = _given(examples)
    with torch.no_grad():
        found = network(*args, *kwargs.values())
    pairs = zip(_tensors(wanted), _tensors(found), strict=True)
    return max((_apart(a.double(), b.double()) for a, b in pairs), default=0.0)


def _apart(one: Tensor, other: Tensor) -> float:
    return float((one - other).abs().masked_fill(one == other, 0).max())


def _tensors(tree: Any) -> list[Tensor]:
    seen: dict[int, Tensor] = {}
    for leaf in leaves(tree):
        if isinstance(leaf, Tensor):
            seen.setdefault(id(leaf), leaf)
    return list(seen.values())
