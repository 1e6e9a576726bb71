"""Instances: the sets of weights that networks have on training boards."""

from __future__ import annotations

from studio.model.names import problem_with
from studio.model.operations.edited import Edited, Refusal, sentence
from studio.model.project import Project
from studio.model.renames import RenameInstance


def rename_instance(project: Project, old: str, new: str) -> Edited:
    """Give a set of weights another name; nodes and updates that name it follow. Raises Refusal."""
    network = project.instances.get(old)
    if network is None:
        known = ", ".join(project.instances) or "none yet"
        raise Refusal(f"There are no weights '{old}' on a training board; there are: {known}.")
    problem = problem_with(new)
    if problem is None and new != old and new in project.instances:
        problem = f"there are weights '{new}' already: choose another name"
    if problem is None and new != network and new in project.boards:
        problem = f"'{new}' is the name of a board: choose another"
    if problem is not None:
        raise Refusal(sentence(problem))
    return Edited(f"Rename {old} to {new}", RenameInstance(old, new).apply(project))
