"""Random boards of every node type: checked, written as source, built and run where they can be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from nodes.declare import BoardKind, Param, Port
from nodes.layers.code import GATE, HALVES
from studio.compile.compiled import Compiled, check
from studio.model.expression import Expression
from studio.model.names import problem_with
from studio.model.ports import with_ports
from studio.model.project import Board, Node, Project, Wire
from tests.compile.drawing import TYPES, run, sample
from tests.fuzz.search import search
from tests.fuzz.sources import Sources
from tests.kill.table import Row
from tests.nodes.small_boards import shape_for
from tests.nodes.test_catalogue import LAYERS

NAMES = [
    name
    for name in ("a", "b2", "nn", "torch", "F", "T", "x", "self", "math", "A", "relu", "output")
    if not problem_with(name)
]
EASY = ["ReLU", "GELU", "Linear", "LayerNorm", "Dropout", "Add", "Multiply", "Concatenate", "Tanh"]
"""Layers that take what comes."""

SHAPES = list(dict.fromkeys(shape_for(p) for name in LAYERS for p in TYPES[name].inputs))
"""What the inputs of all layers ask for."""

SMALL = 300_000
"""Parameters of a network that is built and run."""

ODD: list[Any] = [None, True, -1, 0, 2**31 - 1, 2**40, 0.5, "", "x", (), (1, 2, 3), ("N",)]
ODD += [Expression("width"), Expression("4 * width"), Expression("1 // 0")]


def values(param: Param) -> st.SearchStrategy[Any]:
    """Values that fit a parameter more often than not."""
    low = int(param.low if param.low is not None else -2)
    if param.kind == "choice":
        fitting: st.SearchStrategy[Any] = st.sampled_from(param.choices)
    elif param.kind == "bool":
        fitting = st.booleans()
    elif param.kind == "float":
        fitting = st.floats(param.low or 0, param.high or 1)
    elif param.kind == "ints":
        fitting = st.integers(low, low + 4) | st.lists(st.integers(low, low + 4), max_size=3).map(
            tuple
        )
    elif param.kind == "formula":
        fitting = st.sampled_from(["a * sigmoid(b)", "2 - a", "mean(a @ b)", "a.b", "9 ** 9"])
    elif param.kind == "equation":
        fitting = st.sampled_from(["nij,njk->nik", "...i->...", "ij,j->i", "ij", "i->j"])
    elif param.kind == "code":
        fitting = st.sampled_from([GATE, HALVES, "def f(x): return y", "class", "torch.nn:Linear"])
    elif param.kind == "shape":
        fitting = st.sampled_from(SHAPES)
    else:
        fitting = st.integers(low, low + 8)
    return st.integers(0, 29).flatmap(lambda n: fitting if n else st.sampled_from(ODD))


WIDTHS = [4, 4, 16, True, "x", (3, 1), Expression("8 // 2"), Expression("width + 1")]
GIVEN: list[dict[str, Any]] = [
    {},
    {"width": 8},
    {"width": Expression("4 * (copy + 1)")},
    {"width": Expression("copies / copy")},
    {"width": "same"},
]
"""What a node gives the block that it stands for."""


@st.composite
def layers(draw: st.DrawFn, types: list[str], before: list[str]) -> dict[str, Any]:
    """Parameters of a node, some of them set."""
    node_type = TYPES[draw(st.sampled_from(types))]
    params = {p.name: draw(values(p)) for p in node_type.params if draw(st.integers(0, 7)) == 0}
    uses = draw(st.sampled_from(before)) if before and draw(st.integers(0, 9)) == 0 else None
    return {"type": node_type.name, "params": params, "uses": uses}


@st.composite
def boards(draw: st.DrawFn, name: str, kind: BoardKind, blocks: list[Board]) -> Board:
    """A board that goes from inputs to outputs, mostly."""
    ids = draw(st.permutations([*NAMES, *(f"n{i}" for i in range(8))]))
    nodes: dict[str, Node] = {}
    wires: list[Wire] = []
    outputs: list[tuple[str, str]] = []
    for _ in range(draw(st.integers(1, 2))):
        shape = draw(st.sampled_from([*SHAPES, ("N", 4, 12, 8)]))
        dtype = draw(st.sampled_from(["float32", "float32", "float32", "int64"]))
        id = ids.pop()
        nodes[id] = Node(id, "Input", {"shape": shape, "dtype": dtype})
        outputs.append((id, "output"))
    for _ in range(draw(st.integers(0, 6))):
        types = [
            *draw(st.sampled_from([LAYERS, EASY, EASY])),
            *(["Block", "Block", "Scan"] * bool(blocks)),
        ]
        made = draw(layers(types, list(nodes)))
        id, block = ids.pop(), None
        if kind == "block" and draw(st.integers(0, 4)) == 0:
            sizes = [param.name for param in TYPES[made["type"]].params if param.kind == "int"]
            made["params"] |= {name: Expression("width") for name in sizes[:1]}
        if made["type"] in ("Block", "Scan"):
            block = draw(st.sampled_from(blocks))
            made["params"] |= {"block": block.name, **draw(st.sampled_from(GIVEN))}
        if made["type"] == "Block":
            made["params"]["repeat"] = draw(st.sampled_from([1, 1, 2]))
        shaped = with_ports(TYPES[made["type"]], made["params"])
        ports = shaped.inputs if block is None else inner(block.inputs)
        wires += draw(inputs(id, ports, outputs))
        nodes[id] = Node(id, **made)
        ports = shaped.outputs if block is None else inner(block.outputs)
        outputs += [(id, port.name) for port in ports]
    for _ in range(draw(st.integers(1, 2))):
        id = ids.pop()
        wires += draw(inputs(id, TYPES["Output"].inputs, outputs))
        nodes[id] = Node(id, "Output")
        first = next(iter(nodes))
        if kind == "block" and draw(st.booleans()):
            nodes[first] = nodes[first].with_param("next", id)
    if draw(st.integers(0, 9)) == 0:
        some = st.sampled_from(list(nodes))
        wires.append(Wire(draw(some), "output", draw(some), "input"))
    params: dict[str, Any] = {"width": draw(st.sampled_from(WIDTHS))} if kind == "block" else {}
    return Board(name, kind, nodes, tuple(dict.fromkeys(wires)), params)


def inner(ends: tuple[Node, ...]) -> tuple[Port, ...]:
    """The ports of a block, made by these nodes of it."""
    return tuple(Port(node.id) for node in ends)


@st.composite
def inputs(
    draw: st.DrawFn, id: str, ports: tuple[Port, ...], before: list[tuple[str, str]]
) -> list[Wire]:
    """Wires into a node, from outputs before it, the last more often."""
    found = []
    for port in ports:
        if port.optional and draw(st.booleans()):
            continue
        for _ in range(draw(st.integers(1, 3)) if port.many else 1):
            last = draw(st.integers(0, 3))
            source = before[-1] if last else draw(st.sampled_from(before))
            found.append(Wire(*source, id, port.name))
    return found


@st.composite
def drawn(draw: st.DrawFn) -> Project:
    """A network, perhaps over blocks."""
    made: list[Board] = []
    for number in range(draw(st.integers(0, 2))):
        made.append(draw(boards(f"B{number}", "block", made)))
    made.append(draw(boards("Net", "network", made)))
    return Project({board.name: board for board in made})


def whole(project: Project, sources: Sources, counts: dict[str, int]) -> None:
    """See a project as the checker process does; build and run its network where it is sound."""
    sources.see([project])
    compiled = check(project)
    if compiled.errors:
        return
    counts["sound"] += 1
    sources.add(compiled.source("Net"))
    if any(issue.code == "few-samples" for issue in compiled.issues):
        return
    if (
        compiled.totals["Net"].parameters < SMALL
        and (compiled.totals["Net"].activations or 0) < 10**6
    ):
        built(compiled)
        counts["run"] += 1


def built(compiled: Compiled) -> None:
    """Run the network: what comes out has the shapes that were told, at another batch size too."""
    module = compiled.network("Net")
    outputs = [n.id for n in compiled.project.boards["Net"].outputs]
    for size in (2, 3):
        found = run(module, sample(compiled, sizes={"N": size}))
        for id, tensor in zip(outputs, found, strict=True):
            signal = compiled.reports["Net"][id].inputs["input"][0]
            for dim, told in zip(tensor.shape, signal.shape, strict=True):
                assert told in ("?", dim) or isinstance(told, str), (id, signal, tensor.shape)
                assert told != "N" or dim == size
    count = sum(p.numel() for p in module.parameters())
    assert count == compiled.totals["Net"].parameters


def rows(seconds: float, seed: int) -> Iterator[Row]:
    """Draw boards."""
    counts = {"sound": 0, "run": 0}
    with Sources() as sources:
        row = search(
            "random boards of all node types",
            lambda project: whole(project, sources, counts),
            drawn(),
            seconds,
            seed,
        )
        sources.finish(row)
    row.note = f"{counts['sound']:,} sound, {counts['run']:,} of them run; {row.note}"
    yield row
