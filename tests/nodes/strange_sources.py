"""What describes data as it should not. The worker imports this file, so it imports little."""

from __future__ import annotations

import os
import time
from pathlib import Path

from nodes.declare import Values
from nodes.described import DataDescription, DataField


def for_ever(values: Values) -> DataDescription:
    _asked(values)
    while True:
        time.sleep(1)


def memory(values: Values) -> DataDescription:
    _asked(values)
    return DataDescription({"x": DataField((len(bytes(2**33)),))})


def death(values: Values) -> DataDescription:
    _asked(values)
    os.kill(os.getpid(), 9)
    return DataDescription({})


def chatter(values: Values) -> DataDescription:
    _asked(values)
    print("hello")
    raise ArithmeticError("five is odd")


def _asked(values: Values) -> None:
    """Note who asks, each time."""
    with Path(f"{values['path']}.asked").open("a", encoding="utf-8") as file:
        file.write(f"{os.getpid()} ")
