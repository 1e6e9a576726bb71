"""`netloom tour`: the main job from end to end on a template, without a window."""

from __future__ import annotations

import argparse
from pathlib import Path

from studio.cli import train
from studio.cli.command_error import CommandError
from studio.cli.progress import sentence
from studio.model.gallery import gallery, template
from studio.session.runs import next_folder


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("--template", default="lenet", choices=gallery(), help="lenet")
    parser.add_argument(
        "--to", type=Path, default=Path("exported"), help="folder for what it leaves (exported)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Train, test, export and draw the curves; say where everything is."""
    folder: Path = arguments.to
    folder.mkdir(parents=True, exist_ok=True)
    project = template(arguments.template)
    print(f"Training {arguments.template} from its template.", flush=True)
    target = next_folder(Path(f"{arguments.template}.json"), parent=folder.parent / "runs")
    ended = train.train(project, target)
    if ended.state.state != "finished":
        raise CommandError(ended.state.message or f"Stopped; what was learned is in {target}.")
    from studio.cli.pictures import curves_of, save
    from studio.run.exports import export

    part = "test" if "test" in ended.metrics else "validation"
    print(sentence(part, ended.metrics[part]))
    print("Code, with proof that it gives what was trained:")
    print(f"  {export(project, 'python', folder, target).message}")
    print(f"  {export(project, 'script', folder).message}")
    print(f"Checkpoint: {export(project, 'checkpoint', folder, target).path}")
    picture = folder / f"{arguments.template}_curves.png"
    save(curves_of(target), picture)
    print(f"Curves: {picture}")
    print(f"Run: {target}")
    return 0
