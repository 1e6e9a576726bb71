"""Characters of a text."""

from functools import lru_cache
from importlib import import_module
from pathlib import Path

import torch
from torch import Tensor

from nodes.datasets.plain_files import plain_file

_LARGEST = 256 * 2**20
"""Bytes of a text: it is kept in memory, several times as large."""


@lru_cache(maxsize=4)
def read_text(path: str, modified: float) -> tuple[str, tuple[str, ...]]:
    """A text and its characters in order; without a path, Python's language reference."""
    if path:
        text = Path(path).read_text(encoding="utf-8")
    else:
        topics = import_module("pydoc_data.topics").topics
        text = "\n".join(topics[name] for name in sorted(topics))
    return text, tuple(sorted(set(text)))


class Characters:
    """Windows of a text: `tokens` (N, T) and `target` (N, T), the same characters one further.

    The end of the text is kept for the test, what comes before that for validation. A training
    sample starts anywhere; in the other parts they lie side by side.
    """

    takes = "text"
    classes: tuple[str, ...]

    def __init__(
        self,
        path: str = "",
        length: int = 64,
        validation: float = 0.1,
        test: float = 0.0,
    ) -> None:
        self.signals(path, length, validation, test)
        text, self.classes = self.read(path)
        self.length = length
        self.numbers = {character: i for i, character in enumerate(self.classes)}
        tokens = torch.tensor([self.numbers[character] for character in text])
        last = round(len(tokens) * test)
        middle = round(len(tokens) * validation)
        first = len(tokens) - middle - last
        shares = tokens.tensor_split((first, first + middle))
        self.parts = dict(zip(("training", "validation", "test"), shares, strict=True))

    @classmethod
    def read(cls, path: str) -> tuple[str, tuple[str, ...]]:
        """The text and its characters. Raises ValueError."""
        try:
            return read_text(path, plain_file(path, _LARGEST) if path else 0.0)
        except OSError as error:
            raise ValueError(
                f"the text {path} cannot be read: {error.strerror}"
            ) from error
        except UnicodeDecodeError as error:
            raise ValueError(f"{path} is not a text file in UTF-8") from error

    @classmethod
    def signals(
        cls,
        path: str = "",
        length: int = 64,
        validation: float = 0.1,
        test: float = 0.0,
    ) -> dict[str, tuple[tuple[int | str, ...], str, int | None]]:
        """Shape, element type and limit of each output. Raises ValueError."""
        if validation + test >= 1:
            raise ValueError("validation and test together leave nothing to train on")
        text, characters = cls.read(path)
        shortest = min(
            share
            for share in (validation, test, 1 - validation - test)
            if share or not validation + test
        )
        if round(len(text) * shortest) < length + 2:
            raise ValueError(
                f"the text has {len(text):,} characters, too few for samples of {length}"
            )
        shape, vocabulary = ("N", f"T={length}"), len(characters)
        return {
            "tokens": (shape, "int64", vocabulary),
            "target": (shape, "int64", vocabulary),
        }

    def to(self, device: torch.device) -> None:
        """Keep everything on a device."""
        self.parts = {part: tokens.to(device) for part, tokens in self.parts.items()}

    def size(self, part: str) -> int:
        """Samples that can be asked for."""
        if part == "training":
            return max(0, len(self.parts[part]) - self.length)
        return self.epoch(part)

    def epoch(self, part: str) -> int:
        """Samples that make an epoch: as many as lie side by side."""
        return max(0, (len(self.parts[part]) - 1) // self.length)

    def batch(self, part: str, index: Tensor) -> dict[str, Tensor]:
        """The samples of these numbers."""
        windows = self.parts[part].unfold(0, self.length + 1, 1)
        chosen = windows[index if part == "training" else index * self.length]
        return {"tokens": chosen[:, :-1], "target": chosen[:, 1:]}

    def encode(self, value: str) -> dict[str, Tensor]:
        """A prompt as a batch of one; characters that the text never has are left out."""
        known = [
            self.numbers[character] for character in value if character in self.numbers
        ]
        return {"tokens": torch.tensor([known or [self.numbers.get("\n", 0)]])}

    def decode(self, tokens: Tensor) -> str:
        """The text of tokens (T)."""
        return "".join(self.classes[token] for token in tokens.tolist())
