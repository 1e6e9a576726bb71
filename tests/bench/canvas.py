"""The canvas with many nodes, beside a published Qt node-graph package."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from OdenGraphQt import BaseNode, NodeGraph
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from nodes.catalogue import builtin
from studio.model.document import Document
from studio.model.project import Board, Node, Project, Wire
from studio.ui.appearance.theme import LIGHT
from studio.ui.canvas.canvas import Canvas
from tests.bench.table import Row

SIZE = (1600, 1000)
GOALS = {1000: (0.5, 8.0, 4.0), 5000: (2.5, 16.0, 4.0)}
COLUMNS = 50


def rows() -> Iterator[Row]:
    """Opening a board, a frame with everything in view, a frame at 1:1."""
    app = QApplication.instance() or QApplication([])
    assert app is not None
    for count, (load, far, near) in GOALS.items():
        other = _Other(count) if count == 1000 else None
        canvas, opened = _open(count)
        yield Row(f"{count:,} nodes: open", opened, load, "s", other.load if other else "")
        canvas.frame_all()
        yield Row(
            f"{count:,} nodes: frame, all in view",
            _frame(canvas, canvas.pan_by),
            far,
            "ms",
            other.far if other else "",
        )
        canvas.reset_zoom()
        yield Row(
            f"{count:,} nodes: frame at 1:1",
            _frame(canvas, canvas.pan_by),
            near,
            "ms",
            other.near if other else "",
        )
        canvas.close()


def board(count: int) -> Board:
    """A chain of convolutions with a skip every ten nodes, in rows."""
    nodes: dict[str, Node] = {}
    wires: list[Wire] = []
    for number in range(count):
        place = (number % COLUMNS * 220.0, number // COLUMNS * 140.0)
        if number == 0:
            node = Node("image", "Input", {"shape": ("N", 16, 32, 32)}, place)
        elif number % 10 == 0:
            node = Node(f"add{number}", "Add", {}, place)
        else:
            node = Node(f"conv{number}", "Conv2d", {"kernel_size": 3, "padding": 1}, place)
        before = list(nodes)
        nodes[node.id] = node
        port = "inputs" if node.type == "Add" else "input"
        if before:
            wires.append(Wire(before[-1], "output", node.id, port))
        if node.type == "Add":
            wires.append(Wire(before[-9], "output", node.id, port))
    return Board("Large", "network", nodes, tuple(wires))


def _open(count: int) -> tuple[Canvas, float]:
    project = Project({"Large": board(count)})
    start = time.perf_counter()
    canvas = Canvas(Document(project), "Large", builtin().types, LIGHT)
    canvas.resize(*SIZE)
    canvas.show()
    canvas.frame_all()
    _paint(canvas)
    return canvas, time.perf_counter() - start


def _paint(widget: QWidget) -> None:
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    widget.render(image)


def _frame(widget: QWidget, pan: Callable[[float, float], object]) -> float:
    """Milliseconds of a frame while panning: the median of many, after a few to fill caches."""
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    found = []
    for number in range(25):
        pan(3.0 if number % 2 else -3.0, 0.0)
        start = time.perf_counter()
        widget.render(image)
        found.append(time.perf_counter() - start)
    return statistics.median(found[5:]) * 1000


class _LayerNode(BaseNode):
    __identifier__ = "bench"
    NODE_NAME = "Layer"

    def __init__(self) -> None:
        super().__init__()
        self.add_input("input", multi_input=True)
        self.add_output("output")


class _Other:
    """The same board in the other package."""

    def __init__(self, count: int) -> None:
        start = time.perf_counter()
        graph = NodeGraph()
        graph.register_node(_LayerNode)
        made: list[BaseNode] = []
        for number in range(count):
            node = graph.create_node(
                "bench._LayerNode",
                name=f"conv{number}",
                push_undo=False,
                selected=False,
                pos=(number % COLUMNS * 220.0, number // COLUMNS * 140.0),
            )
            if made:
                made[-1].set_output(0, node.input(0))
            if number and number % 10 == 0:
                made[-9].set_output(0, node.input(0))
            made.append(node)
        widget = graph.widget
        widget.resize(*SIZE)
        widget.show()
        _paint(widget)
        self.load = f"OdenGraphQt: {time.perf_counter() - start:.3g} s"
        pan = graph.viewer()._set_viewer_pan
        graph.viewer().zoom_to_nodes(graph.viewer().all_nodes())
        self.far = f"OdenGraphQt: {_frame(widget, pan):.3g} ms"
        graph.reset_zoom()
        self.near = f"OdenGraphQt: {_frame(widget, pan):.3g} ms"
        widget.close()
