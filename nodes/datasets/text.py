"""Characters of a text."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import torch
from torch import Tensor


class Characters:
    """Windows of a text: `tokens` (N, T) and `target` (N, T), the same characters one further.

    The end of the text is kept for the test, what comes before that for validation. A training
    sample starts anywhere; in the other parts they lie side by side.
    """

    def __init__(
        self,
        path: str = "",
        length: int = 64,
        validation: float = 0.1,
        test: float = 0.0,
    ) -> None:
        text = self.read(path)
        self.length = length
        self.numbers = {character: i for i, character in enumerate(sorted(set(text)))}
        tokens = torch.tensor([self.numbers[character] for character in text])
        last = round(len(tokens) * test)
        middle = round(len(tokens) * validation)
        first = len(tokens) - middle - last
        shares = tokens.tensor_split((first, first + middle))
        self.parts = dict(zip(("training", "validation", "test"), shares, strict=True))

    @staticmethod
    def read(path: str) -> str:
        """The text; without a path, Python's language reference."""
        if path:
            return Path(path).read_text(encoding="utf-8")
        topics: dict[str, str] = import_module("pydoc_data.topics").topics
        return "\n".join(topics[name] for name in sorted(topics))

    def members(self) -> dict[str, range]:
        """Numbers of the characters in each part."""
        found, start = {}, 0
        for part, tokens in self.parts.items():
            found[part] = range(start, start + len(tokens))
            start += len(tokens)
        return found

    def divide(self, members: Mapping[str, range]) -> None:
        """Divide the text as it once was. Raises IndexError where it is shorter now."""
        tokens = torch.cat(list(self.parts.values()))
        if any(some.stop > len(tokens) for some in members.values()):
            raise IndexError("the text is shorter now")
        self.parts = {
            part: tokens[members[part].start : members[part].stop]
            for part in self.parts
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
