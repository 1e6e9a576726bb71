"""Packages of other people, as pip leaves them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def install(folder: Path, module: str, text: str, group: str = "netloom.nodes") -> None:
    """A package of one module that an entry point names."""
    (folder / f"{module}.py").write_text(text)
    register(folder, module, {group: {module: module}})


def register(folder: Path, package: str, groups: Mapping[str, Mapping[str, str]]) -> None:
    """What pip notes of a package: its entry points by group and name."""
    info = folder / f"{package}-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1\n")
    lines = []
    for group, points in groups.items():
        lines += [f"[{group}]", *(f"{name} = {value}" for name, value in points.items())]
    (info / "entry_points.txt").write_text("\n".join([*lines, ""]))
