"""What a loss wants of its input and does not get: scores, probabilities or plain numbers, of which
nothing is cut off or left out.

The way leads from the loss on its training board into the network. The issue stands at the loss and
points to the node that is to be changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from nodes.declare import Change, Meaning, NodeType, Port
from nodes.described import DataDescription
from studio.compile.board_flow import BoardFlow
from studio.compile.issue_fixes import insertion, taking_out
from studio.compile.lints.ways_back import StepBack, hands_on, nature_of, way_back
from studio.model.edits import AddNode, AddWire, Edit
from studio.model.names import with_article
from studio.model.project import Board, Project, Wire
from studio.model.report import Fix, Issue
from studio.model.roles import with_role


@dataclass(frozen=True, slots=True)
class _Ending:
    """A loss's input, and the nodes that lead there, the nearest first."""

    flow: BoardFlow
    loss: str
    port: Port
    wire: Wire
    steps: tuple[StepBack, ...]

    def issue(self, code: str, step: StepBack, text: str, *fixes: Fix | None) -> Issue:
        """A warning at the loss that points to the step."""
        told = tuple(fix for fix in fixes if fix is not None)
        board, name = step.place
        away = board != self.flow.board.name
        text = text.format(step=f"{board}.{name}" if away else name, loss=self.loss)
        other = self.wire.source
        inside = step.place if away else ("", "")
        where = (self.flow.board.name, self.loss, self.port.name, other)
        return Issue(code, "warning", text, *where, told, inside)


def what_losses_want(
    project: Project,
    types: Mapping[str, NodeType],
    flow: BoardFlow,
    described: Mapping[str, DataDescription],
) -> Iterator[Issue]:
    """What the losses of a training board are given instead."""
    for ending in _endings(project, types, flow):
        yield from _dropped(ending, types)
        yield from _of_another_kind(ending, types, described)


def _endings(project: Project, types: Mapping[str, NodeType], flow: BoardFlow) -> Iterator[_Ending]:
    for loss in with_role(flow.board, types, "loss"):
        if loss.id not in flow.outcomes or flow.outcomes[loss.id].failed:
            continue
        for port in types[loss.type].inputs:
            wires = flow.board.into(loss.id, port.name)
            if port.means and len(wires) == 1:
                steps = tuple(way_back(project, types, flow.board, wires[0]))
                if steps:
                    yield _Ending(flow, loss.id, port, wires[0], steps)


def _dropped(ending: _Ending, types: Mapping[str, NodeType]) -> Iterator[Issue]:
    """Nothing comes after that could make up for what is left out."""
    for step in ending.steps:
        if types[step.node.type].nature == "dropout" and hands_on(step.node, types):
            text = (
                "{step} leaves out answers at random just before {loss}, so that these count as "
                "0; drop what comes in before the last layer instead"
            )
            yield ending.issue("dropout-at-end", step, text, _without(step))


def _of_another_kind(
    ending: _Ending, types: Mapping[str, NodeType], described: Mapping[str, DataDescription]
) -> Iterator[Issue]:
    last = ending.steps[-1]
    found = types.get(last.node.type)
    if found is None:
        return
    wanted, given = ending.port.means, _meaning(found, last.onward.source_port)
    nature = nature_of(last.node, types, last.node.params)
    if wanted == "scores" and given == "probabilities":
        text = (
            "{step} gives probabilities, but {loss} takes scores and makes probabilities of them "
            "itself: done twice, it learns slowly"
        )
        yield ending.issue("scores-wanted", last, text, _without(last))
    elif wanted == "log probabilities" and given == "probabilities":
        text = "{step} gives probabilities, but {loss} takes their logarithms"
        yield ending.issue("logs-wanted", last, text, _made_by(ending, last, types))
    elif wanted == "probabilities" and given == "log probabilities":
        text = "{step} gives logarithms of probabilities, but {loss} takes probabilities"
        yield ending.issue("probabilities-wanted", last, text, _made_by(ending, last, types))
    elif wanted in ("probabilities", "log probabilities") and nature == "linear":
        what = "scores of any size" if wanted == "probabilities" else "scores"
        text = f"{{step}} gives {what}, but {{loss}} takes {wanted}"
        fix = _inserted(ending, types)
        code = "probabilities-wanted" if wanted == "probabilities" else "logs-wanted"
        yield ending.issue(code, last, text, fix)
    elif nature == "activation" and not given and wanted == "scores":
        text = (
            "{step} bends the scores that {loss} takes, so that some can never be given; let the "
            "last layer give them as they are"
        )
        yield ending.issue("activation-at-end", last, text, _without(last))
    elif nature == "activation" and wanted == "numbers" and _is_told(ending, types, described):
        text = (
            "{step} bends the numbers that {loss} compares, so that some can never be told; let "
            "the last layer tell them as they are"
        )
        yield ending.issue("activation-at-end", last, text, _without(last))


def _meaning(found: NodeType, port: str) -> Meaning:
    return next((output.means for output in found.outputs if output.name == port), "")


def _is_told(
    ending: _Ending, types: Mapping[str, NodeType], described: Mapping[str, DataDescription]
) -> bool:
    """Whether the other input of a loss is numbers of a data source, of any size as far as is
    known: not pictures, nor what the network itself is given."""
    board = ending.flow.board
    fed = {
        (wire.source, wire.source_port) for node in board.networks for wire in board.into(node.id)
    }
    for wire in board.into(ending.loss):
        while hands_on(board.nodes[wire.source], types) and board.into(wire.source):
            wire = board.into(wire.source)[0]
        data = described.get(wire.source)
        field = data.fields.get(wire.source_port) if data else None
        if field is not None and field.kind == "numbers" and field.dtype.startswith("float"):
            return (wire.source, wire.source_port) not in fed
    return False


# ---- fixes -------------------------------------------------------------------------------------


def _without(step: StepBack) -> Fix | None:
    """What feeds the step feeds what it fed on this way."""
    board, wire = step.board, step.onward
    label = f"Take {step.node.id} out"
    if len(board.out_of(step.node.id)) == 1:
        edits = taking_out(board, step.node.id)
        return Fix(label, tuple(edits)) if edits else None
    before = board.into(step.node.id)
    if len(before) != 1:
        return None
    past = replace(wire, source=before[0].source, source_port=before[0].source_port)
    return Fix(f"Go past {step.node.id}", (AddWire(board.name, past),))


def _made_by(ending: _Ending, step: StepBack, types: Mapping[str, NodeType]) -> Fix | None:
    """The step becomes of the type that makes what is wanted."""
    wanted = types.get(ending.port.made_by)
    if wanted is None:
        return None
    names = {param.name for param in wanted.params}
    params = {name: value for name, value in step.node.params.items() if name in names}
    node = replace(step.node, type=wanted.name, params=params)
    return Fix(
        f"Make {step.node.id} {with_article(wanted.name)}", (AddNode(step.board.name, node),)
    )


def _inserted(ending: _Ending, types: Mapping[str, NodeType]) -> Fix | None:
    """What makes the wanted of scores goes before the loss."""
    if ending.port.made_by not in types:
        return None
    change = Change("insert", type=ending.port.made_by)
    board: Board = ending.flow.board
    edits: list[Edit] = insertion(board, ending.wire, change, types, 0)
    return Fix(f"Insert {with_article(ending.port.made_by)} before {ending.loss}", tuple(edits))
