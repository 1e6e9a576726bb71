"""Checkpoints: written beside the training, whole or not at all, and read without running code."""

from __future__ import annotations

import copy
import shutil
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from studio.model.checkpoint_folders import Kind, checkpoint_folders, newest, to_remove
from studio.model.files import FileError
from studio.model.run_layout import RunLayout
from studio.run.checkpoint_files import read as read_checkpoint
from studio.run.checkpoint_files import write

SHOWN = 3
"""Keys that a message names before it counts the rest."""


class Checkpoints:
    """The checkpoints of one run; `last` is what was saved last, in memory. Besides the last and
    the best one, each `keep_every`-th is kept, where that is not 0."""

    def __init__(self, layout: RunLayout) -> None:
        self._layout = layout
        self.keep_every = 0
        self.last: dict[str, Any] = {}
        self._thread: threading.Thread | None = None
        self._error: FileError | None = None
        self._best_step = -1
        self._segment = layout.segment_number
        written = [folder.number for folder in checkpoint_folders(layout.checkpoints)]
        self._number = max(written, default=0)

    def save(self, state: dict[str, Any], best: dict[str, dict[str, Tensor]]) -> None:
        """Write the last state, and the best weights if they are others; a thread does it. Raises
        the FileError of an earlier save."""
        self.wait()
        self.last = {**copied(state), "segment": self._segment}
        contents: dict[Path, dict[str, Any]] = {}
        if best and state["best_step"] != self._best_step:
            self._best_step = state["best_step"]
            fields = {"step": state["best_step"], "values": dict(state["best_values"])}
            fields["stage"] = state.get("stage", 0)
            place = self._place("best", self._best_step)
            contents[place] = {"networks": best, "segment": self._segment, **fields}
        contents[self._place("last", state["done"])] = self.last
        given = contents, int(state["stage_begun"]) if state.get("stage") else 0
        self._thread = threading.Thread(target=self._write, args=given, name="checkpoint")
        self._thread.start()

    def _place(self, kind: Kind, step: int) -> Path:
        self._number += 1
        return self._layout.checkpoints / f"{kind}-{step}.{self._number}"

    def wait(self) -> None:
        """Wait until everything is on the disk. Raises FileError."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._error is not None:
            error, self._error = self._error, None
            raise error

    @property
    def busy(self) -> bool:
        """Whether a checkpoint is being written."""
        return self._thread is not None and self._thread.is_alive()

    def _write(self, contents: Mapping[Path, Mapping[str, Any]], begun: int) -> None:
        try:
            for path, content in contents.items():
                write(path, content)
            for path in to_remove(self._layout.checkpoints, self.keep_every, begun):
                remove(path)
        except FileError as error:
            self._error = error


def remove(path: Path) -> None:
    """Remove a checkpoint. One that cannot be removed, or only in part, is not in the way."""
    hidden = path.with_name(f".{path.name}.old")
    with suppress(OSError):
        path.rename(hidden)
        path = hidden
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def copied(value: Any) -> Any:
    """A copy on the CPU that the training does not change."""
    if isinstance(value, Tensor):
        value = value.detach()
        return value.clone() if value.device.type == "cpu" else value.cpu()
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(copied(item) for item in value)
    return copy.copy(value)


def read(layout: RunLayout, kind: Kind) -> tuple[Path, dict[str, Any]]:
    """The newest checkpoint of a kind, and what it holds. One that a trainer replaces meanwhile by
    a newer one is read anew. Raises FileError."""
    while True:
        path = newest(layout.checkpoints, kind)
        try:
            return path, read_checkpoint(path)
        except FileError:
            if newest(layout.checkpoints, kind) == path:
                raise


def segment_of(content: Mapping[str, Any]) -> int | None:
    """In which segment of its run a checkpoint was written; older ones do not say."""
    segment = content.get("segment")
    return segment if isinstance(segment, int) else None


def stage_of(content: Mapping[str, Any], stages: int) -> int:
    """Which of a run's stages a checkpoint belongs to."""
    number = content.get("stage", 0)
    return number if isinstance(number, int) and 0 <= number < stages else 0


def fit(networks: Mapping[str, nn.Module], weights: Mapping[str, Any], path: Path) -> None:
    """Put weights into networks, or raise a FileError that says what does not fit."""
    refuse_misfits(networks, weights, path)
    for name, network in networks.items():
        network.load_state_dict(weights[name])


def refuse_misfits(
    networks: Mapping[str, nn.Module], weights: Mapping[str, Any], path: Path
) -> None:
    """Raise a FileError that says which weights do not fit the networks, if any."""
    problems: list[str] = []
    for name, network in networks.items():
        problems += _misfits(name, network.state_dict(), weights.get(name))
    problems += [f"the network {n} is not in the project" for n in weights if n not in networks]
    if problems:
        more = f", and {len(problems) - SHOWN} more" if len(problems) > SHOWN else ""
        raise FileError(
            f"{path} does not fit the project: {'; '.join(problems[:SHOWN])}{more}. Nothing was "
            "loaded; use the run's own project."
        )


def _misfits(network: str, ours: Mapping[str, Tensor], theirs: Any) -> list[str]:
    if not isinstance(theirs, Mapping):
        return [f"the network {network} is missing"]
    found = [f"{network}.{key} is missing" for key in ours if key not in theirs]
    found += [f"{network}.{key} is not in the network" for key in theirs if key not in ours]
    for key in ours:
        if key in theirs and not _is_plain(theirs[key]):
            found.append(f"{network}.{key} holds no weights")
        elif key in theirs and (shape := tuple(theirs[key].shape)) != tuple(ours[key].shape):
            found.append(f"{network}.{key} is {_size(shape)}, not {_size(tuple(ours[key].shape))}")
    return found


def _is_plain(value: Any) -> bool:
    if not isinstance(value, Tensor):
        return False
    return value.layout == torch.strided and not value.is_complex() and not value.is_quantized


def _size(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) or "a number"
