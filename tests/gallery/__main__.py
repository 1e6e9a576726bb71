"""Each project of the gallery, three seeds, on this machine: what it learns and how long it takes.

A test part is used once, at the very end, with the weights that the validation part chose.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from studio.model.project_file import load
from studio.model.run_layout import RunLayout, last_values, read_metrics
from studio.model.value_names import METRIC, role
from studio.run.node_outputs import untouched
from studio.run.probes.write import write
from studio.run.training_runs import load_run, train

PROJECTS = Path(__file__).parents[2] / "projects"
SEEDS = (0, 1, 2)


@dataclass(frozen=True)
class Mark:
    """What a project is to reach: a metric of a part, and seconds."""

    split: str
    metric: str
    goal: float
    seconds: float


MARKS = {
    "mlp": Mark("test", "metric/accuracy", 0.97, 60),
    "lenet": Mark("test", "metric/accuracy", 0.98, 60),
    "resnet": Mark("test", "metric/accuracy", 0.98, 120),
    "vit": Mark("test", "metric/accuracy", 0.95, 120),
    "gpt": Mark("validation", "loss/update", 1.7, 180),
}


def main() -> int:
    """Print the table; 1 where a mark was missed."""
    names = sys.argv[1:] or list(MARKS)
    print(f"{torch.get_num_threads()} threads, medians of seeds {', '.join(map(str, SEEDS))}\n")
    print("| project | reaches | goal | seconds | goal | |\n| --- | --- | --- | --- | --- | --- |")
    missed = 0
    with tempfile.TemporaryDirectory(prefix="netloom-gallery-") as place:
        for name in names:
            line, met = _row(name, MARKS[name], Path(place))
            print(line, flush=True)
            missed += not met
        if "gpt" in names:
            print(f"\ngpt writes:\n\n{_written(Path(place) / 'gpt-0')}")
    return 1 if missed else 0


def _row(name: str, mark: Mark, place: Path) -> tuple[str, bool]:
    found = list(_runs(name, mark, place))
    value = statistics.median(v for v, _ in found)
    seconds = statistics.median(s for _, s in found)
    larger = role(mark.metric) == METRIC
    met = (value >= mark.goal if larger else value <= mark.goal) and seconds <= mark.seconds
    shown = f"{value:.1%}" if larger else f"{value:.2f} nats"
    goal = f"≥ {mark.goal:.0%}" if larger else f"≤ {mark.goal} nats"
    cells = (
        name,
        f"{shown} ({mark.split} {mark.metric.partition('/')[2] if larger else 'loss'})",
        goal,
        f"{seconds:.0f}",
        f"≤ {mark.seconds:.0f}",
        "met" if met else "missed",
    )
    return f"| {' | '.join(cells)} |", met


def _runs(name: str, mark: Mark, place: Path) -> Iterator[tuple[float, float]]:
    project = load(PROJECTS / f"{name}.json")
    for seed in SEEDS:
        folder = place / f"{name}-{seed}"
        settings = replace(project.settings, seed=seed, device="cpu")
        ended = train(replace(project, settings=settings), folder)
        values = last_values(read_metrics(RunLayout(folder)), mark.split)
        yield values[mark.metric], ended.seconds


def _written(folder: Path) -> str:
    loaded = load_run(folder)
    with untouched(loaded):
        prompt = "The "
        return prompt + "".join(write(loaded, "GPT", prompt, length=300, temperature=0.7))


if __name__ == "__main__":
    sys.exit(main())
