"""Exports: Python module, training script, weights; each proved in a clean interpreter."""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from safetensors.torch import save
from torch import Tensor, nn

from studio.compile.compiled import Compiled, check
from studio.compile.flows import SHARED, signal
from studio.compile.module_source import networks_used
from studio.compile.training_script import training_script
from studio.model.files import FileError, write_atomically
from studio.model.project import Project
from studio.model.run_layout import RunLayout
from studio.run.loaded_project import load_run

Target = Literal["python", "script", "checkpoint", "safetensors"]

SUFFIX: Mapping[Target, str] = {
    "python": ".py",
    "script": "_training.py",
    "checkpoint": ".pt",
    "safetensors": ".safetensors",
}


@dataclass(frozen=True)
class ExportReport:
    """What was written, and the largest difference between outputs of the export, reloaded in a
    clean interpreter, and of the network here; None for a script, which is not run."""

    path: Path
    difference: float | None
    message: str


def export(
    project: Project, to: Target, out: Path, run: Path | None = None, network: str | None = None
) -> ExportReport:
    """Write an export to a file, or into a folder under the network's name.

    Raises FileError, and CannotCompile for a project with errors.
    """
    compiled = check(project)
    name = network or _only_network(project, to)
    board = project.boards.get(name)
    if board is None or board.kind != "network":
        raise FileError(f"The project has no network called {name!r}.")
    path = out / f"{name.lower()}{SUFFIX[to]}" if out.is_dir() or not out.suffix else out
    if to == "script":
        compiled.training()  # refuses a project with errors
        text = training_script(project, compiled.checking)
        _write(path, text.encode())
        return ExportReport(path, None, f"{path}: the whole training; run it with python {path}.")
    if run is None and to != "python":
        raise FileError(f"A {to} holds the weights of a run; say which by --run.")
    source = compiled.source(name)
    here = _network(compiled, run, name)
    weights = _as_bytes(here.state_dict(), to)
    _write(path, source.encode() if to == "python" else weights)
    difference = _difference(compiled, name, source, weights, here)
    trained = "fresh weights" if run is None else f"the weights of {run.name}"
    return ExportReport(
        path,
        difference,
        f"{path}: reloaded in a clean interpreter with {trained}; largest difference "
        f"{difference:g}.",
    )


def _only_network(project: Project, to: Target) -> str:
    names = networks_used(project) or [board.name for board in project.of_kind("network")]
    if not names:
        raise FileError("The project has no network to export; draw one first.")
    if len(names) > 1 and to != "script":
        raise FileError(
            f"The project has several networks; choose {', '.join(names)} by --network."
        )
    return names[0]


def _network(compiled: Compiled, run: Path | None, name: str) -> nn.Module:
    if run is None:
        return compiled.network(name).eval()
    networks = load_run(run, "cpu").networks
    if name not in networks:
        raise FileError(f"The run {run} did not train {name}; it holds {', '.join(networks)}.")
    here = compiled.network(name)
    _load(here, networks[name].state_dict(), run)
    return here.eval()


def _load(network: nn.Module, weights: Mapping[str, Tensor], run: Path) -> None:
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        lines = [line.strip() for line in str(error).splitlines()[1:3]]
        raise FileError(
            f"The weights of {run} do not fit what is drawn now: {' '.join(lines)} Export from the "
            f"run's own project, {RunLayout(run).segment().project}."
        ) from error


def _as_bytes(weights: Mapping[str, Tensor], to: Target) -> bytes:
    if to == "safetensors":
        return bytes(save({name: value.contiguous() for name, value in weights.items()}))
    buffer = io.BytesIO()
    torch.save(dict(weights), buffer)
    return buffer.getvalue()


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"{path.parent} cannot be made: {error.strerror or error}.") from error
    write_atomically(path, data)


# ---- proof -------------------------------------------------------------------------------------

SAMPLES = 2
"""How many an export is compared on."""

PROOF = """
import importlib.util, sys, torch
source, name, weights, samples, threads = sys.argv[1:]
torch.set_num_threads(int(threads))
spec = importlib.util.spec_from_file_location("exported", source)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
network = getattr(module, name)()
if weights.endswith(".safetensors"):
    from safetensors.torch import load_file
    network.load_state_dict(load_file(weights))
else:
    network.load_state_dict(torch.load(weights, weights_only=True))
inputs, expected = torch.load(samples, weights_only=True)
with torch.no_grad():
    outputs = network.eval()(*inputs)
outputs = outputs if isinstance(outputs, tuple) else (outputs,)
print(max((ours - theirs).abs().max().item() for ours, theirs in zip(outputs, expected)))
"""


def _difference(
    compiled: Compiled, name: str, source: str, weights: bytes, here: nn.Module
) -> float:
    """Largest difference between the outputs of the network here and of its export, loaded by a
    Python that knows nothing of Netloom. Raises FileError where that fails."""
    inputs = _samples(compiled, name)
    with torch.no_grad():
        found = here(*inputs)
    expected = found if isinstance(found, tuple) else (found,)
    with tempfile.TemporaryDirectory(prefix="netloom-") as folder:
        place = Path(folder)
        kind = "weights.pt" if weights[:2] == b"PK" else "weights.safetensors"
        (place / "exported.py").write_text(source, encoding="utf-8")
        (place / kind).write_bytes(weights)
        torch.save((inputs, expected), place / "samples.pt")
        files = (place / "exported.py", name, place / kind, place / "samples.pt")
        command = [
            sys.executable,
            "-I",
            "-c",
            PROOF,
            *map(str, files),
            str(torch.get_num_threads()),
        ]
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise FileError(f"The export was written, but a clean Python cannot load it: {last[0]}")
    return float(done.stdout)


def _samples(compiled: Compiled, name: str) -> tuple[Tensor, ...]:
    """Random inputs of typical sizes, few samples: what comes out may be much larger."""
    flow = compiled.checking.flows[name]
    generator = torch.Generator().manual_seed(0)
    found = []
    for node in flow.board.inputs:
        like = flow.outcomes[node.id].outputs["output"]
        whole = not like.dtype.is_floating_point
        named = zip(signal(like).shape, like.shape, strict=True)
        shape = [SAMPLES if name == SHARED else size for name, size in named]
        made = torch.rand(shape, generator=generator)
        found.append((made > 0.5).to(like.dtype) if whole else made)
    return tuple(found)
