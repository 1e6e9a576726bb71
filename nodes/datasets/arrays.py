"""Arrays of the reader's own."""

import math
import zipfile
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from nodes.datasets.plain_files import plain_file
from nodes.datasets.samples import InMemorySamples

_LARGEST = 64 * 2**30
"""Bytes of a file."""

_LARGEST_LABELS = 2**30
"""Bytes of whole numbers that are looked through for the highest."""

_CHUNK = 2**20

_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


class _Header(NamedTuple):
    """What an array says of itself; `highest` of its whole numbers."""

    shape: tuple[int, ...]
    dtype: Any
    highest: int | None


@lru_cache(maxsize=4)
def _read_headers(path: str, modified: float) -> dict[str, _Header]:
    """What the arrays `x` and `y` of an .npz file say of themselves: a small file may unpack to
    more than there is memory, so none of them is read whole."""
    with zipfile.ZipFile(path) as archive:
        return {name: _read_header(archive, name) for name in ("x", "y")}


def _read_header(archive: zipfile.ZipFile, name: str) -> _Header:
    """What one array says of itself, and the highest number of `y`."""
    entry = archive.getinfo(f"{name}.npy")
    with archive.open(entry) as file:
        version = np.lib.format.read_magic(file)
        if version not in _HEADERS:  # only arrays with named fields need a later one
            raise ValueError(version)
        shape, _, dtype = _HEADERS[version](file)
        size = math.prod(shape) * dtype.itemsize
        if entry.file_size < size:
            raise EOFError(name)
        if name == "x" or dtype.kind not in "biu" or not size:
            return _Header(shape, dtype, None)
        if size > _LARGEST_LABELS:
            raise OverflowError(name)
        chunks = iter(lambda: file.read(_CHUNK), b"")
        return _Header(
            shape,
            dtype,
            max(int(np.frombuffer(chunk, dtype).max()) for chunk in chunks),
        )


class Arrays(InMemorySamples):
    """`x` (N, …) as float32 and `y`: classes (N, …) where it holds whole numbers, else float32.

    `validation` and `test` are shares of the samples (of each class), the same ones every time.
    """

    takes: str
    classes: tuple[str, ...]

    def __init__(
        self, path: str = "", validation: float = 0.1, test: float = 0.2
    ) -> None:
        signals = self.signals(path, validation, test)
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in ("x", "y")}
        x = torch.tensor(arrays["x"], dtype=torch.float32)
        y = torch.tensor(arrays["y"], dtype=getattr(torch, signals["y"][1]))
        self.classes = tuple(str(number) for number in range(signals["y"][2] or 0))
        self.picture = x.shape[1:]
        self.highest = float(x.max())
        self.takes = (
            "image" if len(self.picture) == 3 and self.picture[0] in (1, 3) else ""
        )
        group = (
            y
            if y.ndim == 1 and self.classes
            else torch.zeros(len(x), dtype=torch.int64)
        )
        self.parts = {
            part: {"x": x[chosen], "y": y[chosen]}
            for part, chosen in self.split(group, validation, test).items()
        }

    @classmethod
    def headers(cls, path: str) -> dict[str, _Header]:
        """What the arrays say of themselves. Raises ValueError."""
        if not path:
            raise ValueError("choose the .npz file that holds the arrays x and y")
        modified = cls.modified(path)
        try:
            return _read_headers(path, modified)
        except OSError as error:
            raise ValueError(
                f"{path} cannot be read: {error.strerror or error}"
            ) from error
        except KeyError as error:
            raise ValueError(
                f"{path} must hold the arrays x and y, as numpy.savez(path, x=…, y=…) writes them"
            ) from error
        except OverflowError as error:
            raise ValueError(
                f"y in {path} is larger than the {_LARGEST_LABELS // 2**20:,} MB of whole numbers "
                "that are looked through; keep it in fewer bytes a number, such as uint8"
            ) from error
        except (
            ValueError,
            TypeError,
            AttributeError,
            EOFError,
            zipfile.BadZipFile,
        ) as error:
            raise ValueError(f"{path} is no .npz file of plain numbers") from error

    @classmethod
    def modified(cls, path: str) -> float:
        """When the file was changed last. Raises ValueError."""
        try:
            return plain_file(path, _LARGEST)
        except OSError as error:
            raise ValueError(
                f"{path} cannot be read: {error.strerror or error}"
            ) from error

    @classmethod
    def signals(
        cls, path: str = "", validation: float = 0.1, test: float = 0.2
    ) -> dict[str, tuple[tuple[int | str, ...], str, int | None]]:
        """Shape, element type and limit of each output. Raises ValueError."""
        if validation + test >= 1:
            raise ValueError("validation and test together leave nothing to train on")
        headers = cls.headers(path)
        x, y = headers["x"], headers["y"]
        for name, header in headers.items():
            if header.dtype.kind not in "biuf":
                raise ValueError(
                    f"{name} in {path} must hold plain numbers, not {header.dtype}"
                )
        if not x.shape or x.shape[:1] != y.shape[:1] or not x.shape[0]:
            raise ValueError(
                f"x {x.shape} and y {y.shape} in {path} must hold equally many samples"
            )
        whole = y.dtype.kind in "biu"
        limit = None if y.highest is None else y.highest + 1
        return {
            "x": (("N", *x.shape[1:]), "float32", None),
            "y": (("N", *y.shape[1:]), "int64" if whole else "float32", limit),
        }

    def encode(self, value: Any) -> dict[str, Tensor]:
        """A grey picture (H, W) in 0..1 as a batch of one, in the range of the data."""
        channels, height, width = self.picture
        image = torch.as_tensor(value, dtype=torch.float32)[None, None] * self.highest
        image = F.interpolate(image, (height, width), mode="bilinear", antialias=True)
        return {"x": image.expand(-1, channels, -1, -1)}
