"""The projects that come with Netloom, and the empty one that a person begins with."""

from __future__ import annotations

from importlib.resources import files

from studio.model.project import Board, Project
from studio.model.project_reading import parse

EMPTY = "empty"
"""What the empty project is called among templates."""


def gallery() -> list[str]:
    """Names of the projects that come with Netloom."""
    found = (entry.name for entry in files("projects").iterdir())
    return sorted(name.removesuffix(".json") for name in found if name.endswith(".json"))


def template(name: str) -> Project:
    """A project of the gallery, or the empty one."""
    if name == EMPTY:
        return empty()
    return parse((files("projects") / f"{name}.json").read_text(encoding="utf-8"))


def empty() -> Project:
    """A project with one empty network."""
    return Project({"net": Board("net", "network")})
