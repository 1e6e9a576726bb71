"""What a training step computes, in which order, with or without a graph.

An update owns weights. Its *way* are the nodes between these and its loss that nothing detaches.
It needs its way with a graph, at present weights; a result from earlier in the step serves where
nothing before it on the way was stepped since and it read the same values. All else is constant:
its latest value, detached. So a node runs with a graph for those updates that can still go back
through it (its `serves`), and without one where there are none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count, pairwise
from math import lcm

import networkx as nx

PERIOD = 10_000
"""Steps looked at to find which updates are due together."""


@dataclass(frozen=True, slots=True)
class Vertex:
    """A node as far as updates go: the weights it computes with, and whether it cuts the way."""

    weights: frozenset[str] = frozenset()
    cuts: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """One update: the node of its loss, the weights it owns, and when it is due: every so many
    steps. It moves its weights every so many times that it is due. Those of the same `group` that
    follow each other go back before any of them moves."""

    name: str
    loss: str
    owns: frozenset[str]
    every: int = 1
    accumulate: int = 1
    group: int | None = None


@dataclass(frozen=True, slots=True)
class Compute:
    """Run a node; `detached` are those of its inputs that must be cut off."""

    node: str
    graph: bool
    detached: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class GoBack:
    """Hand the loss of an update over. `keep`: a later one goes back through the same graph;
    `waits`: others of its group come before weights move."""

    update: str
    keep: bool
    waits: bool


Action = Compute | GoBack


@dataclass(frozen=True, slots=True)
class Occasion:
    """Which updates are due in a step, and which of them move their weights."""

    due: frozenset[str]
    moves: frozenset[str]


def occasions(turns: Sequence[Turn]) -> list[Occasion]:
    """All that occur, the first step's first."""
    period = min(PERIOD, lcm(*(turn.every * turn.accumulate for turn in turns)))
    found: dict[Occasion, None] = {}
    for step in range(period):
        due = [turn for turn in turns if step % turn.every == 0]
        moves = [t for t in due if (step // t.every + 1) % t.accumulate == 0]
        found[Occasion(frozenset(t.name for t in due), frozenset(t.name for t in moves))] = None
    return list(found)


class Schedule:
    """Plans the steps of a training board. `graph` leads from each node to what it feeds;
    `vertices` are in an order in which they can be computed."""

    def __init__(
        self, graph: nx.DiGraph[str], vertices: Mapping[str, Vertex], turns: Sequence[Turn]
    ) -> None:
        self.graph, self.vertices = graph, vertices
        self.turns = in_groups(turns)
        self._ways = {turn.name: way(graph, vertices, turn) for turn in self.turns}

    @cached_property
    def _trained(self) -> frozenset[str]:
        return frozenset().union(*(turn.owns for turn in self.turns))

    def actions(self, occasion: Occasion, shown: Iterable[str] = ()) -> list[Action]:
        """A step in which these updates are due. `shown` are nodes to run before the last of them,
        as far as that costs no weights."""
        due = [turn for turn in self.turns if turn.name in occasion.due]
        return _Step(self, due, occasion.moves).actions(shown) if due else []

    def way(self, update: str) -> frozenset[str]:
        """What an update goes back through."""
        return self._ways[update]

    def carries(self, node: str) -> bool:
        """Whether a node runs with weights that some update owns."""
        return bool(self.vertices[node].weights & self._trained)


def in_groups(turns: Sequence[Turn]) -> list[Turn]:
    """The turns in order, those of a group where its first one stands."""
    first: dict[int, int] = {}
    for place, turn in enumerate(turns):
        if turn.group is not None:
            first.setdefault(turn.group, place)
    numbered = enumerate(turns)
    key = {t.name: (p if t.group is None else first[t.group], p) for p, t in numbered}
    return sorted(turns, key=lambda turn: key[turn.name])


def way(graph: nx.DiGraph[str], vertices: Mapping[str, Vertex], turn: Turn) -> frozenset[str]:
    """The nodes between the weights of an update and its loss that nothing detaches."""
    if turn.loss not in graph:
        return frozenset()
    back = undetached(graph, vertices, turn.loss)
    starts = {node for node in back if vertices[node].weights & turn.owns}
    return frozenset(starts.union(*(nx.descendants(back, node) for node in starts)))


def undetached(
    graph: nx.DiGraph[str], vertices: Mapping[str, Vertex], loss: str
) -> nx.DiGraph[str]:
    """What a loss goes back to: all before it with no cut between."""
    open_nodes = [node for node in graph if node in vertices and not vertices[node].cuts]
    inner: nx.DiGraph[str] = graph.subgraph(open_nodes)
    if loss not in inner:
        return graph.subgraph([])
    return inner.subgraph({loss, *nx.ancestors(inner, loss)})


@dataclass(frozen=True, slots=True)
class _Made:
    """A result: the updates that can go back through it, and the versions of what it read."""

    version: int
    serves: frozenset[str]
    read: Mapping[str, int]


class _Step:
    """One step under way."""

    def __init__(self, schedule: Schedule, due: Sequence[Turn], moves: frozenset[str]) -> None:
        self._schedule, self._due, self._moves = schedule, due, moves
        self._made: dict[str, _Made] = {}
        self._versions = count()
        self._actions: list[Action] = []
        self._reused: dict[str, set[str]] = {turn.name: set() for turn in due}

    def actions(self, shown: Iterable[str]) -> list[Action]:
        last = len(self._due) - 1
        for place, turn in enumerate(self._due):
            self._need(turn, place)
            if place == last:
                self._show(shown, place)
            waits = place < last and self._together(turn, self._due[place + 1])
            self._actions.append(GoBack(turn.name, False, waits))
        return [self._with_keep(action) for action in self._actions]

    def _with_keep(self, action: Action) -> Action:
        """Later updates that go back through results of this one need its graph."""
        if isinstance(action, Compute):
            return action
        names = [turn.name for turn in self._due]
        later = names[names.index(action.update) + 1 :]
        mine = self._schedule.way(action.update)
        keep = any(self._reused[name] & mine for name in later)
        return GoBack(action.update, keep, action.waits)

    @staticmethod
    def _together(turn: Turn, after: Turn) -> bool:
        return turn.group is not None and turn.group == after.group

    # ---- what is needed ------------------------------------------------------------------------

    def _need(self, turn: Turn, place: int) -> None:
        """Have the way of an update with a graph, at present weights, and values of all that it
        reads besides."""
        mine = self._schedule.way(turn.name)
        again: set[str] = set()
        values: set[str] = set() if turn.loss in mine else {turn.loss}
        for id in self._schedule.vertices:
            if id not in mine:
                continue
            inputs = list(self._inputs(id))
            if self._serves(id, turn.name) and not again.intersection(inputs):
                self._reused[turn.name].add(id)
            else:
                again.add(id)
                values.update(source for source in inputs if source not in mine)
        self._run(again.union(*map(self._missing, values)), place)

    def _run(self, nodes: Collection[str], place: int) -> None:
        """Run some nodes, in order."""
        for id in self._schedule.vertices:
            if id in nodes:
                self._compute(id, place)

    def _missing(self, node: str) -> set[str]:
        """What has to run for a value of a node."""
        wanted: set[str] = set()
        waiting = [node]
        while waiting:
            id = waiting.pop()
            if id not in self._made and id not in wanted:
                wanted.add(id)
                waiting += self._inputs(id)
        return wanted

    def _show(self, shown: Iterable[str], place: int) -> None:
        for node in shown:
            missing = self._missing(node)
            if not any(self._schedule.vertices[id].weights for id in missing):
                self._run(missing, place)

    def _inputs(self, node: str) -> Iterator[str]:
        return (id for id in self._schedule.graph.predecessors(node))

    # ---- running a node ------------------------------------------------------------------------

    def _serves(self, node: str, update: str) -> bool:
        made = self._made.get(node)
        return (
            made is not None
            and update in made.serves
            and all(self._made[id].version == version for id, version in made.read.items())
        )

    def _compute(self, node: str, place: int) -> None:
        serves = frozenset(self._due[i].name for i in self._ahead(node, place))
        inputs = list(self._inputs(node))
        cut = [
            id
            for id in inputs
            if serves and (through := self._made[id].serves) and not through & serves
        ]
        read = {id: self._made[id].version for id in inputs}
        self._made[node] = _Made(next(self._versions), serves, read)
        self._actions.append(Compute(node, bool(serves), frozenset(cut)))

    def _ahead(self, node: str, place: int) -> Iterator[int]:
        """Updates from this one on that could go back through a node which runs now."""
        for later in range(place, len(self._due)):
            name = self._due[later].name
            mine = self._schedule.way(name)
            if node not in mine or self._stepped(place, later) & self._weights(node, mine):
                continue
            if all(name in self._made[id].serves for id in self._inputs(node) if id in mine):
                yield later

    def _weights(self, node: str, mine: frozenset[str]) -> frozenset[str]:
        """Weights that going back through a node of a way meets, its own and those before it."""
        before = nx.ancestors(self._schedule.graph, node) & mine
        return frozenset().union(*(self._schedule.vertices[id].weights for id in {node, *before}))

    def _stepped(self, place: int, later: int) -> frozenset[str]:
        """Weights that move after the update at one place and before the one at a later place."""
        moved: set[str] = set()
        for number in range(place, later):
            here = self._due[number : later + 1]
            if not all(self._together(a, b) for a, b in pairwise(here)):
                turn = self._due[number]
                moved |= turn.owns if turn.name in self._moves else set()
        return frozenset(moved)
