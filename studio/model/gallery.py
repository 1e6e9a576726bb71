"""The projects that come with Netloom, and the empty one that a person begins with."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

from studio.model.project import Board, Project
from studio.model.project_reading import parse

EMPTY = "empty"
"""What the empty project is called among templates."""


def gallery() -> list[str]:
    """Names of the projects that come with Netloom, each of which can be trained."""
    return _names(files("projects"))


def architectures() -> list[str]:
    """Names of the well-known networks that come with Netloom, as they were published."""
    return _names(files("projects") / "architectures")


def template(name: str) -> Project:
    """A project of the gallery, a well-known network, or the empty project."""
    if name == EMPTY:
        return empty()
    folder = files("projects")
    if name in architectures():
        folder = folder / "architectures"
    return parse((folder / f"{name}.json").read_text(encoding="utf-8"))


def shipped_blocks() -> list[str]:
    """Names of the files with blocks that come with Netloom."""
    return _names(files("projects") / "blocks")


def shipped_project(name: str) -> Project:
    """The project of such a file: its blocks, and a network that shows how they are used."""
    path = files("projects") / "blocks" / f"{name}.json"
    return parse(path.read_text(encoding="utf-8"))


def _names(folder: Traversable) -> list[str]:
    found = (entry.name for entry in folder.iterdir())
    return sorted(name.removesuffix(".json") for name in found if name.endswith(".json"))


def empty() -> Project:
    """A project with one empty network."""
    return Project({"net": Board("net", "network")})
