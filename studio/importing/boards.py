"""Boards in the making become boards of a project: equal ones are one, and identical blocks in a
row are repeated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nodes.declare import BoardKind, NodeType
from studio.importing.construction import arguments
from studio.importing.drafts import Draft, DraftNode, End
from studio.importing.drawing import Drawing
from studio.importing.tidying import clean, depth, inside
from studio.importing.varying_values import columns, in_terms_of, param_value, replaced
from studio.model.expression import Expression
from studio.model.names import problem_with, problem_with_class, unused
from studio.model.parameters import COMPUTED
from studio.model.project import TYPE_OF, Board, Node, Project, Wire
from studio.model.uids import fresh_uid
from studio.model.values import Value as ParamValue


@dataclass
class Made:
    """Boards by name, and the names that nodes in the making have on theirs."""

    project: Project
    network: str
    ids: dict[DraftNode, str] = field(default_factory=dict)


class BoardMaker:
    """Makes the project of a drawing."""

    def __init__(self, drawing: Drawing, types: Mapping[str, NodeType]) -> None:
        self._drawing, self._types = drawing, types
        self._boards: dict[str, Board] = {}
        self._ids: dict[DraftNode, str] = {}
        self._taken: set[str] = set()

    def make(self, top: Draft) -> Made:
        """The project with the network on its first board."""
        clean(top)
        name = self._name(top)
        for group in self._groups(top):
            self._block(group)
        board = self._board(name, "network", [top], {})
        boards = {name: board, **dict(reversed(self._boards.items()))}
        return Made(Project(boards, uid=fresh_uid()), name, self._ids)

    def _groups(self, top: Draft) -> Iterator[list[Draft]]:
        """Blocks that can share a board, inner ones first."""
        waiting = inside(top)
        deepest = max((depth(draft) for draft in waiting), default=0)
        for level in range(deepest + 1):
            merged = [d for d in (*waiting, top) if depth(d) > level or d is top]
            groups: defaultdict[Hashable, list[Draft]] = defaultdict(list)
            for draft in waiting:
                if depth(draft) == level:
                    groups[self._skeleton(draft)].append(draft)
            yield from groups.values()
            for draft in merged:
                self._repeat(draft)

    # ---- equal boards --------------------------------------------------------------------------

    def _skeleton(self, draft: Draft) -> Hashable:
        """What boards have in common that can be one with parameters."""
        numbers = {node: number for number, node in enumerate(draft.nodes)}

        def port(name: object) -> object:
            return self._ids[name] if isinstance(name, DraftNode) else name

        return type(draft.call.module), tuple(
            (
                node.type,
                tuple((name, self._constant(node, name)) for name in sorted(node.params)),
                tuple((port(p), numbers[end[0]], port(end[1])) for p, end in node.inputs),
                numbers[node.uses] if node.uses is not None else None,
                tuple((k, v.dtype) for k, v in node.weights.items()),
                (len(node.carries.shape), node.carries.dtype) if node.carries is not None else None,
            )
            for node in draft.nodes
        )

    def _constant(self, node: DraftNode, name: str) -> Hashable:
        """A parameter's value, if it is none that a block's parameters can give."""
        value = node.params[name]
        return self._computed(node, name) or (type(value).__name__, value)

    def _computed(self, node: DraftNode, name: str) -> Hashable:
        """Of what form a value is that expressions may give; nothing if they may not."""
        param = self._types[node.type].param(name)
        kind = "int" if param is None else param.kind  # a parameter of the block that it stands for
        if (param is not None and param.gives) or name in ("repeat",):
            return None
        value = node.params[name]
        if kind not in COMPUTED or value is None or isinstance(value, bool):
            return None
        return kind, len(value) if isinstance(value, tuple) else 0, type(value).__name__

    def _block(self, group: Sequence[Draft]) -> None:
        name = self._name(group[0])
        params, written = self._parameters(group)
        self._boards[name] = self._board(name, "block", group, params, written)
        for draft in group:
            node = draft.node
            assert node is not None
            given = {key: values[group.index(draft)] for key, values in params.items()}
            node.params = {"block": name, **given}
            for mine, first in zip(draft.nodes, group[0].nodes, strict=True):
                self._ids[mine] = self._ids[first]

    def _parameters(
        self, group: Sequence[Draft]
    ) -> tuple[dict[str, list[ParamValue]], dict[tuple[int, str, int], Expression]]:
        """A block's own parameters with their values in each use, and what is written instead of
        the values that differ, by node, parameter and place in a tuple."""
        found: dict[str, list[ParamValue]] = {}
        written: dict[tuple[int, str, int], Expression] = {}
        given = [arguments(draft.call.module) or {} for draft in group]
        for number, node in enumerate(group[0].nodes):
            for name in list(node.params):
                for place, values in columns([d.nodes[number].params[name] for d in group]):
                    if all(value == values[0] for value in values):
                        continue
                    text = in_terms_of(values, found)
                    if text is None:
                        text = self._new_parameter(values, found, given, name)
                    written[number, name, place] = Expression(text)
        return found, written

    def _new_parameter(
        self,
        values: list[ParamValue],
        found: dict[str, list[ParamValue]],
        given: Sequence[Mapping[str, object]],
        name: str,
    ) -> str:
        """A parameter called like the argument that gave the values; else like the node's."""
        for argument in given[0]:
            others = [param_value(some.get(argument)) for some in given]
            if None in others or argument in found or problem_with_class(argument) is not None:
                continue
            exact = [other == value for other, value in zip(others, values, strict=True)]
            if all(exact):
                found[argument] = others
                return argument
        called = unused(name, found) if problem_with_class(name) is None else unused("size", found)
        found[called] = values
        return called

    # ---- repeats -------------------------------------------------------------------------------

    def _repeat(self, draft: Draft) -> None:
        """Make one node of blocks in a row that are the same."""
        users: defaultdict[DraftNode, set[DraftNode]] = defaultdict(set)
        for node in draft.nodes:
            for _, end in node.inputs:
                users[end[0]].add(node)
        for node in list(draft.nodes):
            if node not in draft.nodes or "block" not in node.params:
                continue
            while (after := self._follower(node, users[node])) is not None:
                node.copies += after.copies
                node.params = {**node.params, "repeat": len(node.copies)}
                node.name = _stem(node.name)
                last = (node, node.copies[0].with_role(TYPE_OF["output"])[0])
                draft.nodes.remove(after)
                for user in users[after]:
                    user.inputs = [(p, last if end[0] is after else end) for p, end in user.inputs]
                users[node] = users[after]

    def _follower(self, node: DraftNode, users: set[DraftNode]) -> DraftNode | None:
        """The block that only goes on from another, and is the same."""
        after = next(iter(users)) if len(users) == 1 else None
        if after is None or after.type != node.type or node.inside is None or after.inside is None:
            return None
        mine = {k: v for k, v in node.params.items() if k != "repeat"}
        if mine != after.params or len(node.inside.outputs) != 1:
            return None
        own, other = node.inputs, after.inputs
        if len(own) != len(other) or other[0][1][0] is not node:
            return None
        first = (node.inside.nodes[0], after.inside.nodes[0])
        if (own[0][0], other[0][0]) != first or node.inside.nodes[0].carries is None:
            return None
        if any(a[1] != b[1] for a, b in zip(own[1:], other[1:], strict=True)):
            return None
        before, out = node.inside.nodes[0].carries, next(iter(after.inside.outputs))
        return after if before.shape == out.shape else None

    # ---- one board -----------------------------------------------------------------------------

    def _board(
        self,
        name: str,
        kind: BoardKind,
        group: Sequence[Draft],
        params: Mapping[str, list[ParamValue]],
        written: Mapping[tuple[int, str, int], Expression] | None = None,
    ) -> Board:
        draft = group[0]
        self._name_nodes(draft, params)
        nodes: dict[str, Node] = {}
        wires: list[Wire] = []
        for number, node in enumerate(draft.nodes):
            id = self._ids[node]
            values = dict(node.params)
            for (at, key, place), text in (written or {}).items():
                if at == number:
                    values[key] = replaced(values[key], place, text)
            if node.carries is not None:
                values |= self._input(node, kind)
            values = self._unusual(node.type, values)
            uses = None if node.uses is None else self._ids[node.uses]
            nodes[id] = Node(id, node.type, values, uses=uses)
            wires += (Wire(*self._end(end), id, self._port(port)) for port, end in node.inputs)
        return Board(name, kind, nodes, tuple(wires), {k: v[0] for k, v in params.items()})

    def _unusual(self, type: str, values: Mapping[str, ParamValue]) -> dict[str, ParamValue]:
        """Parameters less those that are as they are where nothing is said."""
        usual: dict[str, object] = self._types[type].defaults()
        block = self._boards.get(str(values.get("block", "")))
        usual |= {} if block is None else block.params
        return {
            name: value
            for name, value in values.items()
            if name not in usual or value != usual[name] or value.__class__ != usual[name].__class__
        }

    def _end(self, end: End) -> tuple[str, str]:
        return self._ids[end[0]], self._port(end[1])

    def _port(self, port: str | DraftNode) -> str:
        return port if isinstance(port, str) else self._ids[port]

    def _input(self, node: DraftNode, kind: BoardKind) -> dict[str, ParamValue]:
        value = node.carries
        assert value is not None
        shape = self._drawing.sizes(value)
        dtype = str(value.dtype).removeprefix("torch.")
        return {"shape": shape, **({"dtype": dtype} if dtype != "float32" else {})}

    def _name_nodes(self, draft: Draft, params: Mapping[str, object]) -> None:
        taken: set[str] = {*params}
        for node in draft.nodes:
            name = node.name if problem_with(node.name) is None else f"{node.name}_"
            name = name if problem_with(name) is None else "node"
            self._ids[node] = unused(name, taken)
            taken.add(self._ids[node])

    def _name(self, draft: Draft) -> str:
        name = type(draft.call.module).__name__.strip("_")
        name = name if problem_with_class(name) is None else f"{name}Block"
        name = name if problem_with_class(name) is None else "Block1"
        name = unused(name, self._taken)
        self._taken.add(name)
        return name


def _stem(name: str) -> str:
    """A name less the number at its end: `layer1` of `layer1_0`."""
    return name.rstrip("0123456789").rstrip("_") if "_" in name else name
