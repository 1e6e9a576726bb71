"""Data sources: what they promise, how they split, what they say of bad files."""

import os
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from nodes.datasets.arrays import Arrays
from nodes.datasets.digits import Digits
from nodes.datasets.karate import KarateClub
from nodes.datasets.pairs import DigitPairs
from nodes.datasets.text import Characters


@pytest.fixture
def npz(tmp_path: Path) -> Path:
    path = tmp_path / "data.npz"
    random = np.random.default_rng(0)
    np.savez(path, x=random.random((50, 1, 4, 6)), y=np.arange(50) % 3)
    return path


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.txt"
    path.write_text("the quick brown fox jumps over the lazy dog\n" * 40, encoding="utf-8")
    return path


def test_batches_are_what_signals_say(npz: Path, book: Path) -> None:
    for source, arguments in (
        (Digits, {"size": 16}),
        (Characters, {"path": str(book), "length": 8}),
        (Arrays, {"path": str(npz)}),
    ):
        data = source(**arguments)
        batch = data.batch("training", torch.tensor([0, 3, 1]))
        signals = source.signals(**arguments)
        assert batch.keys() == signals.keys()
        for port, (shape, dtype, limit) in signals.items():
            expected = [3 if size == "N" else int(str(size).removeprefix("T=")) for size in shape]
            assert list(batch[port].shape) == expected
            assert batch[port].dtype == getattr(torch, dtype)
            if limit is not None:
                assert int(batch[port].max()) < limit


def test_digits_split_every_class_alike() -> None:
    data = Digits()
    sizes = {part: data.size(part) for part in ("training", "validation", "test")}
    assert sum(sizes.values()) == 1797
    assert sizes["test"] == pytest.approx(359, abs=5)
    counts = data.parts["validation"]["label"].bincount()
    assert counts.min() >= 17
    assert counts.max() <= 19
    rows = [data.parts[part]["image"].flatten(1) for part in sizes]
    both = torch.cat((rows[0], rows[2])).unique(dim=0)
    assert len(both) == len(rows[0].unique(dim=0)) + len(rows[2].unique(dim=0))


def test_pairs_are_two_pictures_of_one_digit() -> None:
    data, digits = DigitPairs(), Digits()
    for part in ("training", "validation", "test"):
        pictures, known = data.epoch(part), digits.parts[part]
        every = data.batch(part, torch.arange(data.size(part)))
        assert pictures == digits.size(part) < data.size(part)
        assert torch.equal(every["first"][:pictures], known["image"])
        assert torch.equal(every["label"][:pictures], known["label"])
        partners = data.parts[part]["partner"]
        assert torch.equal(every["second"][:pictures], known["image"][partners[:, 0]])
        assert (known["label"][partners] == known["label"][:, None]).all()
        assert all(len({own, *row}) == len(row) + 1 for own, row in enumerate(partners.tolist()))


def test_partners_follow_from_the_seed() -> None:
    first, same, other = (DigitPairs(seed=seed).parts["test"]["partner"] for seed in (0, 0, 1))
    assert torch.equal(first, same)
    assert not torch.equal(first, other)


def test_a_picture_alone_of_its_digit_is_its_own_partner() -> None:
    data = DigitPairs(validation=0.006)
    every = data.batch("validation", torch.arange(data.size("validation")))
    assert torch.equal(every["first"], every["second"])


def test_parts_of_a_graph_are_masks() -> None:
    club = KarateClub()
    sizes = [club.epoch(part) for part in ("training", "validation", "test")]
    assert sizes == [1, 0, 1]
    learn, test = (club.batch(part, torch.tensor([0])) for part in ("training", "test"))
    assert learn["mask"].nonzero().flatten().tolist() == [0, 33]
    assert torch.equal(test["mask"], ~learn["mask"])
    assert sorted(learn["label"][learn["mask"]].tolist()) == [0, 1]
    assert torch.equal(learn["edge_index"], test["edge_index"])
    there = set(map(tuple, learn["edge_index"].T.tolist()))
    assert len(there) == 156
    assert there == {(b, a) for a, b in there}


def test_drawn_picture_is_resized() -> None:
    image = Digits(size=32).encode(np.ones((100, 60), np.float32))["image"]
    assert image.shape == (1, 1, 32, 32)
    torch.testing.assert_close(image, torch.ones_like(image))


