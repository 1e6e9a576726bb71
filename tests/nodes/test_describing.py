"""What sources say of files of the reader's own, good and hostile."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nodes.data.arrays import ARRAYS_DATA
from nodes.data.text import TEXT_DATA
from nodes.declare import TRAINING, NodeType, Param, Port, Values
from nodes.described import DataDescription, DataField
from studio.reading.data_reader import DataReader
from tests.nodes.strange_sources import chatter, death, for_ever, memory


@pytest.fixture(scope="module")
def reader() -> DataReader:
    return DataReader()


def described(
    reader: DataReader, declared: NodeType, path: object, **params: object
) -> DataDescription:
    return reader.describe(declared, {**declared.defaults(), "path": str(path), **params})


def packed(path: Path, arrays: dict[str, tuple[dict[str, Any], int]]) -> Path:
    """An archive of arrays with these headers, each of so many zero bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, (header, size) in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                np.lib.format.write_array_header_1_0(file, {"fortran_order": False, **header})
                for start in range(0, size, 2**22):
                    file.write(bytes(min(2**22, size - start)))
    return path


# ---- good ones ---------------------------------------------------------------------------------


def test_arrays(reader: DataReader, tmp_path: Path) -> None:
    path = tmp_path / "some.npz"
    np.savez(path, x=np.zeros((30, 3, 4, 6), "u1"), y=np.arange(30) % 3)
    assert described(reader, ARRAYS_DATA, path) == DataDescription(
        {
            "x": DataField(("N", 3, 4, 6), kind="picture"),
            "y": DataField(("N",), "int64", "class", 3),
        },
        30,
        "image",
    )
    np.savez(path, x=np.zeros((30, 5)), y=np.zeros((30, 2)))
    assert described(reader, ARRAYS_DATA, path) == DataDescription(
        {"x": DataField(("N", 5)), "y": DataField(("N", 2))}, 30
    )


def test_classes_have_their_names(reader: DataReader, tmp_path: Path) -> None:
    path, animals = tmp_path / "named.npz", ("cat", "dog", "owl")
    np.savez(path, x=np.zeros((30, 5)), y=np.arange(30) % 3, classes=np.array(animals))
    assert described(reader, ARRAYS_DATA, path).fields["y"].names == animals
    np.savez(path, x=np.zeros((30, 5)), y=np.arange(30) % 4, classes=np.array(animals))
    with pytest.raises(ValueError, match="a name for each of the 4 classes"):
        described(reader, ARRAYS_DATA, path)


def test_text(reader: DataReader, tmp_path: Path) -> None:
    path = tmp_path / "book.txt"
    path.write_text("to be or not to be\r\n" * 40, encoding="utf-8", newline="")
    found = described(reader, TEXT_DATA, path, length=8)
    characters = tuple(sorted(set("to be or not to be\n")))
    assert found.fields["tokens"].classes == characters
    assert found.fields["target"].shape == ("N", "T=8")
    with pytest.raises(ValueError, match="760 characters, too few for samples of 500"):
        described(reader, TEXT_DATA, path, length=500)


def test_what_a_large_file_holds_takes_no_room_for_it(tmp_path: Path) -> None:
    header = {"descr": "<f4", "shape": (60_000, 1000)}
    labels = {"descr": "|u1", "shape": (60_000,)}
    path = packed(tmp_path / "large.npz", {"x": (header, 240_000_000), "y": (labels, 60_000)})
    found = described(DataReader(megabytes=400), ARRAYS_DATA, path)
    assert found.fields["x"].shape == ("N", 1000)
    assert found.fields["y"].limit == 1


# ---- hostile ones ------------------------------------------------------------------------------


def _text(path: Path) -> Path:
    path.write_text("no archive" * 100, encoding="utf-8")
    return path


def _pipe(path: Path) -> Path:
    os.mkfifo(path)
    return path


def _deflated(path: Path, head: bytes, megabytes: int) -> Path:
    """An archive of x and y, both of this beginning and so many megabytes of zeros."""
    packer = zlib.compressobj(1, wbits=-15)
    begin = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    zeros = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    content = begin + zeros * megabytes + packer.flush()
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("x", "y"):
            archive.writestr(f"{name}.npy", content)
        for entry in archive.filelist:  # as the table of contents, written at last, has it
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.file_size = len(head) + megabytes * 2**20
    return path


def _bomb(path: Path) -> Path:
    head = io.BytesIO()
    shape = {"descr": "|u1", "fortran_order": False, "shape": (1430, 2**20)}
    np.lib.format.write_array_header_1_0(head, shape)
    return _deflated(path, head.getvalue(), 1430)


def _long_header(path: Path) -> Path:
    return _deflated(path, b"\x93NUMPY\x02\x00" + (2**31 - 1).to_bytes(4, "little"), 2047)


