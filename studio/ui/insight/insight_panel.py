"""The panel that shows what a network holds and does, on a sample or on own input."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nodes.declare import NodeType
from studio.model.document import Document
from studio.model.files import FileError, write_atomically
from studio.model.messages import Look, Looked, OpenRun, Probes, RunState
from studio.model.project import Project
from studio.ui.appearance.theme import LIGHT, Theme
from studio.ui.figures.figure_card import image_of, png_of
from studio.ui.insight.figure_grid import FigureGrid
from studio.ui.insight.node_choice import NodeChoice
from studio.ui.insight.requests import Requests
from studio.ui.insight.sample_picker import SamplePicker, follow_toggle
from studio.ui.insight.try_it import TryIt
from studio.ui.training.run_control import TrainerLink

ANSWER = "try it"
"""The view that shows the answer to own input."""

SPARING, LIVELY = 2000, 250
"""Milliseconds between two looks while the CPU trains, and while a GPU does."""

EMPTY = (
    "Nothing to look at yet.\nTrain a network, or right-click one of its runs under Training "
    "and choose “Look inside”."
)

LOOKING = "Looking…"

ROOMY = 880
"""From this width on, all parts are side by side."""

WIDE, NARROW = (330, 430, 550), (190, 280, 250)
"""Widths of the parts at first, where there is room and where there is little."""

TRY_IT = 180
"""Least width to try the network in."""


class InsightPanel(QWidget):
    """Shows figures of the node, probe and sample that are chosen."""

    def __init__(
        self,
        document: Document,
        types: Mapping[str, NodeType],
        link: TrainerLink,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("insight")
        self.setAccessibleName("Look inside")
        self._document, self._types, self._link = document, types, link
        self._theme = LIGHT
        self._probes: Probes | None = None
        self._run: RunState | None = None
        self._value: Any = None
        self._stale = False
        self._roomy, self._shared = True, False
        self.requests = Requests(link.send)
        self.follow = follow_toggle(self)
        self.choice = NodeChoice(self.follow, self)
        self.sample = SamplePicker(self)
        self.grid = FigureGrid(self)
        self.grid.empty.setText(EMPTY)
        self.try_it = TryIt(self)
        self.own = OwnInput(self)
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self._follow)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.export = QToolButton(self)
        self.export.setText("Export…")
        self.export.setObjectName("insight_export")
        self.export.setAccessibleName("Export the figures as a picture")
        self.export.setEnabled(False)
        tools = QHBoxLayout()
        tools.setContentsMargins(8, 2, 8, 2)
        tools.addWidget(self.sample)
        tools.addWidget(self.own)
        tools.addStretch()
        tools.addWidget(self.export)
        middle = QWidget(self)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(tools)
        column.addWidget(self.grid, 1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self.try_it)
        scroll.setMinimumWidth(TRY_IT)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        for part in (self.choice, middle, scroll):
            self.splitter.addWidget(part)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes(WIDE)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.addWidget(self.splitter)

    def _connect(self) -> None:
        self.choice.changed.connect(self._chosen)
        self.sample.changed.connect(self._sample_changed)
        self.follow.toggled.connect(self._follow)
        self.export.clicked.connect(self._export)
        self.try_it.asked.connect(self._try)
        self.try_it.cleared.connect(self._use_sample)
        self.own.given_up.connect(self._use_sample)
        self._link.probes.connect(self._told_probes)
        self._link.looked.connect(self._looked)
        self._link.run_state.connect(self._told_state)
        self._link.trainer_gone.connect(self._gone)
        self._document.subscribe(self._project_changed)

    # ---- what the window tells -----------------------------------------------------------------

    def show_node(self, board: str, node: str) -> None:
        """Choose the node that is selected on the canvas, where it can be looked into."""
        self.choice.choose(board, node)

    def open_run(self, folder: Path) -> None:
        """Look into the networks of a run, as it trains here or as its checkpoint has them."""
        self._link.send(OpenRun(folder))

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.grid.set_theme(theme)
        self.try_it.set_theme(theme)

    def sizeHint(self) -> QSize:
        """Wide and low."""
        return QSize(1100, 360)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room out anew where it becomes much or little."""
        super().resizeEvent(event)
        roomy = self.width() >= ROOMY
        if roomy != self._roomy:
            self._roomy = roomy
            self.choice.set_wide(roomy)
            QTimer.singleShot(0, self, self._share)

    def _share(self) -> None:
        self.splitter.setSizes(WIDE if self._roomy else NARROW)

    # ---- asking --------------------------------------------------------------------------------

    def _chosen(self) -> None:
        self.requests.forget(frozenset({ANSWER}))
        self.grid.set_views([f"{self.choice.path()}\n{name}" for name in self.choice.chosen()])
        self._ask()

    def _sample_changed(self) -> None:
        self._use_sample()

    def _use_sample(self) -> None:
        self._set_value(None)
        self._ask()

    def _set_value(self, value: Any) -> None:
        self._value = value
        self.own.setVisible(value is not None)
        self.sample.setVisible(value is None)

    def _ask(self) -> None:
        """Ask for everything that is chosen; later, if nobody sees it."""
        if not self.isVisible():
            self._stale = True
            return
        self._stale = False
        if self._probes is None:
            return
        path = self.choice.path()
        for name in self.choice.chosen():
            self.requests.ask(f"{path}\n{name}", partial(self._look, name, path, self._value, {}))

    def _try(self, probe: str, value: Any, options: Mapping[str, Any]) -> None:
        self._set_value(value)
        self.requests.ask(ANSWER, partial(self._look, probe, "", value, options))
        self._ask()

    def _look(
        self, probe: str, path: str, value: Any, options: Mapping[str, Any], ticket: int
    ) -> Look:
        return Look(
            ticket,
            probe,
            self.choice.network.currentText(),
            path,
            self.sample.part,
            self.sample.index.value(),
            value,
            options,
        )

    # ---- answers -------------------------------------------------------------------------------

    def _looked(self, looked: Looked) -> None:
        view = self.requests.answered(looked.ticket)
        if view is None:
            return
        if view == ANSWER:
            if looked.error:
                self.try_it.show_words(looked.error)
            else:
                self.try_it.show_figures(looked.figures)
        elif looked.error:
            self.grid.show_words(view, looked.error)
        else:
            self.grid.show_figures(view, looked.figures)
        self.export.setEnabled(bool(self.grid.figures()))
        if self.requests.idle:
            self._plan()

    def _told_probes(self, probes: Probes) -> None:
        before, self._probes = self._probes, probes
        if self._run is not None and self._run.folder != probes.folder:
            self._run = None
        self.grid.empty.setText(LOOKING if probes.networks else EMPTY)
        if before is None or before.samples != probes.samples:
            self.sample.set_counts(probes.samples)
        self.try_it.set_probes(probes)
        self.choice.set_networks(probes.networks, probes.places)
        if before is not None and before.networks == probes.networks:
            self._ask()

    def _told_state(self, state: RunState) -> None:
        if self._probes is None or self._probes.folder not in (None, state.folder):
            return
        before, self._run = self._run, state
        if before is None or before.state != state.state:
            self._follow()

    def _gone(self, run: Path | None) -> None:
        if self._probes is None or self._probes.folder != run:
            return
        self.requests.forget()
        self.try_it.prompt.set_busy(False)

    def _project_changed(self, before: Project | None, after: Project) -> None:
        if before is None:
            self._again.stop()
            self.requests.forget()
            self._run = None
            self._told_probes(Probes({}, {}))
            self.try_it.clear()
            self.export.setEnabled(False)

    # ---- following -----------------------------------------------------------------------------

    def _plan(self) -> None:
        """Look again after a while, if it trains."""
        if self._run is not None and self._run.state == "training":
            self._again.start(SPARING if self._run.device in ("", "cpu") else LIVELY)

    def _follow(self) -> None:
        if self.follow.isChecked() and self._run is not None and self.requests.idle:
            self._ask()

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for what has changed in between."""
        super().showEvent(event)
        if self._stale:
            QTimer.singleShot(0, self, self._ask)
        self._plan()
        if not self._shared:
            self._shared = True
            QTimer.singleShot(0, self, self._share)

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask for nothing while nobody looks."""
        super().hideEvent(event)
        self._again.stop()

    # ---- taking away ---------------------------------------------------------------------------

    def _export(self) -> None:
        start = self._document.path.parent if self._document.path else Path.home()
        chosen, _ = QFileDialog.getSaveFileName(
            self, "Export the figures", str(start / "figures.png"), "PNG (*.png)"
        )
        if chosen:
            try:
                self.export_png(Path(chosen))
            except FileError as error:
                self.try_it.show_words(str(error))

    def export_png(self, path: Path) -> None:
        """Write all figures that are shown as one picture. Raises FileError."""
        write_atomically(path, png_of(image_of(self.grid.inner)))


class OwnInput(QWidget):
    """Says that the figures are of the person's own input, and offers the way back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._back = QPushButton("Back to samples", self)
        self._back.setObjectName("back_to_samples")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(QLabel("Your own input", self))
        line.addWidget(self._back)
        self.given_up = self._back.clicked
        self.hide()
