"""From a parameter edit in a network of 1,000 layers to new shapes on the screen."""

from __future__ import annotations

import gc
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_DATA_HOME"] = tempfile.mkdtemp()

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from studio.model.edits import SetParam
from studio.model.messages import NodesChecked
from studio.model.project import Board, Node, Project, Wire
from studio.ui.processes.process_link import ProcessLink
from studio.ui.window.startup import after_first_paint
from studio.ui.window.window import Window
from studio.ui.window.window_settings import WindowSettings
from tests.bench.table import Row

LAYERS = 1000
PAINT = {QEvent.Type.Paint, QEvent.Type.UpdateRequest, QEvent.Type.Expose}


class Timed(QApplication):
    """Remembers the longest that an event held the window's thread, painting aside."""

    longest = 0.0
    what = ""
    _painting = 0.0

    def notify(self, receiver: QObject, event: QEvent) -> bool:
        kind, start, painted = event.type(), time.perf_counter(), self._painting
        done = super().notify(receiver, event)
        took = time.perf_counter() - start
        if kind in PAINT:
            self._painting = painted + took
        elif took - (self._painting - painted) > self.longest:
            self.longest = took - (self._painting - painted)
            self.what = f"{kind.name} of {type(receiver).__name__}"
        return done


def network() -> Board:
    """A chain of convolutions, all of different widths."""
    nodes = {"image": Node("image", "Input", {"shape": ("N", 3, 32, 32)})}
    wires, before = [], "image"
    for number in range(LAYERS - 2):
        width = 8 + number * 7 % LAYERS
        params = {"out_channels": width, "kernel_size": 3, "padding": 1}
        place = ((number + 1) % 40 * 240.0, (number + 1) // 40 * 140.0)
        node = Node(f"conv{number}", "Conv2d", params, place)
        nodes[node.id] = node
        wires.append(Wire(before, "output", node.id, "input"))
        before = node.id
    nodes["result"] = Node("result", "Output")
    wires.append(Wire(before, "output", "result", "input"))
    return Board("Large", "network", nodes, tuple(wires))


class _Watch:
    """When the shapes of an edit arrive, and are on the screen."""

    def __init__(self, window: Window, app: Timed) -> None:
        self._app, self._window = app, window
        self._first = 0.0
        self._seen: set[str] = set()
        window.link.nodes_checked.connect(self._arrived)

    def _arrived(self, message: NodesChecked) -> None:
        self._first = self._first or time.perf_counter()
        self._seen |= message.reports.keys()

    def measure(self, project: Project, wanted: set[str]) -> tuple[float, float]:
        """Seconds from an edit to the first new shape, and to all that are wanted, painted."""
        self._first, self._seen = 0.0, set()
        start = time.perf_counter()
        self._window.document.edit("Measure", project)
        self.wait(lambda: wanted <= self._seen)
        canvas = self._window.tabs.canvas
        assert canvas is not None
        canvas.repaint()
        return self._first - start, time.perf_counter() - start

    def has(self, node: str) -> bool:
        """Whether a report of that node has come."""
        return node in self._seen

    def settle(self) -> None:
        """Wait until nothing is under way."""
        quiet = time.perf_counter()
        while time.perf_counter() - quiet < 1.0:
            before = len(self._seen)
            self._app.processEvents()
            time.sleep(0.002)
            if len(self._seen) != before:
                quiet = time.perf_counter()

    def wait(self, done: Callable[[], bool]) -> None:
        """Let the window work until something is done."""
        end = time.perf_counter() + 60
        while not done():
            if time.perf_counter() > end:
                raise TimeoutError("the checker did not answer")
            self._app.processEvents()
            time.sleep(0.0005)


def rows() -> Iterator[Row]:
    """A local edit, an edit that changes every shape, and how long the window was held."""
    app = QApplication.instance() or Timed([])
    assert isinstance(app, Timed)
    window = Window(WindowSettings(), ProcessLink())
    window.show()
    watch = _Watch(window, app)
    watch.wait(lambda: window.isVisible())
    after_first_paint(window)
    watch.settle()
    window.document.load(Project({"Large": network()}), None)
    watch.wait(lambda: watch.has("result"))
    watch.settle()
    app.longest = 0.0
    project, local = window.document.project, []
    for number in range(11):
        project = SetParam("Large", "conv500", "out_channels", 50 + number).apply(project)
        local.append(watch.measure(project, {"conv500", "conv501"})[1])
        watch.settle()
    first, every = [], []
    everything = set(project.boards["Large"].nodes)
    for number in range(5):
        project = SetParam("Large", "image", "shape", ("N", 3, 33 + number, 32)).apply(project)
        begun, done = watch.measure(project, everything)
        first.append(begun)
        every.append(done)
        watch.settle()
    yield Row("1,000 layers: a local edit to shapes on the screen", _ms(local), 30, "ms")
    yield Row("1,000 layers: every shape changes, the first", _ms(first), 100, "ms")
    yield Row("1,000 layers: every shape changes, all", statistics.median(every), 1.0, "s")
    yield Row(
        "longest hold of the window's thread meanwhile", app.longest * 1000, 8, "ms", app.what
    )
    window.link.close()
    window.hide()
    app.processEvents()
    gc.collect()  # not while the next group measures


def _ms(seconds: list[float]) -> float:
    return statistics.median(seconds) * 1000