def test_targets_are_one_further(book: Path) -> None:
    data = Characters(str(book), length=8)
    for part in ("training", "validation"):
        last = data.size(part) - 1
        batch = data.batch(part, torch.tensor([0, last]))
        assert torch.equal(batch["tokens"][:, 1:], batch["target"][:, :-1])
    assert data.decode(data.batch("training", torch.tensor([4]))["tokens"][0]) == "quick br"


def test_prompt_survives_and_unknown_characters_are_left_out(book: Path) -> None:
    data = Characters(str(book), length=8)
    assert data.decode(data.encode("the ☃ fox")["tokens"][0]) == "the  fox"
    assert data.encode("")["tokens"].shape == (1, 1)


def test_default_text_is_pythons_reference() -> None:
    assert Characters.signals()["tokens"][2] == len(Characters().classes)


def test_text_parts_do_not_overlap(tmp_path: Path) -> None:
    path = tmp_path / "numbers.txt"
    path.write_text("".join(chr(200 + i) for i in range(1000)), encoding="utf-8")
    data = Characters(str(path), 4, validation=0.2, test=0.1)
    seen = [set(data.parts[part].tolist()) for part in ("training", "validation", "test")]
    assert [len(part) for part in seen] == [700, 200, 100]
    assert not seen[0] & seen[1] | seen[1] & seen[2]
    assert max(seen[0]) < min(seen[1]) < min(seen[2])


def test_bad_files_get_one_sentence(tmp_path: Path, book: Path) -> None:
    for source, path, says in (
        (Characters, tmp_path / "none.txt", "cannot be read"),
        (Characters, tmp_path, "cannot be read"),
        (Arrays, tmp_path / "none.npz", "cannot be read"),
        (Arrays, book, "no .npz file"),
    ):
        with pytest.raises(ValueError, match=says) as caught:
            source.signals(path=str(path))
        assert "\n" not in str(caught.value)
    with pytest.raises(ValueError, match="too few"):
        Characters.signals(path=str(book), length=500)
    binary = tmp_path / "binary.txt"
    binary.write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(ValueError, match="UTF-8"):
        Characters.signals(path=str(binary))


def test_arrays_never_unpickle(tmp_path: Path) -> None:
    path = tmp_path / "objects.npz"
    np.savez(path, x=np.array([{}, {}], dtype=object), y=np.zeros(2))
    with pytest.raises(ValueError, match="plain numbers"):
        Arrays.signals(path=str(path))
    np.savez(path, x=np.zeros((4, 2)), z=np.zeros(4))
    with pytest.raises(ValueError, match="arrays x and y"):
        Arrays.signals(path=str(path))
    np.savez(path, x=np.zeros((4, 2)), y=np.zeros(5))
    with pytest.raises(ValueError, match="equally many"):
        Arrays.signals(path=str(path))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders here")
@pytest.mark.parametrize("source", [Arrays, Characters])
def test_only_plain_files_are_read(tmp_path: Path, source: Any) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in ("/dev/zero", str(tmp_path / "pipe"), str(tmp_path)):
        with pytest.raises(ValueError, match="no plain file"):
            source.signals(path=path)


def test_describing_arrays_takes_no_room_for_them(tmp_path: Path) -> None:
    path = tmp_path / "large.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, shape in (("x", (20_000, 1000)), ("y", (20_000,))):
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                header = {"descr": "<f4" if name == "x" else "|u1", "fortran_order": False}
                np.lib.format.write_array_header_1_0(file, {**header, "shape": shape})
                rows = 1000 if name == "x" else 1
                for _ in range(20):
                    file.write(bytes(4_000 * rows if name == "x" else 1000))
    tracemalloc.start()
    signals = Arrays.signals(path=str(path))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert signals["x"] == (("N", 1000), "float32", None)
    assert signals["y"] == (("N",), "int64", 1)
    assert most < 8 * 2**20 < 20_000 * 1000 * 4


def test_arrays_that_are_not_there_whole(tmp_path: Path) -> None:
    path = tmp_path / "short.npz"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("x", "y"):
            with archive.open(f"{name}.npy", "w") as file:
                header = {"descr": "<f4", "fortran_order": False, "shape": (10**12,)}
                np.lib.format.write_array_header_1_0(file, header)
    with pytest.raises(ValueError, match="plain numbers"):
        Arrays.signals(path=str(path))


def test_shares_must_leave_something() -> None:
    with pytest.raises(ValueError, match="nothing to train on"):
        Digits.signals(validation=0.5, test=0.5)
