"""The runs of the project: which are drawn, how good they were, and what can be done with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QColor, QDesktopServices, QIcon, QPainter, QPixmap
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
from studio.model.project_identity import ProjectIdentity
from studio.model.value_names import METRIC, in_order, labels, role
from studio.session import runs
from studio.session.runs import Run
from studio.ui.appearance.theme import LIGHT, Theme
from studio.ui.figures.plot import short

ACCURACY = METRIC + "accuracy"
"""A share, which people read in percent."""

STAMP = "%Y-%m-%d-%H%M%S"
"""How the date is written in the name of a run."""

FOLDER = Qt.ItemDataRole.UserRole


class RunList(QTreeWidget):
    """Runs, newest first; the checked ones are drawn."""

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
        self.setHeaderLabels(["Run", "Best"])
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setIconSize(QSize(14, 10))
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.itemChanged.connect(lambda: self.shown_changed.emit())
        self.currentItemChanged.connect(lambda: self.chosen.emit(self.current()))
        self.project = ProjectIdentity(None)
        self.running: Path | None = None
        """The folder that is being written now."""
        self._theme = LIGHT
        self._runs: dict[Path, Run] = {}

    # ---- what it shows -------------------------------------------------------------------------

    def forget(self) -> None:
        """Another project is open: know no run of it yet."""
        self._runs, self.running = {}, None
        self._fill([], set(), None)

    def set_runs(self, found: Sequence[Run]) -> None:
        """Show these runs; those that were checked stay so, and a first one is checked."""
        checked, current = set(self.shown()), self.current()
        if not self._runs and found and not checked:
            checked = {found[0].folder}
        kept = [] if self.running is None else [self._runs.get(self.running, Run(self.running))]
        listed = {run.folder for run in found}
        self._runs = {run.folder: run for run in (*kept, *found)}
        order = [*(run for run in kept if run.folder not in listed), *found]
        self._fill(order, checked, current.folder if current else None)

    def add(self, folder: Path) -> None:
        """Show a run that just begins, and draw it alone."""
        self.running = folder
        others = [run for run in self._runs.values() if run.folder != folder]
        self._runs = {folder: runs.read_run(folder), **{run.folder: run for run in others}}
        self._fill([self._runs[folder], *others], {folder}, folder)
        self.shown_changed.emit()

    def _fill(self, order: Sequence[Run], checked: set[Path], current: Path | None) -> None:
        blocked = self.blockSignals(True)
        self.clear()
        for run in order:
            item = QTreeWidgetItem([self._label(run), self._score(run)])
            item.setData(0, FOLDER, run.folder)
            item.setToolTip(0, self._tip(run))
            state = Qt.CheckState.Checked if run.folder in checked else Qt.CheckState.Unchecked
            item.setCheckState(0, state)
            self.addTopLevelItem(item)
            if run.folder == current:
                self.setCurrentItem(item)
        self._paint()
        self.blockSignals(blocked)
        self.chosen.emit(self.current())

    def shown(self) -> list[Path]:
        """Folders of the runs that are drawn, from the top."""
        items = (self.topLevelItem(i) for i in range(self.topLevelItemCount()))
        return [
            item.data(0, FOLDER)
            for item in items
            if item is not None and item.checkState(0) == Qt.CheckState.Checked
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
        self.recolour()

    def recolour(self) -> None:
        """Paint the swatches anew."""
        blocked = self.blockSignals(True)
        self._paint()
        self.blockSignals(blocked)

    def _paint(self) -> None:
        colours = self.colours()
        for i in range(self.topLevelItemCount()):
            item = self.topLevelItem(i)
            if item is not None:
                item.setIcon(0, _swatch(colours.get(item.data(0, FOLDER), self._theme.border)))

    def _label(self, run: Run) -> str:
        name = label_of(run.folder, self.project)
        return name if run.folder != self.running else f"now · {name.rpartition(', ')[2]}"

    def _score(self, run: Run) -> str:
        """What its best weights reached: the first metric, the loss where there is none."""
        best = run.saved.best
        names = in_order(best)
        shown = next((n for n in names if role(n) == METRIC), next(iter(names), ""))
        if shown == ACCURACY:
            return f"{best[shown]:.1%}"
        return short(best[shown]) if shown else ""

    def _tip(self, run: Run) -> str:
        lines = [run.name, run.saved.state, run.saved.device, run.saved.message]
        words = labels(run.saved.best)
        lines += [f"best {words[n]} {short(run.saved.best[n])}" for n in in_order(words)]
        return "\n".join(line for line in lines if line)

    # ---- what can be done ----------------------------------------------------------------------

    def _menu(self, place: QPoint) -> None:
        run = self.current()
        if run is None or self.itemAt(place) is None:
            return
        menu = QMenu(self)
        idle = run.folder != self.running
        menu.addAction("Open folder", lambda: self.open_folder(run))
        look = menu.addAction("Look inside", lambda: self.look_asked.emit(run.folder))
        resume = menu.addAction("Resume", self.resume_asked.emit)
        menu.addSeparator()
        rename = menu.addAction("Rename…", lambda: self.ask_rename(run))
        delete = menu.addAction("Delete…", lambda: self.ask_delete(run))
        look.setEnabled(idle and run.resumable)
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
        self._runs = {r.folder: r for r in order}
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
    """A run's name without the project's; a date as people write it."""
    label = runs.label_of(folder.name, project)
    try:
        return f"{datetime.strptime(label, STAMP):%d %b, %H:%M:%S}"
    except ValueError:
        return label


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
