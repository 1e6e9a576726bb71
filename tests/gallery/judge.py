"""A judge of drawn digits: which digit a picture shows, and whether it shows one at all."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

SEED = 7
"""Of its split and its weights: others than those of what it judges."""

NO_DIGIT = 10

Pictures = NDArray[np.float32]
"""(N, 64) in 0..1."""


@dataclass(frozen=True)
class Verdict:
    """Of many pictures: the share of the rarest digit, and the mean probability of being one."""

    rarest: float
    digit: float


class Judge:
    """A classifier of the ten digits and of what is none: noise, pixels of two digits mixed, the
    pixels of a digit shuffled. `accuracy`, `noise` (mean probability given to a digit) are of what
    it has not seen."""

    def __init__(self) -> None:
        digits = load_digits()
        pictures = (digits.images.reshape(-1, 64) / 16).astype(np.float32)
        parts = train_test_split(
            pictures, digits.target, test_size=0.3, random_state=SEED, stratify=digits.target
        )
        seen, unseen, seen_names, names = parts
        random = np.random.default_rng(SEED)
        junk, more_junk = _junk(seen, seen_names, 500, random), _junk(unseen, names, 200, random)
        self._model = MLPClassifier((256, 128), max_iter=60, random_state=SEED, alpha=1e-3)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # sixty rounds are enough for it
            self._model.fit(
                np.concatenate([seen, junk]),
                np.concatenate([seen_names, np.full(len(junk), NO_DIGIT)]),
            )
        self.accuracy = float((self._model.predict(unseen) == names).mean())
        self.noise = self.verdict(more_junk).digit

    def verdict(self, pictures: Pictures) -> Verdict:
        """What it says of pictures."""
        chances = self._model.predict_proba(pictures)
        shares = np.bincount(chances[:, :NO_DIGIT].argmax(1), minlength=NO_DIGIT) / len(pictures)
        return Verdict(float(shares.min()), float(1 - chances[:, NO_DIGIT].mean()))


def _junk(
    pictures: Pictures, names: NDArray[np.int64], count: int, random: np.random.Generator
) -> Pictures:
    noise = random.random((count, 64))
    first, second = random.integers(len(pictures), size=(2, 4 * count))
    different = names[first] != names[second]
    first, second = first[different][:count], second[different][:count]
    mixed = np.where(random.random((len(first), 64)) < 0.5, pictures[first], pictures[second])
    some = pictures[random.integers(len(pictures), size=count)]
    shuffled = np.stack([random.permutation(picture) for picture in some])
    return np.concatenate([noise, mixed, shuffled]).astype(np.float32)