def _claims(path: Path) -> Path:
    header = {"descr": "<f4", "shape": (10**12,)}
    return packed(path, {"x": (header, 0), "y": (header, 0)})


def _objects(path: Path) -> Path:
    np.savez(path, x=np.array([{}, {}], dtype=object), y=np.zeros(2))
    return path


def _cut(path: Path) -> Path:
    np.savez(path, x=np.zeros((50, 20)), y=np.zeros(50))
    path.write_bytes(path.read_bytes()[:1000])
    return path


def _damaged(path: Path) -> Path:
    np.savez_compressed(path, x=np.random.rand(500, 20), y=np.arange(500) % 7)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("y.npy").header_offset + 60
    content[start : start + 40] = bytes(40)
    path.write_bytes(content)
    return path


def _other(path: Path) -> Path:
    np.savez(path, x=np.zeros((4, 2)), z=np.zeros(4))
    return path


def _uneven(path: Path) -> Path:
    np.savez(path, x=np.zeros((4, 2)), y=np.zeros(5))
    return path


unix = pytest.mark.skipif(os.name != "posix", reason="there are no such files here")

HOSTILE = [
    pytest.param(lambda path: path, "cannot be read: No such file", id="none"),
    pytest.param(lambda path: path.parent, "no plain file", id="folder"),
    pytest.param(lambda path: Path("/dev/zero"), "no plain file", id="device", marks=unix),
    pytest.param(_pipe, "no plain file", id="pipe", marks=unix),
    pytest.param(_text, "no .npz file of plain numbers", id="text"),
    pytest.param(_bomb, "unpacks to 1,430 MB", id="bomb"),
    pytest.param(_claims, "no .npz file of plain numbers", id="claims"),
    pytest.param(_objects, "must hold plain numbers, not object", id="objects"),
    pytest.param(_cut, "no .npz file of plain numbers", id="cut"),
    pytest.param(_damaged, "no .npz file of plain numbers", id="damaged"),
    pytest.param(_other, "must hold the arrays x and y", id="other arrays"),
    pytest.param(_uneven, "equally many samples", id="uneven"),
    pytest.param(_long_header, "no .npz file of plain numbers", id="long header"),
]


@pytest.mark.parametrize(("make", "says"), HOSTILE)
def test_a_bad_file_gets_a_sentence(
    reader: DataReader, tmp_path: Path, make: Callable[[Path], Path], says: str
) -> None:
    path = make(tmp_path / "bad.npz")
    with pytest.raises(ValueError, match=says) as caught:
        described(reader, ARRAYS_DATA, path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "says"), [(b"\xff\xfe\x00\x80", "UTF-8"), (b"", "0 characters, too few")]
)
def test_a_bad_text_gets_a_sentence(
    reader: DataReader, tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=says):
        described(reader, TEXT_DATA, path)


# ---- sources that do what they should not ------------------------------------------------------


def source(describe: Callable[[Values], DataDescription]) -> NodeType:
    return NodeType(
        "Strange",
        "Data",
        "A source that does what it should not.",
        outputs=(Port("x"),),
        params=(Param("path", "path", ""),),
        boards=TRAINING,
        role="data",
        describe=describe,
        arguments=("path",),
        forward="",
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "data"
    path.write_bytes(b"some")
    return path


@pytest.mark.parametrize(
    ("describe", "says"),
    [
        (for_ever, "data was not looked through within 2 seconds"),
        pytest.param(memory, "takes more than 1,024 MB", marks=unix),
        pytest.param(
            death, r"data ended the process that looked into it \(by signal 9\)", marks=unix
        ),
        (chatter, r"cannot be looked into \(ArithmeticError: five is odd\)"),
    ],
)
def test_what_ends_the_worker_is_told_and_not_asked_again(
    file: Path, describe: Callable[[Values], DataDescription], says: str
) -> None:
    reader = DataReader(seconds=2) if describe is for_ever else DataReader()
    declared = source(describe)
    for _ in range(3):
        with pytest.raises(ValueError, match=says):
            described(reader, declared, file)
    asked = Path(f"{file}.asked")
    (first,) = asked.read_text(encoding="utf-8").split()
    file.write_bytes(b"other")
    with pytest.raises(ValueError, match=says):
        described(reader, declared, file)
    assert len({str(os.getpid()), first, *asked.read_text(encoding="utf-8").split()}) == 3


def test_the_worker_is_small() -> None:
    code = (
        "import json, sys, studio.reading.data_worker, nodes.data.arrays, nodes.data.text;"
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    modules = set(json.loads(done.stdout))
    assert not modules & {"torch", "numpy", "sklearn", "networkx", "PySide6", "studio.compile"}
