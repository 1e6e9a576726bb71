"""What the data of a run were: how its samples were divided, and what its classes are called. A run
that goes on, or is looked into, keeps both, whatever became of a file meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from nodes.declare import NodeType
from nodes.described import DataDescription
from studio.model.files import FileError
from studio.model.project import Board, Project
from studio.model.roles import with_role
from studio.run.loop.data import Data


@runtime_checkable
class Divided(Protocol):
    """Data whose samples are numbered over all parts, and can be divided as they once were."""

    def members(self) -> Mapping[str, Sequence[int]]:
        """Numbers of the samples in each part."""

    def divide(self, members: Mapping[str, Sequence[int]]) -> None:
        """Divide them so. Raises IndexError where one is gone."""


def recorded(data: Data, description: DataDescription) -> dict[str, Any]:
    """What is kept of the data of a stage, as plain JSON."""
    classes = {port: list(field.classes) for port, field in description.fields.items()}
    found: dict[str, Any] = {"classes": {port: some for port, some in classes.items() if some}}
    if isinstance(data, Divided):
        found["parts"] = {part: _numbers(some) for part, some in data.members().items()}
    return found


def _numbers(members: Sequence[int]) -> list[int] | dict[str, int]:
    """Numbers one by one, or the first and the one after the last."""
    if isinstance(members, range):
        return {"from": members.start, "to": members.stop}
    return list(members)


def restore(data: Data, description: DataDescription, known: Mapping[str, Any]) -> None:
    """Divide data as was `recorded` of them; nothing where nothing was. Raises FileError where
    they are others by now."""
    for port, names in known.get("classes", {}).items():
        field = description.fields.get(port)
        if field is not None and list(field.classes) != names:
            raise FileError(
                f"The data are others than this run learned from: {port} was one of "
                f"{_some(names)}, and is one of {_some(field.classes)} now. Bring back what they "
                "were, or start a new run."
            )
    if not isinstance(data, Divided):
        return
    parts = {part: _members(some) for part, some in known.get("parts", {}).items()}
    if not parts or parts == data.members():
        return
    try:
        data.divide(parts)
    except (IndexError, KeyError) as error:
        raise FileError(
            "The data are others than this run learned from: samples are missing. Bring back what "
            "they were, or start a new run."
        ) from error


def _members(found: Any) -> Sequence[int]:
    """Raises FileError for what `recorded` does not write."""
    if isinstance(found, Mapping):
        found = range(*(found.get(end, -1) for end in ("from", "to")))
    if not isinstance(found, list | range) or not all(isinstance(n, int) and n >= 0 for n in found):
        raise FileError("What this run says of its data is damaged; start a new run.")
    return found


def _some(names: Sequence[str], most: int = 12) -> str:
    return ", ".join(names[:most]) + (f", … ({len(names):,})" if len(names) > most else "")


def carried(
    known: Mapping[str, Any], before: Project, project: Project, types: Mapping[str, NodeType]
) -> dict[str, Any]:
    """What was recorded of a project's stages, by the stages of another that have the very same
    data."""
    old = {key: board.name for board in before.stages for key in _sources(board, types)}
    return {
        board.name: known[old[key]]
        for board in project.stages
        for key in _sources(board, types)
        if old.get(key) in known
    }


def _sources(board: Board, types: Mapping[str, NodeType]) -> Iterator[object]:
    for node in with_role(board, types, "data"):
        yield node.uid, node.type, repr(sorted(node.params.items()))
