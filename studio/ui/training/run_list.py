"""The runs of the project: which are drawn, how good they were, and what can be done with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QAction, QColor, QDesktopServices, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QHeaderView,
    QInputDialog,
    QMenu,
    QMessageBox,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from studio.model.files import FileError
from studio.model.messages import RunState
from studio.model.project_identity import ProjectIdentity
from studio.model.value_names import METRIC, in_order, labels, place, role
from studio.session import runs
from studio.session.runs import Run
from studio.ui.appearance.theme import LIGHT, Theme
from studio.ui.figures.plot import short
from studio.ui.training.progress_cell import SHARE, ProgressCell, state_words

ACCURACY = "accuracy"
"""A metric that is a share, which people read in percent."""

STAMP = "%Y-%m-%d-%H%M%S"
"""How the date is written in the name of a run."""

FOLDER = Qt.ItemDataRole.UserRole

STATE, BEST = 1, 2
"""Columns, after the name."""


class RunList(QTreeWidget):
    """Runs, those under way and the newest first; the checked ones are drawn, and the selected one
    is what pause, stop and resume are about."""

    shown_changed = Signal()
    chosen = Signal(object)
    """The run that is selected, or None."""
    resume_asked = Signal()
    look_asked = Signal(object)
    """Look inside the networks of a run: its folder."""
    moved = Signal()
    """A run was renamed or deleted."""
    failed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runs")
        self.setAccessibleName("Runs of this project")
        self.setHeaderLabels(["Run", "State", "Best"])
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setIconSize(QSize(14, 10))
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (STATE, BEST):
            self.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self._cell = ProgressCell(self)
        self.setItemDelegateForColumn(STATE, self._cell)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.itemChanged.connect(lambda: self.shown_changed.emit())
        self.currentItemChanged.connect(lambda: self.chosen.emit(self.current()))
        self.project = ProjectIdentity(None)
        self.actions_under_way: Sequence[QAction] = ()
        """What can be done to the selected run while it is under way."""
        self._theme = LIGHT
        self._runs: dict[Path, Run] = {}
        self._states: Mapping[Path, RunState] = {}
        self._under_way: frozenset[Path] = frozenset()
        self._lost: frozenset[Path] = frozenset()

    # ---- what it shows -------------------------------------------------------------------------

    def forget(self) -> None:
        """Another project is open: know no run of it yet."""
        self._runs, self._states = {}, {}
        self._under_way = self._lost = frozenset()
        self._fill([], set(), None)

    def set_runs(self, found: Sequence[Run]) -> None:
        """Show these runs. Those that were checked stay so, and a first one is checked; where none
        is selected, the newest that is under way is."""
        checked, current = set(self.shown()), self.current()
        if not self._runs and found and not checked:
            checked = {run.folder for run in found if run.under_way} or {found[0].folder}
        listed = {run.folder for run in found}
        begun = [run for run in self._runs.values() if run.folder in self._states.keys() - listed]
        if current is None:
            current = next((run for run in found if run.under_way), None)
        self._fill([*begun, *found], checked, current.folder if current else None)

    def add(self, folder: Path) -> None:
        """Show a run that just begins, and draw it with those under way beside it."""
        others = [run for run in self._runs.values() if run.folder != folder]
        checked = {folder, *(set(self.shown()) & self._under_way)}
        self._fill([self._runs.get(folder, Run(folder)), *others], checked, folder)
        self.shown_changed.emit()

    def show_states(
        self,
        states: Mapping[Path, RunState],
        under_way: frozenset[Path],
        lost: frozenset[Path],
    ) -> bool:
        """Say where runs stand; whether one of them has begun or ended."""
        changed = (under_way, lost) != (self._under_way, self._lost)
        self._states, self._under_way, self._lost = dict(states), under_way, lost
        for item in self._items():
            self._show_state(item)
        return changed

    def _show_state(self, item: QTreeWidgetItem) -> None:
        folder: Path = item.data(0, FOLDER)
        state = self._states.get(folder)
        lost = folder in self._lost
        words = "" if state is None else state_words(state, folder in self._under_way, lost)
        share = -1.0
        if state is not None and folder in self._under_way:
            share = state.done / state.total if state.total else 0.0
        if (item.text(STATE), item.data(STATE, SHARE)) != (words, share):
            blocked = self.blockSignals(True)
            item.setText(STATE, words)
            item.setData(STATE, SHARE, share)
            self.blockSignals(blocked)

    def _items(self) -> Iterator[QTreeWidgetItem]:
        found = (self.topLevelItem(i) for i in range(self.topLevelItemCount()))
        return (item for item in found if item is not None)

    def _fill(self, order: Sequence[Run], checked: set[Path], current: Path | None) -> None:
        self._runs = {run.folder: run for run in order}
        blocked = self.blockSignals(True)
        if [item.data(0, FOLDER) for item in self._items()] != list(self._runs):
            self.clear()
            for run in order:
                item = QTreeWidgetItem()
                item.setData(0, FOLDER, run.folder)
                self.addTopLevelItem(item)
        for item in self._items():
            run = self._runs[item.data(0, FOLDER)]
            item.setText(0, label_of(run.folder, self.project))
            item.setText(BEST, self._score(run))
            item.setToolTip(0, self._tip(run))
            state = Qt.CheckState.Checked if run.folder in checked else Qt.CheckState.Unchecked
            item.setCheckState(0, state)
            if run.folder == current:
                self.setCurrentItem(item)
            self._show_state(item)
        self._paint()
        self.blockSignals(blocked)
        self.chosen.emit(self.current())

    def shown(self) -> list[Path]:
        """Folders of the runs that are drawn, from the top."""
        return [
            item.data(0, FOLDER)
            for item in self._items()
            if item.checkState(0) == Qt.CheckState.Checked
        ]

    def current(self) -> Run | None:
        """The run that is selected."""
        item = self.currentItem()
        return None if item is None else self._runs.get(item.data(0, FOLDER))

    def colours(self) -> dict[Path, str]:
        """The colour of each run that is drawn."""
        series = self._theme.series
        return {folder: series[i % len(series)] for i, folder in enumerate(self.shown())}

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._cell.set_theme(theme)
        self.recolour()

    def recolour(self) -> None:
        """Paint the swatches anew."""
        blocked = self.blockSignals(True)
        self._paint()
        self.blockSignals(blocked)

    def _paint(self) -> None:
        colours = self.colours()
        for item in self._items():
            item.setIcon(0, _swatch(colours.get(item.data(0, FOLDER), self._theme.border)))

    def _score(self, run: Run) -> str:
        """What its best weights reached: the first metric, the loss where there is none."""
        best = run.saved.best
        names = in_order(best)
        shown = next((n for n in names if role(n) == METRIC), next(iter(names), ""))
        if role(shown) == METRIC and place(shown)[1] == ACCURACY:
            return f"{best[shown]:.1%}"
        return short(best[shown]) if shown else ""

    def _tip(self, run: Run) -> str:
        owner = "" if run.owner is None else f"trained {run.owner}"
        lines = [run.name, run.saved.state, owner, run.saved.device, run.saved.message]
        words = labels(run.saved.best)
        lines += [f"best {words[n]} {short(run.saved.best[n])}" for n in in_order(words)]
        return "\n".join(line for line in lines if line)

    # ---- what can be done ----------------------------------------------------------------------

    def _menu(self, place: QPoint) -> None:
        run = self.current()
        if run is None or self.itemAt(place) is None:
            return
        menu = QMenu(self)
        idle = run.folder not in self._under_way
        if not idle:
            menu.addActions([action for action in self.actions_under_way if action.isEnabled()])
            menu.addSeparator()
        menu.addAction("Open folder", lambda: self.open_folder(run))
        look = menu.addAction("Look inside", lambda: self.look_asked.emit(run.folder))
        resume = menu.addAction("Resume", self.resume_asked.emit)
        menu.addSeparator()
        rename = menu.addAction("Rename…", lambda: self.ask_rename(run))
        delete = menu.addAction("Delete…", lambda: self.ask_delete(run))
        look.setEnabled(run.resumable or not idle)
        resume.setEnabled(idle and run.resumable)
        rename.setEnabled(idle)
        delete.setEnabled(idle)
        menu.exec(self.viewport().mapToGlobal(place))
        menu.deleteLater()

    def open_folder(self, run: Run) -> None:
        """Show a run's folder in the desktop's file browser."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(run.folder)))

    def ask_rename(self, run: Run) -> None:
        """Ask for another name."""
        label = runs.label_of(run.name, self.project)
        label, agreed = QInputDialog.getText(self, "Rename run", "Name of the run", text=label)
        if agreed:
            try:
                self._follow(run, runs.rename(run.folder, self.project, label))
            except FileError as error:
                self.failed.emit(str(error))
            self.moved.emit()

    def _follow(self, run: Run, folder: Path) -> None:
        """Go on showing a run that is in another folder now."""
        order = [
            replace(r, folder=folder) if r.folder == run.folder else r for r in self._runs.values()
        ]
        checked = {folder if f == run.folder else f for f in self.shown()}
        self._fill(order, checked, folder)
        self.shown_changed.emit()

    def ask_delete(self, run: Run) -> None:
        """Delete a run if the person means it."""
        answer = QMessageBox.question(
            self,
            "Delete run",
            f"Delete the run “{run.name}” with its checkpoints?\n"
            f"It is moved to the folder {runs.TRASH} beside it.",
        )
        if answer == QMessageBox.StandardButton.Yes:
            try:
                runs.delete(run.folder)
            except FileError as error:
                self.failed.emit(str(error))
            self.moved.emit()


def label_of(folder: Path, project: ProjectIdentity) -> str:
    """A run's name without the project's; a date as people write it, today's left out."""
    label = runs.label_of(folder.name, project)
    try:
        begun = datetime.strptime(label, STAMP)
    except ValueError:
        return label
    today = begun.date() == runs.now().date()
    return f"{begun:%H:%M:%S}" if today else f"{begun:%d %b, %H:%M}"


def _swatch(colour: str) -> QIcon:
    pixmap = QPixmap(28, 20)
    pixmap.setDevicePixelRatio(2.0)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#ffffff"))
    painter.drawRoundedRect(0, 1, 14, 8, 3, 3)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(1, 2, 12, 6, 2, 2)
    painter.end()
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)
    return icon
