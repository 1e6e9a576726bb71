"""What every node puts out, caught while a network runs, without a trace left in the training."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any

import torch
from torch import Tensor, nn

from studio.model.names import variables
from studio.model.value_names import LOSS, role
from studio.run.loaded_project import LoadedProject


@dataclass
class Captured:
    """Outputs by node path (`layers.0.attention`), and arguments of the modules in `watched`."""

    outputs: dict[str, Tensor] = field(default_factory=dict)
    arguments: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    result: Tensor | None = None
    losses: dict[str, Tensor] = field(default_factory=dict)
    """By the update that follows them."""


@contextmanager
def untouched(loaded: LoadedProject) -> Iterator[None]:
    """Run networks at rest, with gradients for all that any update trains; everything is as before
    afterwards, random states too."""
    networks = loaded.networks.values()
    modes = {m: m.training for network in networks for m in network.modules()}
    learning = [(p, p.requires_grad) for network in networks for p in network.parameters()]
    cuda = [loaded.device] if loaded.device.type == "cuda" else []
    with torch.random.fork_rng(cuda), loaded.training.precision():
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
def watching(loaded: LoadedProject, name: str) -> Iterator[Captured]:
    """Catch what the nodes of a network put out while it runs in here; the first time, where the
    training board has it at several places."""
    captured, network = Captured(), loaded.networks[name]
    paths = {module: path for path, module in network.named_modules()}
    nodes = _Nodes(loaded)
    ended = False

    def note(module: nn.Module, given: Any) -> None:
        if not ended:
            captured.arguments[paths[module]] = given

    def keep(_: nn.Module, given: Any, result: Any) -> None:
        nonlocal ended
        if not ended:
            captured.result, ended = first_tensor(result), True

    hooks = [module.register_forward_pre_hook(note) for module in paths]
    hooks.append(network.register_forward_hook(keep))

    def profile(frame: FrameType, event: str, value: object) -> None:
        if ended or event != "return" or frame.f_code.co_filename != loaded.source.filename:
            return
        values = frame.f_locals
        path = paths.get(values.get("self"))
        if path is None:
            return
        for id, variable in nodes.of(frame.f_code).items():
            tensor = first_tensor(values.get(variable))
            if tensor is not None:
                captured.outputs[f"{path}.{id}" if path else id] = tensor

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        yield captured
    finally:
        sys.setprofile(before)
        for hook in hooks:
            hook.remove()


class _Nodes:
    """Which nodes' outputs are local variables of a piece of the source."""

    def __init__(self, loaded: LoadedProject) -> None:
        self._loaded = loaded
        self._known: dict[CodeType, dict[str, str]] = {}

    def of(self, code: CodeType) -> dict[str, str]:
        """Node ids and their variables, in the board's order."""
        if code not in self._known:
            places = [self._loaded.place(line) for _, _, line in code.co_lines() if line]
            boards = {place[0] for place in places if place is not None}
            known: dict[str, str] = {}
            for board in boards:
                known |= variables(self._loaded.project.boards[board].nodes)
            self._known[code] = {id: n for id, n in known.items() if n in code.co_varnames}
        return self._known[code]


def first_tensor(value: object) -> Tensor | None:
    """The value if it is a tensor, or the first of several."""
    if isinstance(value, tuple) and value:
        value = value[0]
    return value if isinstance(value, Tensor) else None


def run_batch(loaded: LoadedProject, name: str, batch: dict[str, Tensor]) -> Captured:
    """Run the training board on a batch and catch what one network does. Call it `untouched`."""
    with watching(loaded, name) as captured:
        values = loaded.training.objective.evaluate(batch, loaded.training.at())
    for name, value in values.items():
        if role(name) == LOSS and isinstance(value, Tensor):
            captured.losses[name.removeprefix(LOSS)] = value
    return captured


def wiring(loaded: LoadedProject, name: str) -> tuple[str, ...] | None:
    """Which outputs of the data are the network's arguments; None if others are among them."""
    batch = sample(loaded, _part(loaded), 0)
    with untouched(loaded), torch.no_grad():
        given = run_batch(loaded, name, batch).arguments.get("", ())
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
    with watching(loaded, name) as captured:
        loaded.networks[name](*(given[port].to(loaded.device) for port in ports))
    return captured
