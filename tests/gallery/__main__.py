"""Each project of the gallery, several seeds, on this machine: what it learns, how long it takes.

A test part is used once, at the very end, with the weights that the validation part chose.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch

from studio.model.messages import RunState
from studio.model.project_file import load
from studio.run.node_outputs import untouched
from studio.run.probes.write import write
from studio.run.training_runs import load_run, train
from tests.gallery.marks import MARKS, SEEDS, found_by_pixels, judge

PROJECTS = Path(__file__).parents[2] / "projects"


def main() -> int:
    """Print the table; 1 where a mark was missed."""
    names = sys.argv[1:] or list(MARKS)
    print(f"{torch.get_num_threads()} threads, medians of so many seeds, from 0 on\n")
    print("| project | reaches | goal | seconds | goal | seeds | |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    missed = 0
    with tempfile.TemporaryDirectory(prefix="netloom-gallery-") as place:
        for name in names:
            for line, met in _rows(name, Path(place)):
                print(line, flush=True)
                missed += not met
        if "gpt" in names:
            print(f"\ngpt writes:\n\n{_written(Path(place) / 'gpt-0')}")
        if {"gan", "vae"} & set(names):
            seen = f"{judge().accuracy:.1%} of digits that it has not seen are right"
            print(f"\nThe judge of what is drawn: {seen}, P(a digit) of noise {judge().noise:.2f}.")
        if "siamese" in names:
            print(f"\nBy pixels alone, mean average precision is {found_by_pixels():.2f}.")
    return 1 if missed else 0


def _rows(name: str, place: Path) -> Iterator[tuple[str, bool]]:
    most, marks = MARKS[name]
    runs = list(_runs(name, place))
    seconds = statistics.median(run.seconds for run in runs)
    for mark in marks:
        value = statistics.median(mark.measure(run.folder) for run in runs)
        met = mark.met(value) and seconds <= most
        cells = (
            name,
            f"{mark.shown(value)} ({mark.what})",
            f"{'≤' if mark.lower else '≥'} {mark.shown(mark.goal)}",
            f"{seconds:.0f}",
            f"≤ {most:.0f}",
            str(len(runs)),
            "met" if met else "missed",
        )
        yield f"| {' | '.join(cells)} |", met


def _runs(name: str, place: Path) -> Iterator[RunState]:
    project = load(PROJECTS / f"{name}.json")
    for seed in range(SEEDS[name]):
        settings = replace(project.settings, seed=seed, device="cpu")
        yield train(replace(project, settings=settings), place / f"{name}-{seed}")


def _written(folder: Path) -> str:
    loaded = load_run(folder)
    with untouched(loaded):
        prompt = "The "
        return prompt + "".join(write(loaded, "GPT", prompt, length=300, temperature=0.7))


if __name__ == "__main__":
    sys.exit(main())
