"""Data sources: what they give and how they split."""

from pathlib import Path

import numpy as np
import pytest
import torch

from nodes.datasets.digits import Digits
from nodes.datasets.karate import KarateClub
from nodes.datasets.pairs import DigitPairs
from nodes.datasets.text import Characters


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.txt"
    path.write_text("the quick brown fox jumps over the lazy dog\n" * 40, encoding="utf-8")
    return path


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


def text_of(data: Characters, tokens: torch.Tensor) -> str:
    characters = list(data.numbers)
    return "".join(characters[token] for token in tokens.tolist())


def test_targets_are_one_further(book: Path) -> None:
    data = Characters(str(book), length=8)
    for part in ("training", "validation"):
        last = data.size(part) - 1
        batch = data.batch(part, torch.tensor([0, last]))
        assert torch.equal(batch["tokens"][:, 1:], batch["target"][:, :-1])
    assert text_of(data, data.batch("training", torch.tensor([4]))["tokens"][0]) == "quick br"


def test_prompt_survives_and_unknown_characters_are_left_out(book: Path) -> None:
    data = Characters(str(book), length=8)
    assert text_of(data, data.encode("the ☃ fox")["tokens"][0]) == "the  fox"
    assert data.encode("")["tokens"].shape == (1, 1)


def test_text_parts_do_not_overlap(tmp_path: Path) -> None:
    path = tmp_path / "numbers.txt"
    path.write_text("".join(chr(200 + i) for i in range(1000)), encoding="utf-8")
    data = Characters(str(path), 4, validation=0.2, test=0.1)
    seen = [set(data.parts[part].tolist()) for part in ("training", "validation", "test")]
    assert [len(part) for part in seen] == [700, 200, 100]
    assert not seen[0] & seen[1] | seen[1] & seen[2]
    assert max(seen[0]) < min(seen[1]) < min(seen[2])
