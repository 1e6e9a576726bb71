"""How far the run is, in words and in a bar."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from studio.model.messages import RunState
from studio.ui.appearance.theme import LIGHT, Theme

WORDS = {
    "preparing": "Preparing…",
    "training": "Training",
    "paused": "Paused",
    "finished": "Finished",
    "stopped": "Stopped",
    "failed": "Failed",
}


class RunStatus(QWidget):
    """Progress bar, rate, time left, and what there is to say."""

    show_node = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._state: RunState | None = None
        self._bad = False
        self.bar = QProgressBar(self)
        self.bar.setObjectName("training_progress")
        self.bar.setAccessibleName("Progress of the training")
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(True)
        self.facts = QLabel(self)
        self.facts.setObjectName("training_facts")
        self.facts.setAccessibleName("Epoch, speed and time left")
        self.facts.setWordWrap(True)
        self.message = QLabel(self)
        self.message.setObjectName("training_message")
        self.message.setAccessibleName("Message about the training")
        self.message.setWordWrap(True)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.button = QPushButton("Show node", self)
        self.button.setObjectName("training_show_node")
        self.button.setAccessibleName("Show the node that the message is about")
        self.button.clicked.connect(self._show_node)
        line = QHBoxLayout()
        line.addStretch()
        line.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for widget in (self.bar, self.facts, self.message):
            layout.addWidget(widget)
        layout.addLayout(line)
        self.show_state(None)

    def show_state(self, state: RunState | None, words: str = "", lost: bool = False) -> None:
        """Say where a run stands, and in `words` what else there is to say: of one that is lost,
        what to do about it."""
        self._state = state
        self._bad = lost or (state is not None and state.state == "failed")
        share = state.done / state.total if state is not None and state.total else 0.0
        finished = state is not None and state.state == "finished"
        self.bar.setValue(1000 if finished else int(share * 1000))
        name = "Not started" if state is None else WORDS[state.state]
        name = "Gone" if lost else name
        self.bar.setFormat(name if not share else f"{name} · {share:.0%}")
        self.facts.setText("" if state is None else facts(state))
        self.facts.setVisible(bool(self.facts.text()))
        words = words or (state.message if state is not None else "")
        self.message.setText(words)
        self.message.setVisible(bool(words))
        self.button.setVisible(bool(words and state is not None and state.node and not lost))
        self._colour()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._colour()

    def _colour(self) -> None:
        bad, theme = self._bad, self._theme
        back = f"background: {theme.error_back}; padding: 6px; border-radius: 4px;" if bad else ""
        _style(self.facts, f"color: {theme.muted};")
        _style(self.message, f"color: {theme.error if bad else theme.text}; {back}")

    def _show_node(self) -> None:
        if self._state is not None:
            self.show_node.emit(self._state.board, self._state.node)


def _style(label: QLabel, sheet: str) -> None:
    """Set a style sheet where it is another one: Qt works long on each."""
    if label.styleSheet() != sheet:
        label.setStyleSheet(sheet)


def facts(state: RunState) -> str:
    """Epoch, speed, time and device of a run, as short as it goes."""
    parts = []
    if state.total and state.epochs:
        now = min(int(state.done / state.total * state.epochs) + 1, state.epochs)
        parts.append(f"epoch {now} of {state.epochs}")
    if state.total:
        parts.append(f"step {state.done:,} of {state.total:,}")
    if state.seconds > 0.5 and state.done:
        parts.append(f"{rate(state.done / state.seconds)} steps/s")
    if state.left is not None and state.state == "training":
        parts.append(f"{duration(state.left)} left")
    elif state.seconds:
        parts.append(duration(state.seconds))
    if state.device:
        parts.append(state.device)
    if state.memory:
        parts.append(f"{state.memory / 2**20:,.0f} MB")
    return " · ".join(part.replace(" ", "\N{NO-BREAK SPACE}") for part in parts)


def rate(value: float) -> str:
    """A speed with two or three digits."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def duration(seconds: float) -> str:
    """A time in the two units that matter."""
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"
