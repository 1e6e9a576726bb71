"""A project that is saved over an older one: the file is always one of the two, whole."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

from studio.model.files import FileError
from studio.model.project_file import load, save
from tests.kill.process import start
from tests.kill.saver import version
from tests.kill.table import Row

TIMES = 8
"""Kills for each round of the slower groups: these are quick."""


def rows(rounds: int, chance: random.Random, folder: Path) -> Iterator[Row]:
    """Kill while saving."""
    row, path = Row("a project is saved over an older one"), folder / "large.json"
    versions = [version(1), version(2)]
    save(versions[0], path)
    for _ in range(rounds * TIMES):
        saver = start("-m", "tests.kill.saver", path)
        assert saver.stdout is not None
        saver.stdout.readline()
        time.sleep(chance.uniform(0, 0.4))
        saver.kill()
        saver.communicate()
        row.times += 1
        try:
            row.expect(load(path) in versions, f"{path.name} holds neither version")
        except FileError as error:
            row.wrong.append(str(error))
        projects = list(folder.glob("*.json"))
        row.expect(projects == [path], f"a leftover looks like a project: {projects}")
    row.note = f"{len(list(folder.glob('.*.part')))} unfinished files beside it, none a project"
    yield row
