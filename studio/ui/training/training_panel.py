"""The panel with the form, the run under way and the curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QDoubleValidator, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nodes.declare import NodeType
from studio.model.document import Document
from studio.model.files import FileError
from studio.model.messages import TrainerReady
from studio.model.project import Project
from studio.model.value_names import in_order, value_names
from studio.session.metrics_reader import Grown, Listed, MetricsReader
from studio.session.runs import Run
from studio.ui.appearance.theme import LIGHT, Theme
from studio.ui.training.curve_export import export
from studio.ui.training.curves_area import CurvesArea
from studio.ui.training.run_control import RunControl, TrainerLink
from studio.ui.training.run_list import RunList, label_of
from studio.ui.training.run_status import RunStatus
from studio.ui.training.training_form import TrainingForm

SPARING = 1.0
"""Seconds between two looks at the metrics while the CPU trains, or nothing does."""

LIVELY = 1 / 30
"""The same where a GPU trains."""


ANSWERED = 300
"""Milliseconds in which a run of another process has most likely done what was asked of it."""

RATE_HINT = "such as 1e-4, then Enter"
"""What stands in the field for the learning rate until one was typed."""

NARROW = 760
"""Below this width the runs are under the curves."""

NARROWEST = 620
"""Below this width the curves are under the form."""


class _Mail(QObject):
    """What the reader's thread says, as a signal that outlives the panel."""

    came = Signal(object)


