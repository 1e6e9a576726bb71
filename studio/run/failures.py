"""What went wrong in a run, in a sentence, and at which node."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import psutil
import torch
from torch import Tensor

from studio.compile.trusted_code import line_within
from studio.model.roles import with_role
from studio.model.trust import content_of
from studio.run.loaded_project import LoadedProject, make
from studio.run.loop.objective import At, Objective, Step
from studio.run.loop.training import NotFinite
from studio.run.taps import Tap

Place = tuple[str, str]
"""Board and node."""

COPIES = 4
"""Weight, gradient and two moments of Adam: values kept for each parameter."""

KEPT = 3
"""Values kept for each activation while training, by experience."""


@dataclass(frozen=True)
class Failure:
    """A message and the node that it is about, if that is known."""

    message: str
    board: str = ""
    node: str = ""


# ---- not finite --------------------------------------------------------------------------------


class _Found(Exception):
    def __init__(self, place: Place, weights: bool) -> None:
        super().__init__(place)
        self.place, self.weights = place, weights


def _broken(value: object) -> bool:
    """NaN or +∞; -∞ is what masks are made of."""
    if not isinstance(value, Tensor) or not value.is_floating_point():
        return False
    return bool((value.isnan() | value.isposinf()).any())


def _data_place(loaded: LoadedProject) -> Place:
    board = loaded.project.training
    types = loaded.compiled.checking.types
    assert board is not None  # without one nothing would train
    return board.name, next(with_role(board, types, "data")).id


def not_finite(loaded: LoadedProject, error: NotFinite, start: Mapping[str, Any]) -> Failure:
    """Train again from a checkpoint's state, step by step, to the first node that failed."""
    again = make(loaded.project, loaded.compiled, loaded.source, loaded.device, loaded.recorded)
    again.stages.load_state(start)
    again.training.objective = _WatchedObjective(again)
    try:
        for _ in again.stages.run():
            again.stages.flush()
            if again.stages.done > error.step:
                break
    except _Found as found:
        board, node = found.place
        why = (
            "its weights were infinite or not a number after the step before"
            if found.weights
            else "its output was infinite or not a number"
        )
        return Failure(
            f"Stopped at step {error.step}: {node} on {board} was the first node to fail; {why}. "
            "Lower the learning rate, set clip_norm, or look at what goes into it.",
            board,
            node,
        )
    except NotFinite:
        pass  # the same failure, but in no node: there is nothing more to say
    return Failure(f"Stopped: {error}. Lower the learning rate or set clip_norm.")


class _WatchedObjective(Objective):
    """An objective whose steps are looked into once a loss is not finite."""

    def __init__(self, loaded: LoadedProject) -> None:
        super().__init__(loaded.networks)
        self._loaded, self._inner = loaded, loaded.training.objective

    def training_steps(self, batch: dict[str, Tensor], at: At) -> Iterator[Step]:
        """The steps of the objective. Raises what was found."""
        if any(_broken(value) for value in batch.values()):
            raise _Found(_data_place(self._loaded), False)
        random = torch.get_rng_state()
        for step in self._inner.training_steps(batch, at):
            if _broken(step.loss):
                torch.set_rng_state(random)
                with self._loaded.taps.seen(self._see):
                    for _ in self._inner.training_steps(batch, at):
                        pass
            yield step

    def _see(self, tap: Tap, value: object) -> object:
        if _broken(value):
            modules = self._loaded.training.modules.values()
            weights = any(_broken(p) for module in modules for p in module.parameters())
            raise _Found((tap.board, tap.node), weights)
        return value

    def evaluate(self, batch: dict[str, Tensor], at: At) -> dict[str, Any]:
        """The objective's own values."""
        return self._inner.evaluate(batch, at)

    def after(self, at: At) -> None:
        """What the objective lets follow."""
        self._inner.after(at)


# ---- out of memory, and anything else ----------------------------------------------------------

_ASKED = (
    re.compile(r"Tried to allocate ([\d.]+) (bytes|KiB|MiB|GiB|KB|MB|GB)"),
    re.compile(r"you tried to allocate (\d+) (bytes)"),
)
_UNITS = {"bytes": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "KB": 1e3, "MB": 1e6, "GB": 1e9}


def asked_for(error: BaseException) -> float | None:
    """Bytes that an out-of-memory error asked for; 0 where it does not say, None if it is none."""
    for pattern in _ASKED:
        if found := pattern.search(str(error)):
            return float(found[1]) * _UNITS[found[2]]
    out = isinstance(error, MemoryError | torch.OutOfMemoryError)
    return 0.0 if out or "can't allocate memory" in str(error) else None


def size(count: float) -> str:
    """Bytes as people read them."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def free_memory(device: torch.device) -> int:
    """Bytes that a training could use on a device if it had it alone."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        return free + torch.cuda.memory_reserved(device)
    return int(psutil.virtual_memory().available)


def fitting_batch(loaded: LoadedProject, free: float) -> int:
    """The largest power of two of samples in a batch that should fit, smaller than now; 0: none."""
    totals = [t for b, t in loaded.compiled.totals.items() if b in loaded.networks]
    weights = sum(t.parameters for t in totals) * 4 * COPIES
    sample = max(1, sum(t.activations for t in totals) * 4 * KEPT)
    most = min((free * 0.8 - weights) / sample, loaded.training.plan.batch_size / 2)
    return 1 << int(most).bit_length() - 1 if most >= 1 else 0


def explain(loaded: LoadedProject, error: BaseException) -> Failure:
    """What an exception in a step means, and where on the boards it was raised."""
    board, node = _raised_at(loaded, error.__traceback__) or ("", "")
    asked = asked_for(error)
    if asked is None:
        text = " ".join(str(error).split())
        at = _line_of_code(loaded, error.__traceback__, board, node)
        where = f" at line {at} of its code" if at is not None else ""
        what = f"{node or 'The run'} failed{where}: {text or type(error).__name__}"
        return Failure(what, board, node)
    free = free_memory(loaded.device)
    fits = fitting_batch(loaded, free)
    much = f"{size(asked)} were asked for at once" if asked else "more was asked for"
    wise = f"set batch_size to {fits}" if fits else "make the network or its input smaller"
    half = ", or precision to bf16" if loaded.training.plan.precision == "float32" else ""
    return Failure(
        f"Out of memory: {much}, and {loaded.device} has {size(free)} for it; {wise}{half}.",
        board,
        node,
    )


def _raised_at(loaded: LoadedProject, trace: TracebackType | None) -> Place | None:
    found: Place | None = None
    while trace is not None:
        found = loaded.place(trace.tb_frame.f_code.co_filename, trace.tb_lineno) or found
        trace = trace.tb_next
    return found


def _line_of_code(
    loaded: LoadedProject, trace: TracebackType | None, board: str, node: str
) -> int | None:
    """The line of a person's own code, in their text, at which something was raised."""
    drawn = loaded.project.boards.get(board)
    text = content_of(drawn.nodes[node]) if drawn is not None and node in drawn.nodes else ""
    line = None
    while text and trace is not None:
        code = trace.tb_frame.f_code
        written = code.co_filename == loaded.source.filename
        if written and loaded.place(code.co_filename, trace.tb_lineno) is None:
            offset = trace.tb_lineno - code.co_firstlineno
            line = line_within(text, code.co_qualname, offset) or line
        trace = trace.tb_next
    return line
