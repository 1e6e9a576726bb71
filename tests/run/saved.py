"""What tests read from a run's checkpoints, and put into them."""

from pathlib import Path
from typing import Any

from studio.model.checkpoint_folders import Kind
from studio.model.run_layout import RunLayout
from studio.run import checkpoint_files, checkpoints


def saved(folder: Path, kind: Kind = "last") -> dict[str, Any]:
    """What the newest checkpoint of a kind holds."""
    return checkpoints.read(RunLayout(folder), kind)[1]


def save_again(folder: Path, content: dict[str, Any], kind: Kind = "last") -> None:
    """Put something else into it."""
    path, _ = checkpoints.read(RunLayout(folder), kind)
    checkpoints.remove(path)
    checkpoint_files.write(path, content)
