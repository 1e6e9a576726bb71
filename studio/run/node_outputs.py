"""What every node puts out, caught while a network runs, without a trace left in the training."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from studio.model.project import Board, Project
from studio.model.value_names import LOSS, role
from studio.run.loaded_project import LoadedProject
from studio.run.taps import Tap

Replacement = Callable[[Tensor], Tensor]
"""Makes another value of one that a node puts out."""


class Captured:
    """What the nodes of one network put out, where it ran first: `outputs` has the first output of
    each by its path (`layers.0.attention`), copies of a repeated block being numbered, and `losses`
    those of the training board by the update that follows them."""

    def __init__(self, project: Project, network: Board) -> None:
        self.outputs: dict[str, Tensor] = {}
        self.losses: dict[str, Tensor] = {}
        self.places: dict[str, tuple[str, str]] = {}
        """Board and id of each node."""
        self._boards, self._network = project.boards, network
        self._values: dict[tuple[str, str], Tensor] = {}

    def keep(self, tap: Tap, within: Sequence[str], value: object) -> None:
        """Keep what came by a tap, `within` these nodes of the network."""
        if isinstance(value, Tensor):
            path = ".".join((*within, tap.node))
            self.places[path] = tap.board, tap.node
            self._values[path, tap.port] = value
            self.outputs.setdefault(path, value)

    def into(self, path: str) -> dict[str, Tensor]:
        """What went into a node, by input; the first where an input takes several."""
        board, node = self.places[path]
        return self._into(self._boards[board], node, path.rpartition(".")[0])

    def _into(self, board: Board, node: str, within: str) -> dict[str, Tensor]:
        found: dict[str, Tensor] = {}
        for wire in board.wires:
            end = f"{within}.{wire.source}" if within else wire.source, wire.source_port
            if wire.target == node and end in self._values:
                found.setdefault(wire.target_port, self._values[end])
        return found

    @property
    def given(self) -> tuple[Tensor, ...]:
        """What the network was called with."""
        inputs = (node.id for node in self._network.inputs)
        return tuple(self.outputs[id] for id in inputs if id in self.outputs)

    @property
    def result(self) -> Tensor | None:
        """What the network put out first."""
        output = self._network.outputs[0].id
        return self._into(self._network, output, "").get("input")


@contextmanager
def untouched(loaded: LoadedProject) -> Iterator[None]:
    """Run networks at rest, with gradients for all that any update trains; everything is as before
    afterwards, random states too."""
    networks = loaded.networks.values()
    modes = {m: m.training for network in networks for m in network.modules()}
    learning = [(p, p.requires_grad) for network in networks for p in network.parameters()]
    cuda = [loaded.device] if loaded.device.type == "cuda" else []
    with torch.random.fork_rng(cuda), loaded.training.mixed_precision():
        loaded.training.set_modes()
        for network in networks:
            network.eval()
        try:
            yield
        finally:
            for parameter, learns in learning:
                parameter.requires_grad_(learns)
            for module, mode in modes.items():
                module.training = mode


@contextmanager
def watching(
    loaded: LoadedProject,
    name: str,
    alone: bool = False,
    replaced: Mapping[str, Replacement] | None = None,
) -> Iterator[Captured]:
    """Catch what the nodes of a network put out while the training board runs in here: where that
    has it at several places, at the first. Or while the network is called `alone`. What follows a
    node that is `replaced`, by path, gets what is made of its first output."""
    board = loaded.project.boards[loaded.stages.loops[loaded.stages.number][0]]
    ids = {node.id for node in board.networks if node.instance == name}
    captured = Captured(loaded.project, loaded.project.boards[loaded.project.instances[name]])
    waiting = dict(replaced or {})
    first = ""

    def see(tap: Tap, value: object) -> object:
        nonlocal first
        within = tap.within
        if not alone:
            if not within or within[0] not in ids or within[0] != (first or within[0]):
                return value
            first, within = within[0], within[1:]
        change = waiting.pop(".".join((*within, tap.node)), None)
        if change is not None and isinstance(value, Tensor):
            value = change(value)
        captured.keep(tap, within, value)
        return value

    with loaded.taps.seen(see):
        yield captured


def run_batch(
    loaded: LoadedProject,
    name: str,
    batch: dict[str, Tensor],
    replaced: Mapping[str, Replacement] | None = None,
) -> Captured:
    """Run the training board on a batch and catch what one network does, the values of some nodes
    `replaced`. Call it `untouched`."""
    with watching(loaded, name, replaced=replaced) as captured:
        values = loaded.training.objective.evaluate(batch, loaded.training.at())
    losses = {name: value for name, value in values.items() if role(name) == LOSS}
    captured.losses.update({name.removeprefix(LOSS): loss for name, loss in losses.items()})
    return captured


def wiring(loaded: LoadedProject, name: str) -> tuple[str, ...] | None:
    """Which outputs of the data are the network's arguments; None if others are among them."""
    batch = sample(loaded, _part(loaded), 0)
    with untouched(loaded), torch.no_grad():
        given = run_batch(loaded, name, batch).given
    ports = {id(value): port for port, value in batch.items()}
    found = tuple(ports.get(id(value), "") for value in given)
    return found if all(found) and found else None


def _part(loaded: LoadedProject) -> str:
    return "validation" if loaded.data.epoch("validation") else "training"


def samples(loaded: LoadedProject, part: str) -> int:
    """How many samples a part has. Raises ValueError where the data has no such part."""
    count = loaded.data.epoch(part)
    if not count:
        raise ValueError(f"the data has no {part} part")
    return count


def sample(loaded: LoadedProject, part: str, number: int) -> dict[str, Tensor]:
    """One sample as a batch. Raises ValueError where there is none of that number."""
    count = samples(loaded, part)
    if not 0 <= number < count:
        raise ValueError(f"the {part} part has {count} samples, counted from 0; choose one of them")
    index = torch.tensor([number], device=loaded.device)
    return loaded.data.batch(part, index)


def run_value(loaded: LoadedProject, name: str, value: Any) -> Captured:
    """Run a network on a picture or text of a person. Call it `untouched`."""
    ports = wiring(loaded, name)
    given: Mapping[str, Tensor] = loaded.data.encode(value)
    if ports is None or any(port not in given for port in ports):
        raise ValueError(f"{name} takes more than a drawing or a text; choose a sample of the data")
    with watching(loaded, name, alone=True) as captured:
        loaded.networks[name](*(given[port].to(loaded.device) for port in ports))
    return captured
