"""What is in a checkpoint: weights as safetensors, a file a network, and the state apart.

Nothing in it is executed. Runs of the first layout have one file of torch's for both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from studio.model.files import FileError, made_whole, write_atomically
from studio.model.plain_json import read_object, to_bytes
from studio.model.value_names import LOSS

LIST, STATE = "checkpoint.json", "state.pt"
"""Which file holds which network; all but the weights."""

PLAIN = re.compile(r"[A-Za-z0-9_-]{1,60}")
"""What a file can be called on any system."""

ODD = "odd weights"
"""Entry of the state for what safetensors has no room for, by network."""

SAFE = frozenset(
    {
        torch.float64,
        torch.float32,
        torch.float16,
        torch.bfloat16,
        torch.int64,
        torch.int32,
        torch.int16,
        torch.int8,
        torch.uint8,
        torch.bool,
    }
)


def write(folder: Path, content: Mapping[str, Any]) -> None:
    """Write a checkpoint, whole or not at all: weights by network under "networks", and anything
    else that is plain or a tensor. Raises FileError."""
    state = {name: value for name, value in content.items() if name != "networks"}
    names: dict[str, str] = {}
    try:
        with made_whole(folder) as place:
            for name, weights in content["networks"].items():
                names[name] = _file_name(name, names)
                fits = {key: value for key, value in weights.items() if _is_safe(value)}
                save_file(
                    {key: value.contiguous() for key, value in fits.items()}, place / names[name]
                )
                if odd := {key: value for key, value in weights.items() if key not in fits}:
                    state.setdefault(ODD, {})[name] = odd
            with (place / STATE).open("wb") as file:
                torch.save(state, file)
            write_atomically(place / LIST, to_bytes({"networks": names}), lasting=False)
    except (SafetensorError, RuntimeError) as error:
        raise FileError(f"{folder} could not be written: {error}. Make room there.") from error


def _file_name(name: str, others: Mapping[str, str]) -> str:
    """A file for a network; names that differ in case alone would be one file on some systems."""
    taken = {other.casefold() for other in others.values()}
    wanted = f"{name}.safetensors"
    if PLAIN.fullmatch(name) and wanted.casefold() not in taken:
        return wanted
    return f"network {len(others)}.safetensors"


def _is_safe(value: object) -> bool:
    if not isinstance(value, Tensor) or value.layout != torch.strided:
        return False
    return value.dtype in SAFE


def read(path: Path) -> dict[str, Any]:
    """What a checkpoint holds, on the CPU: weights by network, and the state. Raises FileError."""
    if not path.is_dir():
        content = _upgraded(_loaded(path))
        if not isinstance(content.get("networks"), dict):
            raise _no_checkpoint(path)
        return content
    state = _loaded(path / STATE)
    return {**state, "networks": _networks(path, state)}


def _networks(folder: Path, state: Mapping[str, Any]) -> dict[str, Any]:
    """The weights in a folder. Raises FileError."""
    names = read_object(folder / LIST).get("networks")
    if not isinstance(names, dict) or not all(_is_plain(file) for file in names.values()):
        raise _no_checkpoint(folder)
    odd = state.get(ODD, {})
    found = {name: _weights(folder / file) for name, file in names.items()}
    return {name: {**weights, **odd.get(name, {})} for name, weights in found.items()}


def _is_plain(file: object) -> bool:
    return isinstance(file, str) and Path(file).name == file and file.endswith(".safetensors")


def _weights(path: Path) -> dict[str, Tensor]:
    if not path.is_file():
        raise FileError(f"{path} is missing; the checkpoint is not whole.")
    try:
        return load_file(path)
    except (SafetensorError, OSError, ValueError, RuntimeError, KeyError) as error:
        raise FileError(f"{path} is damaged or no checkpoint; nothing was loaded.") from error


def _loaded(path: Path) -> dict[str, Any]:
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise FileError(f"There is no checkpoint {path}; train the run first.") from error
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror or error}.") from error
    except Exception as error:  # torch raises many kinds where bytes are not what they should be
        raise FileError(f"{path} is damaged or no checkpoint; nothing was loaded.") from error
    if not isinstance(content, dict):
        raise _no_checkpoint(path)
    return content


def _no_checkpoint(path: Path) -> FileError:
    return FileError(f"{path} is no checkpoint of a Netloom run; nothing was loaded.")


def _upgraded(content: dict[str, Any]) -> dict[str, Any]:
    """A file of the first layout as a checkpoint is today. The oldest kept the lowest loss of their
    first update alone."""
    rates, lowest = content.get("rates"), content.pop("best_loss", None)
    if lowest is not None and isinstance(rates, dict) and rates:
        content["best_values"] = {LOSS + next(iter(rates)): lowest}
    return content
