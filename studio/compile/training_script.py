"""The training script: data, networks, objective and the loop in one file that runs alone."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from studio.compile.checking import Checking
from studio.compile.copied_code import copied
from studio.compile.loop_pieces import AT, NAMED, PICK, PLAN, STEP, TRAIN, UPDATE
from studio.compile.merged_files import joined, packages
from studio.compile.module_source import with_imports
from studio.compile.settled_options import without_settled
from studio.compile.training_source import dataset_paths, needed, training_recipe
from studio.compile.unused_names import without_unused
from studio.model.names import CODE
from studio.model.project import Project

MAIN = '''
import json

import torch


def main() -> None:
    """Train, print a line an epoch, test, and save the best weights."""
    torch.manual_seed(STAGES[0].plan.seed)
    device, networks = {pick}(DEVICE), make_networks()
    stages = [(s, {loop}(s.objective(networks), s.data(), s.plan, device)) for s in STAGES]
    for stage, loop in stages:
        for record in loop.run():
            if record is not None and record.split != "training":
                line = {{"stage": stage.name, record.split: record.epoch, **record.values}}
                print(json.dumps(line), flush=True)
        loop.load_weights(loop.best or loop.weights())
        for name, weights in loop.weights().items():
            torch.save(weights, f"{{name}}.pt")


if __name__ == "__main__":
    main()
'''


def training_script(project: Project, checking: Checking) -> str:
    """The script of a checked project. It holds copies of the loop's parts that it uses; those
    give way where a board is called like one. Raises CannotCompile."""
    taken = project.boards.keys() | CODE
    paths = [*needed(project, checking, NAMED), TRAIN, PICK, *dataset_paths(project, checking)]
    parts = copied(paths, taken)
    recipe = training_recipe(project, checking, parts.names, _top_level(parts.text), False)
    body = with_imports("", recipe, ("from collections.abc import Iterator",))
    main = MAIN.format(loop=parts.names[TRAIN], pick=parts.names[PICK])
    imports = "\n".join(parts.imports)
    text = joined("", [f"{imports}\n\n\n{parts.text}", body.text, main])
    text = _needed_alone(text, _readers(parts.names), recipe.by_person)
    title = f"Trains what was drawn in Netloom. Needs {', '.join(packages(text))}."
    return joined(title, ["from __future__ import annotations", text])


def _needed_alone(text: str, readers: Mapping[str, str], kept: frozenset[str]) -> str:
    """The file without what it does not use: what options settle frees names, and these options.
    What is `kept` stays as it is."""
    while (less := without_unused(without_settled(text, readers, kept), kept)) != text:
        text = less
    return text


def _readers(names: Mapping[str, str]) -> dict[str, str]:
    """What options are called where they are read."""
    options = {PLAN: "plan", UPDATE: "update", STEP: "step", AT: "at"}
    return {names[path]: reader for path, reader in options.items() if path in names}


def _top_level(text: str) -> set[str]:
    """Names that a file gives a meaning at its top level."""
    found = set()
    for part in ast.parse(text).body:
        if isinstance(part, ast.ClassDef | ast.FunctionDef):
            found.add(part.name)
        elif isinstance(part, ast.Assign | ast.AnnAssign):
            found |= {node.id for node in ast.walk(part) if isinstance(node, ast.Name)}
    return found
