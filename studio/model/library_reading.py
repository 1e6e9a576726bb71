"""Where the blocks of the library are read: what comes with Netloom, and other projects."""

from __future__ import annotations

from pathlib import Path

from studio.model.gallery import shipped_blocks, shipped_project
from studio.model.library import ELSEWHERE, SHIPPED, LibraryBlock
from studio.model.project_file import load


def shipped_library() -> list[LibraryBlock]:
    """All blocks that come with Netloom, by what they say of themselves."""
    return [
        LibraryBlock(board.name, project, board.notes[0].text, SHIPPED)
        for project in map(shipped_project, shipped_blocks())
        for board in project.of_kind("block")
        if board.notes
    ]


def blocks_of(path: Path) -> list[LibraryBlock]:
    """The blocks of a project file. Raises FileError."""
    project, told = load(path), f"Block of {path.name}:"
    return [
        LibraryBlock(board.name, project, f"{told} {len(board.nodes)} nodes.", ELSEWHERE)
        for board in project.of_kind("block")
    ]
