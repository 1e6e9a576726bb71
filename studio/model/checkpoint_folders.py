"""What checkpoints of a run are called: a folder each, that is in its place once it is whole.

`last-340.17` is the 17th that was written, after 340 steps; `best-320.16` holds the weights alone
that were best so far. The newest of a kind counts; older ones are there because somebody wants
them, or because nobody had the time to remove them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["last", "best"]

NAME = re.compile(r"(last|best)-(\d{1,15})\.(\d{1,15})", re.ASCII)


@dataclass(frozen=True, slots=True)
class CheckpointFolder:
    """One of them, and what its name says."""

    path: Path
    kind: str
    step: int
    number: int


def checkpoint_folders(parent: Path) -> list[CheckpointFolder]:
    """All checkpoints, in the order in which they were written."""
    try:
        found = [(path, NAME.fullmatch(path.name)) for path in parent.iterdir()]
    except OSError:
        return []
    folders = [
        CheckpointFolder(path, match[1], int(match[2]), int(match[3]))
        for path, match in found
        if match is not None
    ]
    return sorted(folders, key=lambda folder: folder.number)


def newest(parent: Path, kind: Kind) -> Path:
    """The newest of a kind. Runs of the first layout have a file, which is named where there is
    nothing yet, too."""
    found = [folder.path for folder in checkpoint_folders(parent) if folder.kind == kind]
    return found[-1] if found else parent / f"{kind}.pt"


def to_remove(parent: Path, every: int = 0, begun: int = 0) -> list[Path]:
    """What need not be kept: all but the newest of each kind, and of those from which the run could
    go on each `every`-th, where that is not 0. Best weights from before a stage that has `begun`
    after so many steps are not the best any more."""
    folders = checkpoint_folders(parent)
    kept = {newest(parent, "last"), newest(parent, "best")}
    kept -= {f.path for f in folders if begun and f.kind == "best" and f.step <= begun}
    kinds = {folder.kind for folder in folders}
    old = [parent / f"{kind}.pt" for kind in sorted(kinds)]
    return [path for path in old if path.is_file()] + [
        folder.path
        for folder in folders
        if folder.path not in kept
        and not (every and folder.kind == "last" and folder.number % every == 0)
    ]
