"""The operations for those who name boards, nodes, ports and parameters in text.

Command line and Python edit projects by these; they do what the canvas does, and refuse what it
refuses.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Self

from nodes.declare import BoardKind, NodeType, Param, Port
from studio.model.block_values import parameters_of
from studio.model.layout.cards import WIDTH, PortAt
from studio.model.layout.spacing import WIDE
from studio.model.operations import block_parameters, boards, instances, nodes, parameters
from studio.model.operations.adding import NewNode, add
from studio.model.operations.block import make_block
from studio.model.operations.block_node import make_independent, unpack_block
from studio.model.operations.bringing import bring_block
from studio.model.operations.clipboard import duplicate, from_clipboard, paste
from studio.model.operations.drawn_board import DrawnBoard
from studio.model.operations.edited import Edited, Refusal
from studio.model.operations.fixes import apply_fix
from studio.model.operations.given_values import (
    kept,
    named,
    read_default,
    read_value,
    read_variable,
)
from studio.model.operations.insertion import insert
from studio.model.operations.silencing import silence, tell_again
from studio.model.operations.variables import (
    remove_variable,
    rename_variable,
    set_variable,
)
from studio.model.operations.wiring import connect, disconnect, first_fit
from studio.model.project import Board, Project, Wire
from studio.model.report import CheckedProject
from studio.model.settings import SETTINGS
from studio.model.values import Value

Place = tuple[float, float]

VARIABLES = "variables"
"""What addresses of the project's variables begin with."""


