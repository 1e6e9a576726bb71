"""The parts of the loop that a training file names, and what they are called in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

LOOP = "studio.run.loop"

OBJECTIVE = f"{LOOP}.objective.Objective"
STEP = f"{LOOP}.objective.Step"
AT = f"{LOOP}.objective.At"
FIXED = f"{LOOP}.fixed_weights.with_fixed_weights"
FOLLOW = f"{LOOP}.slow_copy.follow"
PLAN = f"{LOOP}.training.Plan"
STAGE = f"{LOOP}.training.Stage"
UPDATE = f"{LOOP}.updater.Update"
TRAIN = f"{LOOP}.training.Loop"
PICK = f"{LOOP}.training.pick_device"

NAMED = (OBJECTIVE, STEP, AT, FIXED, FOLLOW, PLAN, STAGE, UPDATE)
"""What the file of a training may name; scripts name the rest besides."""


def names_for(paths: Iterable[str], taken: Collection[str]) -> dict[str, str]:
    """What each of these import paths is called, clear of what is taken."""
    found: dict[str, str] = {}
    for path in paths:
        name = path.rpartition(".")[2]
        while name in taken or name in found.values():
            name += "_"
        found[path] = name
    return found


def imports_of(names: Mapping[str, str], used: Collection[str]) -> list[str]:
    """Statements that import those of the names that are used."""
    found = []
    for path, name in names.items():
        if name in used:
            module, _, own = path.rpartition(".")
            found.append(f"from {module} import {own}" + (f" as {name}" if name != own else ""))
    return found
