"""Putting a new node on the board: in a free place, on a wire, or at a wire's loose end."""

from __future__ import annotations

from studio.model.edits import AddNode, AddWire, MoveNodes
from studio.model.ports import ports_of
from studio.model.project import Project, Wire
from studio.ui.canvas import editing
from studio.ui.canvas.editing import Edited, New
from studio.ui.canvas.fitting import first_fit, insertion, wire_between
from studio.ui.canvas.geometry import PortAt, card_of
from studio.ui.canvas.room import room_for
from studio.ui.canvas.scene import Scene
from studio.ui.canvas.snap import to_grid

STEP = 24.0


def free_place(scene: Scene, x: float, y: float) -> tuple[float, float]:
    """The place, or the next one right and down where no other node begins."""
    x, y = to_grid(x, y)
    while scene.boxes.touching((x - 4, y - 4, x + 4, y + 4)):
        x, y = x + STEP, y + STEP
    return x, y


def place_new(
    scene: Scene,
    project: Project,
    new: New,
    at: tuple[float, float],
    wire: Wire | None,
    start: PortAt | None,
) -> tuple[Edited, str]:
    """The edit that adds a node, and the node's id."""
    name = scene.name
    node = editing.new_node(scene.board, new, to_grid(*at))
    label = f"Add {new.type}"
    added = AddNode(name, node).apply(project)
    ports = ports_of(added, added.boards[name], node, scene.types)
    ends = insertion(scene, wire, ports) if wire else None
    if wire and ends:
        edited = editing.insert(project, name, node, wire, ends, label)
        card = card_of(added, added.boards[name], node, scene.types)
        places = room_for(scene, card, ends)
        return Edited(label, MoveNodes(name, places).apply(edited.project)), node.id
    begin = scene.cards.get(start.node) if start else None
    own = begin.port(start.port, start.output) if begin and start else None
    if start and own:
        fit = first_fit(ports, own, start.output)
        if fit is not None:
            end = PortAt(node.id, fit.name, not start.output)
            card = card_of(added, added.boards[name], node, scene.types)
            dx, dy = (card.inputs if start.output else card.outputs)[fit.name]
            placed = editing.new_node(scene.board, new, to_grid(at[0] - dx, at[1] - dy))
            added = AddNode(name, placed).apply(project)
            several = fit.many if start.output else own.many
            added = AddWire(name, wire_between(start, end), several).apply(added)
    return Edited(label, added), node.id
