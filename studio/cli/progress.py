"""A run as a progress bar."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, NoReturn

from tqdm import tqdm

from studio.model.messages import RunState
from studio.model.run_layout import LAST_TEST
from studio.model.value_names import RATE, labels, role

if TYPE_CHECKING:
    from studio.run.run_loop import Event

SHORT = {"training": "", "validation": "val_"}


class Progress:
    """Shows the events of a run on standard error."""

    def __init__(self) -> None:
        self._bar: tqdm[NoReturn] | None = None
        self._values: dict[str, str] = {}
        self._told = ""

    def take(self, event: Event) -> None:
        """Move the bar on a state, take the values of a record into its text."""
        if isinstance(event, RunState):
            if event.total:
                self._advance(event)
            if event.state == "training" and event.message != self._told:
                self._told = event.message
                tqdm.write(self._told, sys.stderr)
        elif isinstance(event, tuple) and event.split in SHORT:
            words = labels(event.values)
            self._values |= {
                SHORT[event.split] + words[name].replace(" ", "_"): text(value)
                for name, value in event.values.items()
                if role(name) != RATE
            }

    def close(self) -> None:
        """Leave the bar on the screen as it is, so that lines can follow it."""
        if self._bar is not None:
            self._bar.close()

    def _advance(self, state: RunState) -> None:
        bar = self._bar = self._bar or tqdm(
            total=state.total,
            initial=state.done,
            desc=state.device,
            unit="step",
            mininterval=0.1 if sys.stderr.isatty() else 10,
            dynamic_ncols=True,
        )
        bar.set_postfix(self._values, refresh=False)
        bar.update(state.done - bar.n)


def text(value: float) -> str:
    """A metric as people read it."""
    return f"{value:.4g}"


def sentence(part: str, values: Mapping[str, float]) -> str:
    """The values of a split in a line: `test: loss 0.0512, accuracy 0.986`."""
    words, place = labels(values), "test, last weights" if part == LAST_TEST else part
    return f"{place}: " + ", ".join(f"{words[name]} {text(values[name])}" for name in words)
