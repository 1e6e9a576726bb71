"""The stages of a run, which train the same networks one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from torch import Tensor

from studio.run.loop.resuming import ResumableLoop
from studio.run.loop.training import NotFinite, Record


class Stages:
    """Each stage begins with the best weights of the one before. Steps, epochs and seconds count on
    from stage to stage; where there are several, names of values hold that of their stage."""

    def __init__(self, loops: Mapping[str, ResumableLoop]) -> None:
        self.loops: Sequence[tuple[str, ResumableLoop]] = tuple(loops.items())
        self.number = self.shift = 0
        """The stage under way; steps by which the run is ahead of what its stages count, as epochs
        were shorter or longer before they were changed."""

    @property
    def current(self) -> ResumableLoop:
        """The stage under way, or the last one."""
        return self.loops[self.number][1]

    def _before(self) -> list[ResumableLoop]:
        return [loop for _, loop in self.loops[: self.number]]

    @property
    def _begun(self) -> int:
        """Steps before the stage under way."""
        return self.shift + sum(loop.total for loop in self._before())

    @property
    def _epochs(self) -> int:
        return sum(loop.plan.epochs for loop in self._before())

    @property
    def done(self) -> int:
        """Steps so far."""
        return self._begun + self.current.done

    @property
    def total(self) -> int:
        """Steps of all stages."""
        return self.shift + sum(loop.total for _, loop in self.loops)

    @property
    def validated(self) -> int:
        """Epochs so far."""
        return self._epochs + self.current.validated

    @property
    def seconds(self) -> float:
        """Seconds of work so far."""
        return sum(loop.seconds for loop in self._before()) + self.current.seconds

    @property
    def best(self) -> dict[str, dict[str, Tensor]]:
        """The best weights of the stage under way, if it has found any."""
        return self.current.best

    @property
    def best_values(self) -> dict[str, float]:
        """What the validation part gave for them."""
        return self._named(self.current.best_values)

    def run(self) -> Iterator[Record | None]:
        """Train what is left, stage by stage. Raises NotFinite."""
        while True:
            try:
                for record in self.current.run():
                    yield None if record is None else self._placed(record)
            except NotFinite as error:
                raise NotFinite(self._begun + error.step, error.name) from error
            if self.number + 1 == len(self.loops):
                return
            if self.current.best:
                self.current.load_weights(self.current.best)
            self.number += 1

    def flush(self) -> Record | None:
        """Means of what was not logged yet. Raises NotFinite."""
        record = self.current.flush()
        return None if record is None else self._placed(record)

    def _placed(self, record: Record) -> Record:
        """A record by the steps, epochs and seconds of the whole run."""
        return record._replace(
            step=record.step + self._begun,
            epoch=record.epoch + self._epochs,
            seconds=record.seconds + sum(loop.seconds for loop in self._before()),
            values=self._named(record.values),
        )

    def _named(self, values: Mapping[str, float]) -> dict[str, float]:
        if len(self.loops) == 1:
            return dict(values)
        stage = self.loops[self.number][0]
        return {name.replace("/", f"/{stage}.", 1): value for name, value in values.items()}

    def state(self) -> dict[str, Any]:
        """All that decides how the run goes on, but for the best weights. Steps and epochs are
        those of the whole run."""
        state, begun, epochs = self.current.state(), self._begun, self._epochs
        return {
            **state,
            "done": begun + state["done"],
            "best_step": begun + state["best_step"],
            "validated": epochs + state["validated"],
            "stage": self.number,
            "stage_begun": begun,
            "shift": self.shift,
            "stage_seconds": [loop.seconds for loop in self._before()],
        }

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Go on from a state; the best weights are set apart from it."""
        self.number, self.shift = 0, int(state.get("shift", 0))
        self.go_to(int(state.get("stage", 0)))
        for loop, seconds in zip(self._before(), state.get("stage_seconds", []), strict=True):
            loop.done, loop.validated, loop.seconds = loop.total, loop.plan.epochs, float(seconds)
        begun = self._begun
        here = {
            "done": int(state["done"]) - begun,
            "best_step": max(0, int(state["best_step"]) - begun),
            "validated": int(state["validated"]) - self._epochs,
        }
        self.current.load_state({**state, **here})

    def go_to(self, number: int) -> None:
        """Let a stage be the one under way. Raises ValueError where there is none."""
        if not 0 <= number < len(self.loops):
            raise ValueError(f"stage {number} of {len(self.loops)}")
        self.number = number
