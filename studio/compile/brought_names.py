"""What a file imports, and what that is called in another that has names of its own."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from studio.model.names import CODE

USUAL: Mapping[str, tuple[str, str]] = {
    "torch": ("torch", "import torch"),
    "nn": ("torch.nn", "from torch import nn"),
    "F": ("torch.nn.functional", "import torch.nn.functional as F"),
    "Tensor": ("torch.Tensor", "from torch import Tensor"),
    "math": ("math", "import math"),
    "np": ("numpy", "import numpy as np"),
}
"""What short names always mean in generated code, and how they are imported."""

_BUILTINS = frozenset(dir(builtins))


@dataclass(frozen=True)
class Brought:
    """One imported name: of a `module`, or of a `part` in it."""

    name: str
    module: str
    part: str = ""

    @property
    def target(self) -> str:
        """What it leads to. `import a.b` leads to `a`."""
        if self.part:
            return f"{self.module}.{self.part}"
        return self.name if self._is_plain else self.module

    @property
    def _is_plain(self) -> bool:
        return not self.part and self.name == self.module.partition(".")[0]

    @property
    def movable(self) -> bool:
        """Whether it can get another name: `import a.b` also loads what has none."""
        return not self._is_plain or self.name == self.module

    def statement(self, name: str) -> str:
        """What imports it by a name."""
        if self.part:
            return f"from {self.module} import {self.part}" + _as(self.part, name)
        if self._is_plain and name == self.name:
            return f"import {self.module}"
        return f"import {self.module} as {name}"


def _as(own: str, name: str) -> str:
    return "" if own == name else f" as {name}"


def brought(tree: ast.Module, module: str) -> Iterator[Brought]:
    """What a file imports at its top level; `module` is its own name."""
    for part in tree.body:
        if isinstance(part, ast.Import):
            for alias in part.names:
                bound = alias.asname or alias.name.partition(".")[0]
                yield Brought(bound, alias.name)
        elif isinstance(part, ast.ImportFrom) and part.module != "__future__":
            package = module.split(".")[: -part.level] if part.level else []
            source = ".".join([*package, *([part.module] if part.module else [])])
            for alias in part.names:
                yield Brought(alias.asname or alias.name, source, alias.name)


@dataclass
class Imports:
    """Imports of a file that is being put together, clear of what is `taken`."""

    taken: Collection[str]
    statements: dict[str, None] = field(default_factory=dict)
    _targets: dict[str, str] = field(default_factory=dict)

    def add(self, new: Brought) -> str:
        """Import something; returns what it is called."""
        name = new.name
        while new.movable and self._means_other(name, new.target):
            name += "_"
        self._targets[name] = new.target
        known = USUAL.get(name)
        usual = known is not None and known[0] == new.target
        self.statements[known[1] if usual and known else new.statement(name)] = None
        return name

    def __contains__(self, name: str) -> bool:
        """Whether something is imported by that name."""
        return name in self._targets

    def _means_other(self, name: str, target: str) -> bool:
        """Whether a name stands for something else."""
        if name in self._targets:
            return self._targets[name] != target
        if name in USUAL:
            return USUAL[name][0] != target
        if name in _BUILTINS:
            return True
        return name in self.taken and (name not in CODE or target.rpartition(".")[2] != name)
