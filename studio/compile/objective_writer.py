"""Writes a training board as a class: what it computes on a batch, for its updates and without."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import networkx as nx

from nodes.declare import NodeType, Role
from studio.compile.board_flow import BoardFlow
from studio.compile.class_plan import plan_of
from studio.compile.loop_pieces import AT, FIXED, FOLLOW, OBJECTIVE, STEP
from studio.compile.node_statements import NOTHING, NodeStatements, literal
from studio.compile.source_lines import INDENT, Source, call, listed, statement
from studio.compile.step_conditions import condition, moved
from studio.compile.update_schedule import (
    Action,
    Compute,
    GoBack,
    Occasion,
    Schedule,
    occasions,
)
from studio.compile.update_targets import (
    followed,
    is_frozen,
    loss_of,
    network_key,
    turns,
    weights_of,
)
from studio.model.project import FOLLOWS, Node
from studio.model.roles import with_role
from studio.model.value_names import LOSS, METRIC

MEMBERS = frozenset({"networks", "training_steps", "evaluate", "after", "show"})
"""What an objective has besides the layers of its board."""


class ObjectiveWriter:
    """Writes the class of one training board. `copied` is what classes of layers that torch lacks
    are called, by import path, `names` what the loop's parts are."""

    def __init__(
        self,
        flow: BoardFlow,
        types: Mapping[str, NodeType],
        copied: Mapping[str, str],
        names: Mapping[str, str],
        shows: bool = True,
        tapped: bool = False,
    ) -> None:
        """Scripts have nobody to show anything to: they go without what `shows`. A `tapped` class
        is the plain one with other ways to compute a batch."""
        self._flow, self._board, self._types, self._names = flow, flow.board, types, names
        self._order = list(flow.outcomes)
        given = {
            (id, port): _of_batch(port)
            for id, outcome in flow.outcomes.items()
            if not tapped and types[self._board.nodes[id].type].role == "data"
            for port in outcome.outputs
        }
        taken = {"batch", "at", *names.values()}
        plan = plan_of(flow, types)
        self._nodes = NodeStatements(plan, types, copied, given, taken, MEMBERS, tapped)
        self._metrics = [id for id in self._order if self._is(id, "metric")]
        self._gathering = [id for id in self._metrics if types[self._board.nodes[id].type].gathers]
        self._stepwise = [id for id in self._metrics if id not in self._gathering]
        self._shows = [id for id in self._order if shows and self._is(id, "show")]
        for id in (*self._metrics, *self._shows):
            self._nodes.used[id].add("")
        self._updates = list(with_role(self._board, types, "update"))
        self._trained = {key for turn in turns(flow, types) for key in turn.owns}
        computed = {id for id in self._order if not self._is(id, "update")}
        self._schedule = Schedule(
            self._board.graph.subgraph(computed),
            {id: v for id, v in weights_of(flow, types).vertices.items() if id in computed},
            turns(flow, types),
        )

    def _is(self, id: str, role: Role) -> bool:
        return self._types[self._board.nodes[id].type].role == role

    def write(self) -> Source:
        """The class, each line with the node it comes from."""
        source, name = Source(), self._board.name
        if self._nodes.tapped:
            source.add(f"class {name}({name}):")
            self._training_steps(source)
            self._evaluate(source)
            self._show(source)
            return source
        source.add(f"class {name}({self._names[OBJECTIVE]}):")
        source.add(f'{INDENT}"""What is computed on a batch, and what follows it."""')
        self._constructor(source)
        self._training_steps(source)
        self._evaluate(source)
        self._after(source)
        self._show(source)
        return source

    # ---- constructor ---------------------------------------------------------------------------

    def _constructor(self, source: Source) -> None:
        lines = [
            (line, id)
            for id in self._order
            if self._board.nodes[id].role != "network"
            for line in self._nodes.construction(self._board.nodes[id])
        ]
        copies = [
            (
                f"{INDENT * 2}networks[{literal(node.instance)}].load_state_dict("
                f"networks[{literal(source)}].state_dict())",
                node.id,
            )
            for node, source in self._followers()
        ]
        if not lines and not copies:
            return
        source.add()
        source.add(f"{INDENT}def __init__(self, networks: dict[str, nn.Module]) -> None:")
        source.add(f"{INDENT * 2}super().__init__(networks)")
        for text, id in (*lines, *copies):
            source.add(text, (self._board.name, id))

    # ---- training ------------------------------------------------------------------------------

    def _training_steps(self, source: Source) -> None:
        source.add()
        at, step = self._names[AT], self._names[STEP]
        source.add(call(1, "", "def training_steps", _given(at), f" -> Iterator[{step}]:"))
        source.add(f'{INDENT * 2}"""One step: yields for each update that is due."""')
        bodies: dict[tuple[Action, ...], list[Occasion]] = {}
        every = occasions(self._schedule.turns)
        for occasion in every:
            planned = tuple(self._schedule.actions(occasion, self._stepwise))
            bodies.setdefault(planned, []).append(occasion)
        if len(bodies) == 1:
            self._actions(source, next(iter(bodies)), 2)
            return
        word = "if"
        for actions, when in bodies.items():
            if actions:
                source.add(f"{INDENT * 2}{word} {condition(when, every)}:")
                self._actions(source, actions, 3)
                word = "elif"

    def _actions(self, source: Source, actions: Sequence[Action], depth: int) -> None:
        carrying: set[str] = set()
        made: set[str] = set()
        blocked = False
        last = max(n for n, action in enumerate(actions) if isinstance(action, GoBack))
        for number, action in enumerate(actions):
            if isinstance(action, GoBack):
                shown = [m for m in self._stepwise if m in made] if number == last else []
                self._go_back(source, action, shown, depth)
                blocked = False
                continue
            made.add(action.node)
            if self._is(action.node, "data"):
                self._compute(source, action, depth + blocked)
                continue
            inputs = set(self._board.graph.predecessors(action.node))
            heavy = self._schedule.vertices[action.node].weights & self._trained
            without = not action.graph and bool(heavy or inputs & carrying)
            if without and not blocked:
                source.add(f"{INDENT * depth}with torch.no_grad():")
            blocked = without
            self._compute(source, action, depth + without)
            (carrying.add if action.graph else carrying.discard)(action.node)

    def _compute(self, source: Source, action: Compute, depth: int) -> None:
        for line in self._lines(self._board.nodes[action.node], depth, action.detached):
            source.add(line, (self._board.name, action.node))

    def _go_back(self, source: Source, action: GoBack, shown: list[str], depth: int) -> None:
        loss = self._loss(action.update)
        values = ", ".join(f"{literal(METRIC + m)}: {self._value(m)}" for m in shown)
        arguments = [literal(action.update), loss, f"{{{values}}}"]
        arguments += ["keep=True"] if action.keep else []
        arguments += ["waits=True"] if action.waits else []
        text = call(depth, "yield ", self._names[STEP], arguments)
        source.add(text, (self._board.name, action.update))

    def _loss(self, update: str) -> str:
        port = self._types[self._board.nodes[update].type].inputs[0]
        return self._nodes.sources(update, port.name)[0]

    def _value(self, id: str) -> str:
        return self._nodes.variables[id, ""]

    def _lines(self, node: Node, depth: int, detached: frozenset[str] = NOTHING) -> Iterator[str]:
        """What computes a node: nothing where the data has it already."""
        if self._is(node.id, "data"):
            ports = self._flow.outcomes[node.id].outputs
            yield from self._nodes.taps(node.id, depth, {p: _of_batch(p) for p in ports})
            return
        if node.role == "network":
            yield from self._network(node, depth, detached)
        else:
            yield self._nodes.step(node, depth, detached, shapes=False)
        yield from self._nodes.taps(node.id, depth)

    def _network(self, node: Node, depth: int, detached: frozenset[str]) -> Iterator[str]:
        child = self._flow.children[node.id]
        inputs = [
            text
            for port in child.board.inputs
            for text in self._nodes.sources(node.id, port.id, detached)
        ]
        pattern = ", ".join(f"{{{port}}}" for port in child.outputs)
        target = self._nodes.target(node.id, pattern if len(child.outputs) > 1 else "")
        network = f"self.networks[{literal(node.instance)}]"
        called = f"{network}({', '.join(inputs)})"
        if is_frozen(node) and self._is_trained(node.instance):
            called = f"{self._names[FIXED]}({', '.join([network, *inputs])})"
        entering, depth = self._nodes.entering(node.id, depth)
        yield from entering
        yield statement(depth, target, called)

    def _is_trained(self, name: str) -> bool:
        return network_key(name) in self._trained

    # ---- evaluation ----------------------------------------------------------------------------

    def _evaluate(self, source: Source) -> None:
        source.add()
        given = _given(self._names[AT])
        kinds = "Tensor | tuple[Tensor, ...]" if self._gathering else "Tensor"
        source.add(call(1, "", "def evaluate", given, f" -> dict[str, {kinds}]:"))
        source.add(f'{INDENT * 2}"""The same values, with nothing learned."""')
        ends = {loss_of(self._board, update) for update in self._updates} | {*self._metrics}
        self._values(source, ends)
        pairs = [
            f"{literal(LOSS + update.id)}: {self._loss(update.id)}" for update in self._updates
        ]
        pairs += [f"{literal(METRIC + id)}: {self._value(id)}" for id in self._metrics]
        source.add(listed(2, "return {", pairs, "}"))

    def gathering(self, depth: int) -> Iterator[tuple[str, str]]:
        """Metrics that gather, by name, each with its node: what makes one."""
        for id in self._gathering:
            prefix = f"{literal(METRIC + id)}: lambda: "
            yield self._nodes.layer(self._board.nodes[id], depth, prefix, ","), id

    def _show(self, source: Source) -> None:
        if not self._shows:
            return
        source.add()
        given = _given(self._names[AT])
        source.add(call(1, "", "def show", given, " -> dict[str, Tensor]:"))
        source.add(f'{INDENT * 2}"""What there is to see."""')
        self._values(source, {*self._shows})
        pairs = [f"{literal(id)}: {self._value(id)}" for id in self._shows]
        source.add(listed(2, "return {", pairs, "}"))

    def _values(self, source: Source, ends: set[str]) -> None:
        """What computes some nodes, each once, with nothing learned."""
        wanted = ends.union(*(nx.ancestors(self._schedule.graph, id) for id in ends))
        every = [self._board.nodes[id] for id in self._order if id in wanted]
        depth = 2
        if any(self._types[node.type].differentiates for node in every):
            source.add(f"{INDENT * 2}with torch.enable_grad():")
            depth = 3
        for node in every:
            for line in self._lines(node, depth):
                source.add(line, (self._board.name, node.id))

    # ---- networks that follow others -----------------------------------------------------------

    def _followers(self) -> Iterator[tuple[Node, str]]:
        """Network nodes whose weights follow others, with the name of these; once each."""
        return ((node, str(node.params[FOLLOWS])) for node in followed(self._board).values())

    def _after(self, source: Source) -> None:
        followers = list(self._followers())
        if not followers:
            return
        source.add()
        source.add(f"{INDENT}def after(self, at: {self._names[AT]}) -> None:")
        source.add(f'{INDENT * 2}"""Let networks follow those that have moved."""')
        for node, name in followers:
            owners = [t for t in self._schedule.turns if network_key(name) in t.owns]
            values, origin = self._flow.values[node.id], (self._board.name, node.id)
            if not owners:
                continue
            when = moved(owners[0].name, owners[0].every, owners[0].accumulate, values)
            source.add(f"{INDENT * 2}if {when}:", origin)
            given = [f"self.networks[{literal(n)}]" for n in (node.instance, name)]
            given += [literal(values["decay"]), literal(values["buffers"] == "follow")]
            source.add(call(3, "", self._names[FOLLOW], given), origin)


def _of_batch(port: str) -> str:
    """What a data source puts out at a port."""
    return f"batch[{literal(port)}]"


def _given(at: str) -> list[str]:
    """Arguments of what computes a batch."""
    return ["self", "batch: dict[str, Tensor]", f"at: {at}"]
