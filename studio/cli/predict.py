"""`netloom predict`: what a trained network says to images, or how it goes on with a text."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from studio.cli import trained_run
from studio.cli.command_error import CommandError
from studio.cli.json_output import print_object
from studio.model.figures import Bars, Text
from studio.model.messages import Look

if TYPE_CHECKING:
    from studio.model.messages import Probes
    from studio.run.probing import Probing

PROBES = {"image": "Predict", "text": "Write"}
"""What answers an input of a person, by what the data takes."""

SHOWN = 3
"""Classes printed for each input."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    trained_run.configure(parser)
    parser.add_argument("inputs", nargs="+", metavar="INPUT", help="image files, or prompts")
    parser.add_argument("--network", help="which network, where there are several")
    parser.add_argument("--length", type=int, default=200, help="characters to write (200)")
    parser.add_argument("--temperature", type=float, default=0.8, help="0: always the likeliest")
    parser.add_argument("--seed", type=int, default=0, help="for drawing characters")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Print an answer for each input, in the order given."""
    loaded = trained_run.load(arguments)
    from studio.run.probing import Probing

    probing = Probing(loaded)
    probes = probing.probes()
    probe = PROBES.get(probes.takes)
    if probe is None:
        raise CommandError(
            "This project's data takes neither images nor text; export the network to use it."
        )
    network = _network(probes, probe, arguments.network)
    answers = []
    for given in arguments.inputs:
        answers.append(_answer(probing, network, probe, given, arguments))
        if not arguments.json:
            print(_sentence(answers[-1]))
    if arguments.json:
        print_object({"run": arguments.run, "predictions": answers})
    return 0


def _network(probes: Probes, probe: str, wanted: str | None) -> str:
    able = [name for name, found in probes.networks.items() if probe in found.get("", ())]
    if wanted in able:
        return str(wanted)
    if wanted is None and len(able) == 1:
        return able[0]
    if not able:
        raise CommandError("No network of this project answers with classes of its data.")
    raise CommandError(f"Choose a network by --network: {', '.join(able)}.")


def _answer(
    probing: Probing, network: str, probe: str, given: str, arguments: argparse.Namespace
) -> dict[str, Any]:
    options = {name: getattr(arguments, name) for name in ("length", "temperature", "seed")}
    if probe == PROBES["image"]:
        from studio.cli.image_file import read_image

        look = Look(0, probe, network, value=read_image(Path(given)))
    else:
        look = Look(0, probe, network, value=given, options=options)
    found = probing.look(look)
    if found.error:
        raise CommandError(f"{given}: {found.error}")
    for figure in found.figures:
        if isinstance(figure, Bars):
            chances = np.asarray(figure.values, np.float64)
            order = [int(place) for place in np.argsort(-chances, kind="stable")]
            ranked = {figure.names[place]: float(chances[place]) for place in order}
            return {"input": given, "answer": next(iter(ranked)), "probabilities": ranked}
        if isinstance(figure, Text):
            return {"input": given, "text": figure.text}
    raise CommandError(f"{given}: the network gave no answer.")


def _sentence(answer: dict[str, Any]) -> str:
    if "text" in answer:
        return str(answer["text"])
    ranked = list(answer["probabilities"].items())[:SHOWN]
    return f"{answer['input']}: " + ", ".join(f"{name} ({chance:.1%})" for name, chance in ranked)
