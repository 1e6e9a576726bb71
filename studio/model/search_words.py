"""How well something fits what a person typed: by its name first, then by what it does."""

from __future__ import annotations

import re

EXACT, START, WORD_START, IN_NAME, BY_GROUP, BY_KEYWORD, BY_SUMMARY, ANYWHERE = range(8)
"""Places, the best first."""

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+[a-z]*|[^\W_]")
_ENDINGS = ("ations", "ation", "ings", "ing", "ers", "er", "es", "ed", "e", "s")
_STEM = 4
"""Letters that are left at least where an ending is cut off."""


def plain(text: str) -> str:
    """A text as searches compare it: small letters, hyphens being spaces, and British and American
    spelling are one."""
    return text.lower().replace("z", "s").replace("-", " ")


class SearchWords:
    """What is known of one thing: its name and its parts (`MaxPool2d` is max, pool, 2d), words for
    what it does, its group, its summary."""

    def __init__(self, name: str, keywords: str, group: str, summary: str) -> None:
        parts = [plain(part) for part in _PARTS.findall(name)]
        self.name = "".join(parts)
        self.starts = " ".join(["", *("".join(parts[place:]) for place in range(1, len(parts)))])
        self.by_name = f" {self.name}{self.starts}"
        self.by_group = f"{self.by_name}{_spaced(group)}"
        self.by_keyword = f"{self.by_group}{_spaced(keywords)}"
        self.by_summary = f"{self.by_keyword}{_spaced(summary)}"


class Query:
    """What was typed. Its words may come in any order, and in other forms of them: `pooling`
    finds `pool`, `down sampling` `downsample`."""

    def __init__(self, text: str) -> None:
        self._words = plain(text).split()
        self._whole = "".join(self._words)
        self._start = f" {self._whole}"
        self._stems = [f" {stem(word)}" for word in self._words]
        self._joined = [f" {stem(self._whole)}"]

    def place(self, found: SearchWords) -> int | None:
        """How well it fits, 0 being best; None where it does not."""
        name, words, stems = found.name, self._words, self._stems
        if self._whole in name:
            if name.startswith(self._whole):
                return EXACT if name == self._whole else START
            return WORD_START if self._start in found.starts else IN_NAME
        if len(words) > 1 and _all_in(words, name):
            return IN_NAME
        if _all_in(self._joined, found.by_summary):
            stems = self._joined
        elif not _all_in(stems, found.by_summary):
            return ANYWHERE if _all_in(words, found.by_summary) else None
        for place, text in (
            (IN_NAME, found.by_name),
            (BY_GROUP, found.by_group),
            (BY_KEYWORD, found.by_keyword),
        ):
            if _all_in(stems, text):
                return place
        return BY_SUMMARY


def _all_in(words: list[str], text: str) -> bool:
    return all(map(text.__contains__, words))


def stem(word: str) -> str:
    """A word without its ending, where enough of it is left."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM:
            return word.removesuffix(ending)
    return word


def _spaced(text: str) -> str:
    """Words, each with a space before it."""
    return " " + re.sub(r"\W+", " ", plain(text))
