"""Packages of other people, as pip leaves them."""

from __future__ import annotations

from pathlib import Path


def install(folder: Path, module: str, text: str, group: str = "netloom.nodes") -> None:
    """A package of one module that an entry point names."""
    (folder / f"{module}.py").write_text(text)
    info = folder / f"{module}-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[{group}]\n{module} = {module}\n")
