"""Which project it is, whatever its file is called: by this its runs are found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

UNTITLED = "untitled"
"""What runs of a project without a file are called."""


@dataclass(frozen=True, slots=True)
class ProjectIdentity:
    """A project's file, if it has one, and its uid, which older files do not have."""

    path: Path | None
    uid: str = ""

    @property
    def stem(self) -> str:
        """What names of its new runs begin with."""
        return UNTITLED if self.path is None else self.path.stem

    def owns(self, name: str, uid: str, others: frozenset[str] = frozenset()) -> bool:
        """Whether a run of this name, begun by the project `uid`, is one of its runs. `others` are
        the stems of the project files beside it.

        A name belongs to the longest stem that it begins with: `net.v2.first` to `net.v2.json`, if
        that is there, and else to `net.json`. The uid tells what the name cannot: whose the runs of
        a renamed file are, and that those of a file that is gone are not `net.json`'s. A copied
        file has the uid of the first; there the name decides.
        """
        stems = [s for s in (self.stem, *others) if name == s or name.startswith(f"{s}.")]
        named = max(stems, key=len, default="")
        if uid and self.uid:
            return uid == self.uid and named in ("", self.stem)
        return named == self.stem
