"""Arrays of the reader's own."""

import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from nodes.datasets.samples import InMemorySamples


@lru_cache(maxsize=4)
def read_arrays(path: str, modified: float) -> dict[str, Any]:
    """The arrays `x` and `y` of an .npz file. Never unpickles."""
    with np.load(path, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in ("x", "y")}


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
        arrays = self.read(path)
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
    def read(cls, path: str) -> dict[str, Any]:
        """The arrays. Raises ValueError."""
        if not path:
            raise ValueError("choose the .npz file that holds the arrays x and y")
        try:
            return read_arrays(path, Path(path).stat().st_mtime)
        except OSError as error:
            raise ValueError(
                f"{path} cannot be read: {error.strerror or error}"
            ) from error
        except KeyError as error:
            raise ValueError(
                f"{path} must hold the arrays x and y, as numpy.savez(path, x=…, y=…) writes them"
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
    def signals(
        cls, path: str = "", validation: float = 0.1, test: float = 0.2
    ) -> dict[str, tuple[tuple[int | str, ...], str, int | None]]:
        """Shape, element type and limit of each output. Raises ValueError."""
        if validation + test >= 1:
            raise ValueError("validation and test together leave nothing to train on")
        arrays = cls.read(path)
        x, y = arrays["x"], arrays["y"]
        for name, array in arrays.items():
            if array.dtype.kind not in "biuf":
                raise ValueError(
                    f"{name} in {path} must hold numbers, not {array.dtype}"
                )
        if x.ndim == 0 or y.ndim == 0 or len(x) != len(y) or not len(x):
            raise ValueError(
                f"x {x.shape} and y {y.shape} in {path} must hold equally many samples"
            )
        whole = y.dtype.kind in "biu"
        limit = int(y.max()) + 1 if whole else None
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
