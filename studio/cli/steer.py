"""`netloom steer`: what the window's buttons do to a run under way, from any other shell."""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from pathlib import Path

from studio.cli.command_error import CommandError
from studio.cli.json_output import print_object
from studio.model.messages import Pause, Resume, SetLearningRate, Stop
from studio.model.run_inbox import RunCommand, post
from studio.model.run_layout import RunLayout, SavedState, is_run, read_state
from studio.model.run_owner import owner_of

PATIENCE = 30.0
"""Seconds to wait for the run to do it: a step may take long."""

GLANCE = 0.02
"""Seconds between two looks whether it has."""

COMMANDS: Mapping[str, type[Pause | Resume | Stop]] = {
    "pause": Pause,
    "go-on": Resume,
    "stop": Stop,
}

STATES = {"pause": "paused", "go-on": "training"}
"""What a run does after it."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("run", type=Path, help="the folder of a run")
    parser.add_argument(
        "what", nargs="?", choices=(*COMMANDS, "rate"), help="without it: say where the run stands"
    )
    parser.add_argument("value", nargs="?", type=float, help="the new learning rate")
    parser.add_argument("--update", default="", help="whose learning rate it is (every update's)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Do it and say where the run stands. Exit code 1 where nobody trains there."""
    layout = RunLayout(arguments.run)
    if not is_run(layout.folder):
        raise CommandError(f"{layout.folder} is not a run that Netloom made.")
    command = _command(arguments)
    if command is not None:
        if owner_of(layout) is None:
            raise CommandError(
                f"Nobody trains in {layout.folder} now; go on with it by netloom train --resume."
            )
        _ask(layout, command, STATES.get(arguments.what, ""))
    owner, saved = owner_of(layout), read_state(layout)
    if arguments.json:
        fields = {"state": saved.state, "done": saved.done, "total": saved.total}
        print_object({"run": layout.folder, **fields, "owner": owner})
    else:
        print(f"{_place(saved)}, " + (f"trained {owner}" if owner else "nobody trains in it now"))
    return 0


def _command(arguments: argparse.Namespace) -> RunCommand | None:
    rate = arguments.what == "rate"
    if rate != (arguments.value is not None) or (arguments.update and not rate):
        raise CommandError("A number goes with rate, and with nothing else: steer RUN rate 1e-4.")
    if rate and not 0 < arguments.value < 1e6:
        raise CommandError(f"{arguments.value} is no learning rate; it is a number above 0.")
    if rate:
        return SetLearningRate(arguments.value, arguments.update)
    return COMMANDS[arguments.what]() if arguments.what else None


def _ask(layout: RunLayout, command: RunCommand, state: str) -> None:
    """Ask, and wait until it is done."""
    message, until = post(layout, command), time.monotonic() + PATIENCE
    stop = isinstance(command, Stop)
    while owner_of(layout) is not None:
        taken = not stop and not message.exists()
        if taken and state in ("", read_state(layout).state):
            return
        if time.monotonic() > until:
            raise CommandError(
                f"{layout.folder} was asked, but did nothing for {PATIENCE:g} seconds; it will "
                "once the step under way has ended."
            )
        time.sleep(GLANCE)
    if not stop:
        raise CommandError(f"The run in {layout.folder} ended before it could do that.")


def _place(saved: SavedState) -> str:
    return f"{saved.state or 'preparing'} at step {saved.done:,} of {saved.total:,}"
