"""Writes a Scan: the loop that applies a block at each step of a sequence."""

from __future__ import annotations

from studio.compile import scanning
from studio.compile.board_flow import BoardFlow
from studio.compile.node_statements import COPY, NodeStatements
from studio.compile.source_lines import INDENT, expression, statement
from studio.model.block_values import argument, in_words
from studio.model.names import unused
from studio.model.project import Node


def scan_lines(
    node: Node, holder: Node, child: BoardFlow, nodes: NodeStatements, reverse: bool
) -> list[str]:
    """The statements of forward that compute a node which scans; `holder` owns its weights, and
    `child` is one step of it."""
    writer = _Scan(node, holder, child, nodes)
    return [*writer.starts(), *writer.loop(reverse), *writer.results(reverse)]


class _Scan:
    def __init__(self, node: Node, holder: Node, child: BoardFlow, nodes: NodeStatements) -> None:
        self._node, self._holder, self._child, self._nodes = node, holder, child, nodes
        self._block = child.board
        self._carried = {state.next: state for state in scanning.states(self._block)}
        taken = nodes.names
        self._out = {port: nodes.variables[node.id, port] for port in child.outputs}
        self._collected = [
            port
            for port in child.outputs
            if port not in self._carried and port in nodes.used[node.id]
        ]
        self._step: dict[str, str] = {}
        """What an input or output is called at one step, by its name in the block."""
        for input in scanning.sequences(self._block):
            self._step[input.id] = unused(f"{self._source(input.id)}_t", taken)
            taken.add(self._step[input.id])
        for port in child.outputs:
            if port in self._carried:
                self._step[port] = self._step[self._carried[port].id] = self._out[port]
            else:
                name = unused(f"{self._out[port]}_t", taken) if port in self._collected else "_"
                self._step[port] = name
                taken.add(name)
        self._steps = {}
        for port in self._collected:
            self._steps[port] = unused(f"{self._out[port]}_steps", taken)
            taken.add(self._steps[port])

    def _source(self, port: str) -> str:
        """What is wired to an input; empty where nothing is."""
        return next(iter(self._nodes.sources(self._node.id, port)), "")

    def starts(self) -> list[str]:
        """What states begin as, and lists for what is put out."""
        lines = []
        for port, state in self._carried.items():
            start = self._source(state.id) or self._zeros(state)
            lines.append(statement(2, self._out[port], start))
        return [*lines, *(statement(2, name, "[]") for name in self._steps.values())]

    def _zeros(self, state: Node) -> str:
        """Zeros of the shape that a state declares."""
        first = scanning.sequences(self._block)[0].id
        given = {name: argument(name, self._block, self._holder) for name in self._block.params}
        shapes = {id: self._child.values[id]["shape"] for id in self._child.given or ()}
        declared = state.params.get("shape", shapes[state.id])
        entries = declared if isinstance(declared, tuple) else (declared,)
        texts = []
        for where, entry in zip(scanning.sources(self._block, state, shapes), entries, strict=True):
            if isinstance(where, tuple):
                port, axis = where
                texts.append(f"{self._source(port)}.size({axis + (axis >= scanning.ALONG)})")
            else:
                texts.append(self._nodes.text(in_words(entry, given), where, True, attributes=True))
        dtypes = (
            [self._child.given[id].dtype for id in (first, state.id)] if self._child.given else []
        )
        if len(set(dtypes)) > 1:
            texts.append(f"dtype={dtypes[1]}")
        return f"{self._source(first)}.new_zeros({', '.join(texts)})"

    def loop(self, reverse: bool) -> list[str]:
        """The loop over the steps."""
        nodes, inputs = self._nodes, scanning.sequences(self._block)
        names = ", ".join(self._step[input.id] for input in inputs)
        each = [f"{self._source(input.id)}.unbind({scanning.ALONG})" for input in inputs]
        along = each[0]
        if nodes.tapped:
            names = f"{COPY}, {names}" if len(inputs) == 1 else f"{COPY}, ({names})"
            along = each[0] if len(inputs) == 1 else f"zip({', '.join(each)}, strict=True)"
            along = f"enumerate({along})"
            along = f"reversed(list({along}))" if reverse else along
        else:
            each = [f"reversed({text})" if reverse else text for text in each]
            along = each[0] if len(inputs) == 1 else f"zip({', '.join(each)}, strict=True)"
        entering, depth = nodes.entering(self._node.id, 3, COPY)
        target = ", ".join(self._step[port] for port in self._child.outputs)
        given = ", ".join(self._step[input.id] for input in self._block.inputs)
        called = statement(depth, target, f"self.{self._holder.id}({given})")
        appended = [
            expression(3, f"{self._steps[port]}.append({self._step[port]})")
            for port in self._collected
        ]
        return [f"{INDENT * 2}for {names} in {along}:", *entering, called, *appended]

    def results(self, reverse: bool) -> list[str]:
        """What was put out at all steps, as sequences."""
        lines = []
        for port in self._collected:
            every = self._steps[port] + ("[::-1]" if reverse else "")
            stacked = f"torch.stack({every}, {scanning.ALONG})"
            shape = self._nodes.shapes(self._node.id, port)
            lines.append(statement(2, self._out[port], stacked, shape))
        return lines