class EditsByName(ABC):
    """Each operation gives the thing anew, with the edited project. All raise Refusal where they
    cannot be done, with a sentence that says why."""

    document: Project

    @abstractmethod
    def _types(self) -> Mapping[str, NodeType]:
        """Node types there are."""

    @abstractmethod
    def check(self) -> CheckedProject:
        """Shapes, counts and issues."""

    @abstractmethod
    def _accept(self, edited: Edited) -> Self:
        """The thing with another project."""

    # ---- boards --------------------------------------------------------------------------------

    def add_board(self, kind: BoardKind, name: str = "") -> Self:
        """Add an empty network, block or training board."""
        return self._accept(boards.add_board(self.document, kind, name)[0])

    def duplicate_board(self, board: str) -> Self:
        """Add a copy of a board."""
        return self._accept(boards.duplicate_board(self.document, board)[0])

    def delete_board(self, board: str) -> Self:
        """Take a board away."""
        return self._accept(boards.delete_board(self.document, board))

    def add_training(self) -> Self:
        """Add a board that trains the first network to tell classes apart."""
        return self._accept(boards.add_training(self.document, self._types()))

    def bring(self, source: Project, block: str) -> Self:
        """Add a block of another project, with all that it needs there."""
        project, name = bring_block(self.document, source, block)
        return self._accept(Edited(f"Bring {name}", project))

    # ---- nodes ---------------------------------------------------------------------------------

    def add(
        self,
        board: str,
        type: str,
        name: str = "",
        *,
        at: Place | None = None,
        on: tuple[str, str] | None = None,
        after: str = "",
        before: str = "",
        params: Mapping[str, object] | None = None,
    ) -> Self:
        """Add a node: near a place; on the wire between two ports; or wired behind or before a
        port (`conv1`, `conv1.output`). Without a place it stands right of all others."""
        drawn = self._drawn(board)
        given = {key: self._value(drawn, type, key, v) for key, v in (params or {}).items()}
        new = NewNode(type, given, name)
        wire = self._wire(drawn, *on) if on is not None else None
        start = self._port(drawn, after or before, bool(after)) if after or before else None
        return self._accept(add(drawn, new, at or _place(drawn, start), wire, start))

    def delete(self, board: str, *names: str) -> Self:
        """Take nodes out; what fed one then feeds what it fed, where that fits."""
        return self._accept(nodes.delete(self._drawn(board), names))

    def duplicate(self, board: str, *names: str) -> Self:
        """Add copies of nodes beside them."""
        return self._accept(duplicate(self._drawn(board), names))

    def paste(self, board: str, text: str, at: Place = (0.0, 0.0)) -> Self:
        """Add the nodes of another project's first board, or of what a canvas has copied."""
        return self._accept(paste(self._drawn(board), from_clipboard(text), at))

    def move(self, board: str, name: str, at: Place) -> Self:
        """Put a node elsewhere."""
        self._board(board)
        return self._accept(nodes.move(self.document, board, {name: at}))

    def arrange(self, board: str, *names: str) -> Self:
        """Lay out nodes, or the whole board, by columns from left to right."""
        return self._accept(nodes.arrange(self._drawn(board), names))

    def make_block(self, board: str, *names: str, name: str = "") -> Self:
        """Put nodes into a block of their own."""
        self._board(board)
        reports = self.check().reports[board]
        drawn = DrawnBoard.of(self.document, board, self._types(), reports)
        return self._accept(make_block(drawn, names, name))

    def unpack(self, board: str, name: str) -> Self:
        """Put what is in a block in the place of the node that stands for it."""
        return self._accept(unpack_block(self._drawn(board), name))

    def make_independent(self, board: str, name: str) -> Self:
        """Let a node stand for a copy of its block, which no other node stands for."""
        return self._accept(make_independent(self._drawn(board), name))

    # ---- wires ---------------------------------------------------------------------------------

    def wire(self, board: str, source: str, target: str) -> Self:
        """Wire an output (`conv1`, `lstm.hidden`) to an input; without a name, the first that
        fits."""
        drawn = self._drawn(board)
        out = self._port(drawn, source, True)
        own = drawn.port(out)
        into = self._port(drawn, target, False, own)
        return self._accept(connect(drawn, out, into))

    def unwire(self, board: str, source: str, target: str) -> Self:
        """Take a wire away."""
        drawn = self._drawn(board)
        wire = self._wire(drawn, source, target)
        return self._accept(disconnect(drawn, frozenset({wire})))

    def insert(self, board: str, name: str, source: str, target: str) -> Self:
        """Put a node that stands on the board on the wire between two ports."""
        drawn = self._drawn(board)
        nodes.refuse_strangers(drawn.board, [name])
        wire = self._wire(drawn, source, target)
        node = drawn.board.nodes[name]
        return self._accept(insert(drawn, node, wire, f"Insert {name}"))

    # ---- names and values ----------------------------------------------------------------------

    def rename(self, address: str, new: str) -> Self:
        """Give a board (`LeNet`), a node (`LeNet.conv1`) or a variable of the project
        (`variables.dim`) another name."""
        board, _, node = address.partition(".")
        if board == VARIABLES and board not in self.document.boards:
            return self._accept(rename_variable(self.document, node, new))
        if not node:
            return self._accept(boards.rename_board(self.document, board, new))
        self._board(board)
        return self._accept(nodes.rename(self.document, board, node, new))

    def rename_instance(self, old: str, new: str) -> Self:
        """Give a set of weights that networks have on training boards another name."""
        return self._accept(instances.rename_instance(self.document, old, new))

    def set(self, address: str, value: object) -> Self:
        """Give a parameter (`LeNet.conv1.out_channels`), a setting (`settings.epochs`) or a
        variable of the project (`variables.dim`) a value, or the text that a person would type
        for it."""
        parts = address.split(".")
        if len(parts) == 2 and parts[0] == VARIABLES:
            given = read_variable(parts[1], value)
            return self._accept(set_variable(self.document, parts[1], given))
        if len(parts) == 2 and parts[0] == "settings":
            return self._accept(self._set_setting(parts[1], value))
        board, node, param = self._parameter(address)
        computes = self.document.computes(board, board.nodes[node])
        given = read_value(param, value, block=computes)
        return self._accept(
            parameters.set_parameter(self.document, board.name, [node], param, given)
        )

    def reset(self, address: str) -> Self:
        """Give a parameter its default; take a variable of the project away."""
        parts = address.split(".")
        if len(parts) == 2 and parts[0] == VARIABLES:
            return self._accept(remove_variable(self.document, parts[1]))
        board, node, param = self._parameter(address)
        return self._accept(
            parameters.set_parameter(self.document, board.name, [node], param, param.default)
        )

    def share(self, address: str, owner: str | None) -> Self:
        """Let a node (`GPT.head`) use the weights of another, or own some: None."""
        board, node = self._node(address)
        found = parameters.share_weights(self.document, board.name, node, owner, self._types())
        return self._accept(found)

    def add_parameter(self, block: str, name: str = "", default: object = 64) -> Self:
        """Add a parameter to a block."""
        value = read_default(name, default)
        return self._accept(block_parameters.add_block_parameter(self.document, block, name, value))

    def promote(self, address: str, name: str = "") -> Self:
        """Make a parameter of a node in a block (`Layer.wide.out_features`) one of the block's
        own, with its value as the default."""
        board, node, param = self._parameter(address)
        found = block_parameters.promote_parameter(
            self.document, board.name, node, param, self._types(), name
        )
        return self._accept(found)

    def set_default(self, block: str, name: str, default: object) -> Self:
        """Give a block's parameter another default."""
        value = read_default(name, default)
        return self._accept(block_parameters.set_block_default(self.document, block, name, value))

    def rename_parameter(self, block: str, name: str, new: str) -> Self:
        """Rename a block's parameter; expressions that read it follow."""
        found = block_parameters.rename_block_parameter(self.document, block, name, new)
        return self._accept(found)

    def remove_parameter(self, block: str, name: str) -> Self:
        """Take a parameter of a block away."""
        return self._accept(block_parameters.remove_block_parameter(self.document, block, name))

    def fix(self, address: str, number: int = 1) -> Self:
        """Carry out a fix that an issue of a board (`LeNet`) or node (`LeNet.conv1`) offers, by
        its number where there are several."""
        name, _, node = address.partition(".")
        found = [i for i in self.check().issues if i.board == name and node in ("", i.node)]
        fixes = [fix for issue in found for fix in issue.fixes]
        if not 1 <= number <= len(fixes):
            offered = "; ".join(f"{n}: {fix.label}" for n, fix in enumerate(fixes, 1))
            raise Refusal(f"{address} has no fix {number}; there are: {offered or 'none'}.")
        return self._accept(apply_fix(self.document, fixes[number - 1], self._drawn(name)))

    def silence(self, address: str, code: str = "") -> Self:
        """Tell a warning of a node (`LeNet.fc1`) no more, by its code where there are several."""
        name, _, node = address.partition(".")
        self._node(address)
        found = [i for i in self.check().issues if (name, node) in i.places]
        told = [issue.code for issue in found if issue.severity == "warning"]
        if not told or code not in ("", *told):
            raise Refusal(f"{address} has no such warning; it has: {', '.join(told) or 'none'}.")
        return self._accept(silence(self.document, name, node, [code] if code else told))

    def tell_again(self, address: str, code: str = "") -> Self:
        """Tell what was silenced at a node again: that warning, or all."""
        board, node = self._node(address)
        codes = [code] if code else []
        return self._accept(tell_again(self.document, board.name, node, codes))

    # ---- finding what is named -----------------------------------------------------------------

    def _drawn(self, board: str) -> DrawnBoard:
        return DrawnBoard.of(self.document, board, self._types())

    def _board(self, name: str) -> Board:
        found = self.document.boards.get(name)
        if found is None:
            known = ", ".join(self.document.boards) or "none yet"
            raise Refusal(f"There is no board '{name}'; there are: {known}.")
        return found

    def _node(self, address: str) -> tuple[Board, str]:
        name, _, node = address.partition(".")
        board = self._board(name)
        nodes.refuse_strangers(board, [node])
        return board, node

    def _parameter(self, address: str) -> tuple[Board, str, Param]:
        place, _, name = address.rpartition(".")
        board, node = self._node(place)
        known = parameters_of(self.document, board.nodes[node], self._types())
        return board, node, named(known, name, board.nodes[node].type)

    def _value(self, drawn: DrawnBoard, type: str, name: str, value: object) -> Value:
        found = drawn.types.get(type)
        if found is None:
            raise Refusal(f"There is no node type '{type[:40]}'.")
        param = named(found.params, name, type)
        return read_value(param, value, block=drawn.project.computes(drawn.board))

    def _set_setting(self, name: str, value: object) -> Edited:
        param = next((param for param in SETTINGS if param.name == name), None)
        given = kept(value) if param is None else read_value(param, value, block=False)
        return parameters.set_setting(self.document, name, given)

    def _port(
        self, drawn: DrawnBoard, text: str, output: bool, other: Port | None = None
    ) -> PortAt:
        """The port that is named; where only its node is, the first that fits the other one, or
        just the first."""
        node, _, port = text.partition(".")
        nodes.refuse_strangers(drawn.board, [node])
        card = drawn.cards[node]
        side = card.ports.outputs if output else card.ports.inputs
        what = "output" if output else "input"
        if not side:
            raise Refusal(f"{node} has no {what}s.")
        if port and not any(known.name == port for known in side):
            known = ", ".join(found.name for found in side)
            raise Refusal(f"{node} has no {what} '{port}'; it has: {known}.")
        fit = first_fit(card.ports, other, not output) if other is not None else None
        return PortAt(node, port or (fit or side[0]).name, output)

    def _wire(self, drawn: DrawnBoard, source: str, target: str) -> Wire:
        """The wire between two ports, or between two nodes that only one wire joins."""
        out, into = source.partition("."), target.partition(".")
        found = [
            wire
            for wire in drawn.board.wires
            if (wire.source, wire.target) == (out[0], into[0])
            and out[2] in ("", wire.source_port)
            and into[2] in ("", wire.target_port)
        ]
        if len(found) != 1:
            many = "no wire" if not found else "more than one wire"
            raise Refusal(f"There is {many} from {source} to {target} on {drawn.name}.")
        return found[0]


def _place(drawn: DrawnBoard, start: PortAt | None) -> Place:
    """Where a node goes that is given no place: right (or left) of the port that it is wired to,
    or else right of all others."""
    if start is not None:
        x, y = drawn.cards[start.node].place(start.port, start.output)
        return (x + WIDE, y) if start.output else (x - WIDE, y)
    if not drawn.cards:
        return 0.0, 0.0
    last = max(drawn.cards.values(), key=lambda card: card.x)
    return last.x + WIDTH + WIDE, last.y
