"""Puts a file together from classes: docstring, imports, layers of our own, blocks, networks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nodes.declare import NodeType
from studio.compile.board_flow import BoardFlow
from studio.compile.checking import Checking
from studio.compile.class_plan import plans
from studio.compile.class_writer import ClassWriter, custom_class
from studio.compile.source_lines import Source
from studio.model.project import Project

_IMPORTS = (
    ("import math", r"\bmath\."),
    ("import torch", r"\btorch\.(?!nn)"),
    ("import torch.nn.functional as F", r"\bF\."),
)


@dataclass(frozen=True, eq=False)
class Uses:
    """Flows that a file is written from: `roots` of its boards, and all flows by path."""

    project: Project
    checking: Checking
    roots: Sequence[tuple[tuple[str, ...], BoardFlow]]


def uses_of(project: Project, checking: Checking, boards: Iterable[str]) -> Uses:
    """Flows of these boards: as declared for a network; for a block wherever it is used."""
    roots: list[tuple[tuple[str, ...], BoardFlow]] = []
    for name in boards:
        inner = [(path, flow) for path, flow in checking.flows.items() if _is_use(path, flow, name)]
        alone = [((name,), checking.flows[(name,)])]
        network = project.boards[name].kind == "network"
        roots += alone if network or not inner else inner
    return Uses(project, checking, roots)


def _is_use(path: tuple[str, ...], flow: BoardFlow, name: str) -> bool:
    """Whether this flow is a use of a block inside a network, as the network itself declares it."""
    return len(path) > 1 and flow.board.name == name and flow.complete


def classes(uses: Uses) -> Source:
    """All classes that the boards need, ready to stand in a file below its imports."""
    checking = uses.checking
    every = plans([flow for _, flow in uses.roots], checking.types)
    by_name = {plan.board.name: plan for plan in every}
    source = Source()
    for path in _custom_layers([plan.first for plan in every], checking.types):
        source.add(custom_class(path))
        source.add("\n")
    for plan in every:
        order = checking.structure(plan.board.name).order
        source.extend(ClassWriter(plan, by_name, checking.types, order).write())
        source.add("\n")
    return source


def _custom_layers(flows: Iterable[BoardFlow], types: Mapping[str, NodeType]) -> list[str]:
    paths: dict[str, None] = {}
    for flow in flows:
        for id in flow.outcomes:
            node = flow.board.nodes[id]
            layer = types[node.type].layer
            if layer and not layer.startswith("torch.") and node.uses is None:
                paths[layer] = None
    return list(paths)


def with_imports(docstring: str, body: Source, more: Iterable[str] = ()) -> Source:
    """The file: docstring, the imports that the body needs, the body."""
    needed = [line for line, used in _IMPORTS if re.search(used, body.text)]
    standard = sorted({*(line for line in needed if "torch" not in line), *_standard(more)})
    other = [line for line in needed if "torch" in line] + [
        line for line in more if line not in _standard(more)
    ]
    source = Source()
    source.add(f'"""{docstring}"""')
    source.add()
    if standard:
        source.add("\n".join(standard))
        source.add()
    source.add("\n".join([*other, "from torch import Tensor, nn"]))
    source.add("\n")
    source.extend(body)
    return source


def _standard(lines: Iterable[str]) -> list[str]:
    return [line for line in lines if line.startswith("from collections")]


def network_module(project: Project, checking: Checking, name: str) -> Source:
    """The file of one network or block."""
    return with_imports(f"{name}, drawn in Netloom.", classes(uses_of(project, checking, [name])))


def networks_used(project: Project) -> list[str]:
    """Networks that the training board uses, in its order, each once."""
    board = project.training
    if board is None:
        return []
    named = [node.stands_for for node in board.of_type("Network")]
    return [name for name in dict.fromkeys(named) if name in project.boards]
