"""Puts a file together from classes: docstring, imports, layers of our own, blocks, networks."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

import networkx as nx

from nodes.declare import NodeType
from studio.compile.board_flow import BoardFlow, nesting
from studio.compile.checking import Checking
from studio.compile.class_plan import plans
from studio.compile.class_writer import ClassWriter
from studio.compile.copied_code import copied
from studio.compile.loop_pieces import imports_of, names_for
from studio.compile.merged_files import is_standard
from studio.compile.source_lines import Source
from studio.model.names import CODE
from studio.model.ports import type_of
from studio.model.project import Project

_IMPORTS = (
    ("import math", r"(?<![.\w])math\."),
    ("import torch", r"(?<![.\w])torch\.(?!nn)"),
    ("import torch.nn.functional as F", r"(?<![.\w])F\."),
)

_ALWAYS = ("from torch import Tensor", "from torch import nn")


def classes(
    checking: Checking,
    boards: Iterable[str],
    more: Iterable[BoardFlow] = (),
    taken: Collection[str] = (),
) -> Source:
    """All classes that these boards need, ready to stand in a file below its imports, and the
    copies of layers that `more` flows need, which are not called what is `taken`."""
    every = plans([flow for name in boards for flow in uses(checking, name)], checking.types)
    by_name = {plan.board.name: plan for plan in every}
    layers = _layers([*(plan.first for plan in every), *more], checking.types)
    taken = {*by_name, *CODE, *taken}
    imported = names_for([path for path, library in layers.items() if library], taken)
    own = [path for path, library in layers.items() if not library]
    copies = copied(own, {*taken, *imported.values()})
    imports = [line for line in copies.imports if line not in _ALWAYS]
    imports += imports_of(imported, imported.values())
    source = Source(imports=imports, copied={**copies.names, **imported})
    source.by_person = copies.by_person
    if copies.text:
        source.add(copies.text)
        source.add("\n")
    for plan in every:
        source.extend(ClassWriter(plan, by_name, checking.types, source.copied).write())
        source.add("\n")
    return source


def uses(checking: Checking, name: str) -> list[BoardFlow]:
    """What the class of a board is written from: a network as it is declared, a block wherever it
    is used."""
    alone = checking.flows[name]
    if alone.board.kind == "network":
        return [alone]
    inside = [
        flow
        for flow in nx.dfs_preorder_nodes(nesting(checking.flows.values()))
        if flow.board.name == name and flow.given is not None and flow.complete
    ]
    return inside or [alone]


def _layers(flows: Iterable[BoardFlow], types: Mapping[str, NodeType]) -> dict[str, str]:
    """Import paths of layers and functions that torch lacks, with the library that has them."""
    paths: dict[str, str] = {}
    for flow in flows:
        for id in flow.outcomes:
            node = flow.board.nodes[id]
            found = type_of(node, types)
            assert found is not None  # it has been run
            own = found.needs_trust or not found.layer.startswith("torch.")
            if found.layer and own and node.uses is None:
                paths[found.layer] = found.library
            if found.function:
                paths[found.function] = found.library
    return paths


def with_imports(docstring: str, body: Source, more: Iterable[str] = ()) -> Source:
    """The file: docstring, the imports that the body needs, the body."""
    needed = [line for line, used in _IMPORTS if re.search(used, body.text)]
    more = [*more, *body.imports]
    standard = sorted({*(line for line in needed if "torch" not in line), *_standard(more)})
    every = [line for line in needed if "torch" in line] + ["from torch import Tensor, nn"]
    every += [line for line in more if line not in _standard(more)]
    other = list(dict.fromkeys(every))
    other.sort(key=lambda line: (line.startswith("from"), line.split()[1]))
    source = Source()
    source.add(f'"""{docstring}"""')
    source.add()
    if standard:
        source.add("\n".join(standard))
        source.add()
    source.add("\n".join(other))
    source.add("\n")
    source.extend(body)
    return source


def _standard(lines: Iterable[str]) -> list[str]:
    return [line for line in lines if is_standard(line.split()[1])]


def network_module(checking: Checking, name: str) -> Source:
    """The file of one network or block."""
    return with_imports(f"{name}, drawn in Netloom.", classes(checking, [name]))


def networks_used(project: Project) -> list[str]:
    """Networks that the training boards use, in their order, each once."""
    named = [node.stands_for for board in project.stages for node in board.networks]
    return [name for name in dict.fromkeys(named) if name in project.boards]
