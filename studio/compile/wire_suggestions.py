"""For an input that nothing is wired to: the only output on the board that fits it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from nodes.declare import NodeType, Port
from studio.compile.board_flow import BoardFlow
from studio.compile.node_shapes import Remembered
from studio.compile.parameter_values import checked_values
from studio.compile.structure import Structure
from studio.compile.trial_shapes import Flow
from studio.model.edits import AddWire
from studio.model.ports import refusal
from studio.model.project import Project, Wire
from studio.model.report import Fix, Issue

MOST = 60
"""Outputs tried at most."""


def only_output_that_fits(
    project: Project,
    found: Issue,
    flow: BoardFlow,
    types: Mapping[str, NodeType],
    memory: Remembered,
) -> Issue:
    """The issue, with a fix that wires the one output that fits: an unused one if there is one."""
    structure = flow.structure
    port = structure.ports[found.node].input(found.port)
    if port is None:
        return found
    behind = {found.node, *flow.board.after(found.node)}  # a wire from there closes a circle
    used = {(w.source, w.source_port) for wires in structure.into.values() for w in wires}
    candidates = [
        (id, name, arriving)
        for id, outcome in flow.outcomes.items()
        if id not in behind
        for name, arriving in outcome.outputs.items()
        if name and _kinds_fit(structure, id, name, port)
    ]
    for group in ([c for c in candidates if c[:2] not in used], candidates):
        fitting = [
            candidate
            for candidate in group[-MOST:]
            if _fits(project, found, flow, structure, candidate[2], types, memory)
        ]
        if len(fitting) == 1:
            id, name, _ = fitting[0]
            wire = Wire(id, name, found.node, found.port)
            fix = Fix(f"Connect {id}", (AddWire(found.board, wire, many=port.many),))
            return replace(found, other=id, fixes=(*found.fixes, fix))
        if fitting:
            break
    return found


def _kinds_fit(structure: Structure, id: str, output: str, port: Port) -> bool:
    source = structure.ports[id].output(output)
    return source is not None and refusal(source, port) is None


def _fits(
    project: Project,
    found: Issue,
    flow: BoardFlow,
    structure: Structure,
    arriving: Flow,
    types: Mapping[str, NodeType],
    memory: Remembered,
) -> bool:
    node = flow.board.nodes[found.node]
    node_type = types.get(node.type)
    if node_type is None or not node_type.forward:
        return node_type is not None
    inputs: dict[str, tuple[Flow, ...]] = {}
    for wire in structure.into[node.id]:
        outcome = flow.outcomes.get(wire.source)
        known = outcome.outputs.get(wire.source_port) if outcome else None
        if known is None:
            return False
        inputs[wire.target_port] = (*inputs.get(wire.target_port, ()), known)
    inputs[found.port] = (*inputs.get(found.port, ()), arriving)
    wanted = {port.name for port in node_type.inputs if not port.optional}
    if not wanted <= inputs.keys() or any(
        p.many and len(inputs[p.name]) < 2 for p in node_type.inputs
    ):
        return True  # other inputs are missing too: as far as can be known, it fits
    try:
        values = checked_values(node, node_type, flow.board, flow.environment, project)
    except ValueError:
        return False
    return not memory.outcome(node_type, values, inputs, None).failed
