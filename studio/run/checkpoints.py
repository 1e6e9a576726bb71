"""Checkpoints: written beside the training, whole or not at all, and read without running code."""

from __future__ import annotations

import copy
import io
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from studio.model.files import FileError, write_atomically
from studio.model.run_layout import RunLayout
from studio.model.value_names import LOSS

SHOWN = 3
"""Keys that a message names before it counts the rest."""


class Checkpoints:
    """The checkpoints of one run; `last` is what was saved last, in memory."""

    def __init__(self, layout: RunLayout) -> None:
        self._layout = layout
        self.last: dict[str, Any] = {}
        self._thread: threading.Thread | None = None
        self._error: FileError | None = None
        self._best_step = -1

    def save(self, state: dict[str, Any], best: dict[str, dict[str, Tensor]]) -> None:
        """Write the last state, and the best weights if they are others; a thread does it. Raises
        the FileError of an earlier save."""
        self.wait()
        self.last = copied(state)
        files: dict[Path, dict[str, Any]] = {}
        if best and state["best_step"] != self._best_step:
            self._best_step = state["best_step"]
            fields = {"step": state["best_step"], "values": state["best_values"]}
            files[self._layout.best] = {"networks": best, **fields}
        files[self._layout.last] = self.last
        self._thread = threading.Thread(target=self._write, args=(files,), name="checkpoint")
        self._thread.start()

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

    def _write(self, files: Mapping[Path, Mapping[str, Any]]) -> None:
        try:
            for path, content in files.items():
                buffer = io.BytesIO()
                torch.save(content, buffer)
                write_atomically(path, buffer.getvalue())
        except FileError as error:
            self._error = error


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


def read(path: Path) -> dict[str, Any]:
    """What a checkpoint holds, on the CPU. Raises FileError."""
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise FileError(f"There is no checkpoint {path}; train the run first.") from error
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror or error}.") from error
    except Exception as error:  # torch raises many kinds where bytes are not what they should be
        raise FileError(f"{path} is damaged or no checkpoint; nothing was loaded.") from error
    if not isinstance(content, dict) or not isinstance(content.get("networks"), dict):
        raise FileError(f"{path} is no checkpoint of a Netloom run; nothing was loaded.")
    return _upgraded(content)


def _upgraded(content: dict[str, Any]) -> dict[str, Any]:
    """A state as it is today. Older ones kept the lowest loss of their first update alone."""
    rates, lowest = content.get("rates"), content.pop("best_loss", None)
    if lowest is not None and isinstance(rates, dict) and rates:
        content["best_values"] = {LOSS + next(iter(rates)): lowest}
    return content


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
