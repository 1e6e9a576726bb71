"""A project's variables: giving them values, renaming them, taking them away."""

from __future__ import annotations

from dataclasses import replace

from studio.model.copy_numbers import NUMBERS
from studio.model.names import problem_with_class, unused
from studio.model.operations.edited import Edited, Refusal, sentence
from studio.model.project import Project
from studio.model.renames import RenameVariable
from studio.model.values import Value
from studio.model.variables import numbers


def add_variable(project: Project) -> Edited:
    """Add a variable by a name that is free. Raises Refusal."""
    taken = {*project.variables, *(name for b in project.boards.values() for name in b.params)}
    name = unused("dim", taken)
    return set_variable(project, name, 64)._replace(label=f"Add variable {name}")


def set_variable(project: Project, name: str, value: Value) -> Edited:
    """Give a variable a number, true or false, or an expression over other variables; a new one is
    added. Raises Refusal."""
    if name not in project.variables:
        _refuse_name(project, name)
    variables = {**project.variables, name: value}
    if not isinstance(value, bool) and name not in numbers(variables):
        raise Refusal(
            f"{name} must be a number, true or false, or an expression over variables such as "
            "=4 * dim that comes to a number."
        )
    return Edited(f"Set {name}", replace(project, variables=variables))


def rename_variable(project: Project, old: str, new: str) -> Edited:
    """Rename a variable; expressions that name it follow. Raises Refusal."""
    _refuse_stranger(project, old)
    if new != old:
        _refuse_name(project, new)
    return Edited(f"Rename {old} to {new}", RenameVariable(old, new).apply(project))


def remove_variable(project: Project, name: str) -> Edited:
    """Take a variable away. Raises Refusal."""
    _refuse_stranger(project, name)
    kept = {key: value for key, value in project.variables.items() if key != name}
    return Edited(f"Remove variable {name}", replace(project, variables=kept))


def _refuse_stranger(project: Project, name: str) -> None:
    if name not in project.variables:
        known = ", ".join(project.variables) or "none yet"
        raise Refusal(f"There is no variable '{name}'; there are: {known}.")


def _refuse_name(project: Project, name: str) -> None:
    problem = problem_with_class(name)
    if problem is None and name in NUMBERS:
        problem = f"'{name}' is about the copies of a repeated block: choose another name"
    if problem is None and name in project.variables:
        problem = f"there is a variable '{name}' already: choose another name"
    block = next((b.name for b in project.boards.values() if name in b.params), None)
    if problem is None and block is not None:
        problem = f"'{name}' is a parameter of {block}, which would hide it: choose another name"
    if problem is not None:
        raise Refusal(sentence(problem))
