"""Arrays of the reader's own."""

from __future__ import annotations

import io
import math
import zipfile
from typing import IO, Any, NamedTuple

from nodes.data.sources import check_shares, sample_shares
from nodes.declare import TRAINING, NodeType, Param, Port, Values
from nodes.described import DataDescription, DataField
from nodes.plain_files import plain_file

_LARGEST = 64 * 2**30
"""Bytes of a file."""

_LARGEST_LABELS = 2**30
"""Bytes of whole numbers that are looked through for the highest."""

_LARGEST_NAMES = 2**20
"""Bytes of the names of classes."""

_BOMB = (2**30, 200)
"""An array of more bytes than this, and so many times what it takes in the file, is no data: it
was made to fill the memory."""

_LARGEST_HEADER = 2**16

_CHUNK = 2**20


class _Header(NamedTuple):
    """What an array says of itself."""

    shape: tuple[int, ...]
    dtype: Any
    size: int
    """Bytes of all numbers."""
    start: int
    """Bytes before the first."""


def describe_arrays(values: Values) -> DataDescription:
    """What an .npz file holds: a small file may unpack to more than there is memory, so no array
    is read whole. Raises ValueError and OSError."""
    check_shares(values)
    path = values["path"]
    if not path:
        raise ValueError("choose the .npz file that holds the arrays x and y")
    try:
        with plain_file(path, _LARGEST) as file, zipfile.ZipFile(file) as archive:
            return _described(path, archive)
    except KeyError as error:
        raise ValueError(
            f"{path} must hold the arrays x and y, as numpy.savez(path, x=…, y=…) writes them"
        ) from error
    except (_NoArray, zipfile.BadZipFile, zipfile.LargeZipFile, EOFError) as error:
        raise ValueError(f"{path} is no .npz file of plain numbers") from error
    except (NotImplementedError, RuntimeError) as error:  # packed or locked in another way
        raise ValueError(f"{path} is packed in a way that is not read; use numpy.savez") from error


class _NoArray(Exception):
    """Something in the file is no array."""


def _described(path: str, archive: zipfile.ZipFile) -> DataDescription:
    x, y = (_header(archive, name) for name in ("x", "y"))
    for name, header in {"x": x, "y": y}.items():
        if header.dtype.kind not in "biuf":
            raise ValueError(f"{name} in {path} must hold plain numbers, not {header.dtype}")
        packed = archive.getinfo(f"{name}.npy").compress_size
        if header.size > max(_BOMB[0], _BOMB[1] * packed):
            raise ValueError(
                f"{name} in {path} unpacks to {header.size // 2**20:,} MB from "
                f"{math.ceil(packed / 2**20):,} MB, as no data do; it is not read"
            )
    if not x.shape or x.shape[:1] != y.shape[:1] or not x.shape[0]:
        raise ValueError(f"x {x.shape} and y {y.shape} in {path} must hold equally many samples")
    pictures = len(x.shape) == 4 and x.shape[1] in (1, 3)
    shape: tuple[int | str, ...] = ("N", *x.shape[1:])
    given = DataField(shape, kind="picture", scale=_scale(archive, x)) if pictures else None
    return DataDescription(
        {"x": given or DataField(shape), "y": _target(path, archive, y)},
        x.shape[0],
        "image" if pictures else "",
    )


def _target(path: str, archive: zipfile.ZipFile, y: _Header) -> DataField:
    shape: tuple[int | str, ...] = ("N", *y.shape[1:])
    if y.dtype.kind not in "biu":
        return DataField(shape)
    if y.size > _LARGEST_LABELS:
        raise ValueError(
            f"y in {path} is larger than the {_LARGEST_LABELS // 2**20:,} MB of whole numbers "
            "that are looked through; keep it in fewer bytes a number, such as uint8"
        )
    count = _highest(archive, "y", y) + 1
    return DataField(shape, "int64", "class", count, _names(path, archive, count))


def _names(path: str, archive: zipfile.ZipFile, count: int) -> tuple[str, ...]:
    """What the array `classes` calls the classes, where there is one."""
    import numpy as np

    if "classes.npy" not in archive.namelist():
        return ()
    header = _header(archive, "classes")
    if header.dtype.kind != "U" or len(header.shape) != 1 or header.shape[0] < count:
        raise ValueError(f"classes in {path} must hold a name for each of the {count} classes")
    if header.size > _LARGEST_NAMES:
        raise ValueError(f"classes in {path} is larger than names of classes are")
    with archive.open("classes.npy") as file:
        names = np.lib.format.read_array(file, allow_pickle=False)
    return tuple(str(name) for name in names)


def _header(archive: zipfile.ZipFile, name: str) -> _Header:
    """What one array says of itself. Raises KeyError where there is none."""
    with archive.open(f"{name}.npy") as file:
        header = _read_header(file)
    if archive.getinfo(f"{name}.npy").file_size < header.size:
        raise _NoArray(name)
    return header


def _read_header(file: IO[bytes]) -> _Header:
    """What stands before the numbers: in its first bytes, so that no more is ever unpacked."""
    import numpy as np

    readers = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    first = io.BytesIO(file.read(_LARGEST_HEADER))
    try:
        shape, _, dtype = readers[np.lib.format.read_magic(first)](first)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise _NoArray from error
    return _Header(shape, dtype, math.prod(shape) * dtype.itemsize, first.tell())


def _scale(archive: zipfile.ZipFile, x: _Header) -> tuple[float, float]:
    """Which values seem to be black and white, by the first pictures."""
    import numpy as np

    with archive.open("x.npy") as file:
        file.read(x.start)
        some = np.nan_to_num(np.frombuffer(file.read(min(_CHUNK, x.size)), x.dtype).astype("f8"))
    lowest, highest = float(some.min(initial=0)), float(some.max(initial=0))
    white = next((usual for usual in (1.0, 255.0) if highest <= usual), highest)
    return (-white if lowest < 0 else 0.0), white


def _highest(archive: zipfile.ZipFile, name: str, y: _Header) -> int:
    """The highest number of an array, read piece by piece."""
    import numpy as np

    with archive.open(f"{name}.npy") as file:
        file.read(y.start)
        pieces = iter(lambda: file.read(_CHUNK), b"")
        return max((int(np.frombuffer(piece, y.dtype).max()) for piece in pieces), default=-1)


ARRAYS_DATA = NodeType(
    "ArraysData",
    "Data",
    "Your own arrays: an .npz file with `x` and `y`, first dimension samples.",
    outputs=(Port("x"), Port("y", "any", summary="Whole numbers are classes.")),
    params=(
        Param(
            "path",
            "path",
            "",
            "The .npz file, as numpy.savez writes it; `classes` in it may name the classes of `y`.",
        ),
        *sample_shares(0.1, 0.2),
    ),
    boards=TRAINING,
    role="data",
    batch="batch_size",
    dataset="nodes.datasets.arrays.Arrays",
    describe=describe_arrays,
    arguments=("path", "validation", "test"),
    forward="",
    keywords="data numpy npz own csv table",
    glyph="npz",
    short="arrays",
)
