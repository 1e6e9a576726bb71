"""`netloom look`: pictures of what goes on inside a trained network."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from studio.cli import trained_run
from studio.cli.command_error import CommandError
from studio.model.data_parts import PARTS, Part
from studio.model.messages import Look

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from studio.model.figures import Figure
    from studio.model.messages import Probes

CURVES = "Curves"
"""The curves of the run itself."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    trained_run.configure(parser)
    parser.add_argument(
        "--probe", required=True, help="'curves' for those of the run; a wrong name lists all"
    )
    parser.add_argument("--node", default="", help="a node, such as conv1 or blocks.0.attention")
    parser.add_argument("--network", help="which network, where there are several")
    parser.add_argument(
        "--data", choices=PARTS, help="which part of the data (validation, where there is one)"
    )
    parser.add_argument("--sample", type=int, default=0, help="number of the sample (0)")
    parser.add_argument("--input", help="an image file or a text in place of a sample")
    parser.add_argument("-o", "--out", type=Path, required=True, help="the PNG file to write")


def run(arguments: argparse.Namespace) -> int:
    """Draw the figures of a probe, or the curves of the run, into a PNG file."""
    if arguments.sample < 0:
        raise CommandError("--sample counts from 0.")
    loaded = trained_run.load(arguments)
    from studio.cli.pictures import curves_of, save

    if _same(arguments.probe, CURVES):
        figures: tuple[Figure, ...] = curves_of(arguments.run)
    else:
        from studio.run.probing import Probing

        probing = Probing(loaded)
        found = probing.look(_question(probing.probes(), arguments))
        if found.error:
            raise CommandError(found.error)
        figures = found.figures
    if not figures:
        raise CommandError(f"There is nothing to draw for {arguments.probe}.")
    save(figures, arguments.out)
    print(f"{arguments.out}: {', '.join(figure.title for figure in figures[:3])}")
    return 0


def _question(probes: Probes, arguments: argparse.Namespace) -> Look:
    network = _one(arguments.network, probes.networks, "network")
    nodes = probes.networks[network]
    node = _one(arguments.node, nodes, f"node of {network}")
    probe = next((name for name in nodes[node] if _same(name, arguments.probe)), None)
    if probe is None:
        where = node or network
        able = [
            path for path, names in nodes.items() if any(_same(n, arguments.probe) for n in names)
        ]
        more = f" and is for {', '.join(path or network for path in able)}" if able else ""
        known = ", ".join([*nodes[node], *([] if node else [CURVES])])
        raise CommandError(
            f"'{arguments.probe}' shows nothing of {where}{more}; there are {known}."
        )
    parts: tuple[Part, ...] = ("validation", "training", "test")
    part: Part = arguments.data or next((p for p in parts if probes.samples.get(p)), parts[0])
    samples = probes.samples.get(part, 0)
    if arguments.sample >= samples:
        raise CommandError(f"The {part} part has {samples} samples, counted from 0.")
    value = _value(probes, arguments.input)
    return Look(0, probe, network, node, part, arguments.sample, value)


def _one(wanted: str | None, known: Iterable[str], what: str) -> str:
    names = list(known)
    if wanted in names:
        return str(wanted)
    if wanted is None and len(names) == 1:
        return names[0]
    shown = ", ".join(name for name in names if name)
    raise CommandError(f"'{wanted or ''}' is no {what}; there are {shown}.")


def _value(probes: Probes, given: str | None) -> NDArray[np.float32] | str | None:
    if given is None or probes.takes == "text":
        return given
    if probes.takes != "image":
        raise CommandError("This project's data takes neither images nor text: leave out --input.")
    from studio.cli.image_file import read_image

    return read_image(Path(given))


def _same(name: str, given: str) -> bool:
    return name.lower() == given.replace("-", " ").replace("_", " ").lower()