class TrainingPanel(QWidget):
    """Trains the project and shows how its runs go."""

    show_node = Signal(str, str)
    """Board and node that a message is about."""
    look_inside = Signal(object)
    """The folder of a run whose networks are to be looked into."""
    board_added = Signal(str)

    def __init__(
        self,
        document: Document,
        types: Mapping[str, NodeType],
        link: TrainerLink,
        control: RunControl,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("training")
        self.setAccessibleName("Training")
        self._document, self._types, self._theme = document, types, LIGHT
        self.control = control
        self.run_actions = self.control.actions
        self.form = TrainingForm(document, types, self)
        self.status = RunStatus(self)
        self.curves = CurvesArea(self)
        self.runs = RunList(self)
        self.live_rate = self._live_rate()
        self._build()
        self._connect(link)
        mail = _Mail()
        mail.came.connect(self._received, Qt.ConnectionType.QueuedConnection)
        self._reader = MetricsReader(lambda message: mail.came.emit(message))
        self.destroyed.connect(self._reader.close)
        self._expect()
        self._follow()
        self._show_state()

    # ---- construction --------------------------------------------------------------------------

    def _build(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        for action in self.control.actions.values():
            button = QToolButton(self)
            button.setDefaultAction(action)
            button.setObjectName(f"button_{action.objectName().removeprefix('run_')}")
            button.setAccessibleName(action.text())
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            buttons.addWidget(button)
        buttons.addStretch()
        left = QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(8)
        column.addLayout(buttons)
        column.addWidget(self.status)
        live = QHBoxLayout()
        live.addWidget(self._live_label)
        live.addWidget(self.live_rate)
        column.addLayout(live)
        column.addWidget(self.form)
        column.addStretch()
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(left)
        scroll.setMinimumWidth(left.minimumSizeHint().width() + 16)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.right = QSplitter(Qt.Orientation.Horizontal, self)
        for splitter, parts, sizes in (
            (self.right, (self.curves, self.runs), [620, 240]),
            (self.splitter, (scroll, self.right), [300, 860]),
        ):
            for widget in parts:
                splitter.addWidget(widget)
            splitter.setSizes(sizes)
        self.right.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        layout.addWidget(self.splitter)

    def _live_rate(self) -> QLineEdit:
        self._live_label = QLabel("New learning rate", self)
        line = QLineEdit(self)
        line.setObjectName("live_learning_rate")
        line.setAccessibleName("Learning rate of the chosen run")
        line.setToolTip(
            "Change the learning rate while the chosen run trains: type a number, press Enter. "
            "Warm-up and schedule apply to it."
        )
        line.setPlaceholderText(RATE_HINT)
        line.setValidator(QDoubleValidator(0.0, 1e6, 12, line))
        line.returnPressed.connect(self._send_rate)
        self._live_label.setBuddy(line)
        return line

    def _connect(self, link: TrainerLink) -> None:
        self.control.changed.connect(self._show_state)
        self.control.started.connect(self._started)
        self.control.refused.connect(self._say)
        again = QTimer(self, singleShot=True, interval=ANSWERED)
        again.timeout.connect(lambda: self._reader.list_again())
        self.control.steered.connect(again.start)
        self.runs.actions_under_way = [self.run_actions[n] for n in ("pause", "go_on", "stop")]
        self.status.show_node.connect(self.show_node)
        self.form.board_added.connect(self.board_added)
        self.runs.shown_changed.connect(self._follow)
        self.runs.chosen.connect(self.control.choose)
        self.runs.resume_asked.connect(self.control.resume)
        self.runs.look_asked.connect(self.look_inside)
        self.runs.moved.connect(lambda: self._reader.list_again())
        self.runs.failed.connect(self._say)
        self.curves.export_asked.connect(self._export)
        link.trainer_ready.connect(self._ready)
        self._document.subscribe(self._project_changed)

    # ---- what the window tells -----------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for part in (self.form, self.status, self.runs, self.curves):
            part.set_theme(theme)
        self._follow()

    def close_reader(self) -> None:
        """End the thread that reads metrics."""
        self._reader.close()

    def sizeHint(self) -> QSize:
        """Wide and low."""
        return QSize(1100, 320)

    def minimumSizeHint(self) -> QSize:
        """So small that it can still be used, by scrolling."""
        return QSize(320, 160)

    # ---- what happens --------------------------------------------------------------------------

    def _ready(self, ready: TrainerReady) -> None:
        self.form.set_devices(ready.devices)

    def _project_changed(self, before: Project | None, after: Project) -> None:
        if before is None:
            self.runs.forget()
            self._forget_rate()
            self._follow()
            self.curves.show_all()
        elif self._document.identity != self.runs.project:
            self._follow()
        if before is None or before.boards is not after.boards:
            self._expect()

    def _started(self, folder: Path) -> None:
        self._forget_rate()
        self.runs.add(folder)

    def _show_state(self) -> None:
        control, known = self.control, self.control.known
        self.status.show_state(control.state, control.words, control.folder in known.lost)
        self.live_rate.setVisible(control.under_way)
        self._live_label.setVisible(control.under_way)
        ended = self.runs.show_states(known.states, known.under_way, frozenset(known.lost))
        if ended:
            self._reader.list_again()
        self._set_pace()

    def _say(self, words: str) -> None:
        self.status.show_state(self.control.state, words)

    def _send_rate(self) -> None:
        value, fits = self.live_rate.locale().toDouble(self.live_rate.text())
        if not fits:
            value = float(self.live_rate.text())
        self.control.set_learning_rate(value)
        self.live_rate.clear()
        self.live_rate.setPlaceholderText(f"{value:g}")

    def _forget_rate(self) -> None:
        self.live_rate.clear()
        self.live_rate.setPlaceholderText(RATE_HINT)

    # ---- curves --------------------------------------------------------------------------------

    def _expect(self) -> None:
        self.curves.expect(in_order(value_names(self._document.project, self._types)))

    def _follow(self) -> None:
        """Read and draw the runs that are checked."""
        self.runs.project = self._document.identity
        self.runs.recolour()
        folders = self.runs.shown()
        names = {folder: label_of(folder, self._document.identity) for folder in folders}
        self.curves.set_runs(names, self.runs.colours())
        self._set_pace()

    def _set_pace(self) -> None:
        self._reader.follow(self._document.identity, self.runs.shown(), self._pace())

    def _pace(self) -> float | None:
        if not self.isVisible():
            return None
        known = self.control.known
        devices = {known.states[folder].device for folder in known.own}
        return LIVELY if devices and not devices & {"", "cpu"} else SPARING

    def _received(self, message: Listed | Grown) -> None:
        if isinstance(message, Listed):
            if message.project == self.runs.project:
                self.control.listed(message)
                self._list(message.runs)
            return
        self.curves.grow(message)

    def _list(self, found: Sequence[Run]) -> None:
        shown = self.runs.shown()
        self.runs.set_runs(found)
        if self.runs.shown() != shown:
            self._follow()

    def _export(self, kind: str) -> None:
        name = f"{self._document.identity.stem} curves.{kind}"
        start = (self._document.path.parent if self._document.path else Path.home()) / name
        chosen, _ = QFileDialog.getSaveFileName(
            self, "Export the curves", str(start), f"{kind.upper()} (*.{kind})"
        )
        if chosen:
            try:
                export(self.curves, Path(chosen), kind)
            except FileError as error:
                self._say(str(error))

    # ---- events --------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the runs beside the curves, or below where it is narrow."""
        super().resizeEvent(event)
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        beside = across if self.width() >= NARROW else down
        if beside != self.right.orientation():
            self.right.setOrientation(beside)
            self.right.setSizes([620, 240])
        way = across if self.width() >= NARROWEST else down
        if way != self.splitter.orientation():
            self.splitter.setOrientation(way)
            self.splitter.setSizes([300, 860] if way == across else [380, 620])

    def showEvent(self, event: QShowEvent) -> None:
        """Read metrics again, from where reading stopped while nobody looked."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self._set_pace)

    def hideEvent(self, event: QHideEvent) -> None:
        """Read nothing while nobody looks."""
        super().hideEvent(event)
        QTimer.singleShot(0, self, self._set_pace)
