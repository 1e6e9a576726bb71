"""What torch says of its layers: a snapshot of their signatures, read without torch."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

SNAPSHOT = Path(__file__).with_name("torch_nn.json")


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a layer's constructor; the fields are those of a declared parameter."""

    name: str
    kind: str
    default: Any = None
    required: bool = False
    optional: bool = False
    axes: int = 0
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signature:
    """What constructing a layer takes, and the inputs that calling it must be given."""

    arguments: tuple[Argument, ...]
    takes: tuple[str, ...]

    def argument(self, name: str) -> Argument | None:
        """The argument of that name."""
        return next((argument for argument in self.arguments if argument.name == name), None)


@dataclass(frozen=True, slots=True)
class Signatures:
    """Those of all layers of one release of torch, by import path."""

    torch: str
    layers: dict[str, Signature]

    def to_text(self) -> str:
        """As JSON, an argument a line."""
        usual = {field.name: field.default for field in fields(Argument)}
        layers = {
            path: {
                "takes": found.takes,
                "arguments": [
                    {k: v for k, v in asdict(argument).items() if v != usual[k]}
                    for argument in found.arguments
                ],
            }
            for path, found in self.layers.items()
        }
        lines = [f'{{"torch": {json.dumps(self.torch)}, "layers": {{']
        for path, layer in layers.items():
            lines.append(f'  {json.dumps(path)}: {{"takes": {json.dumps(layer["takes"])},')
            inside = ",\n      ".join(json.dumps(argument) for argument in layer["arguments"])
            lines.append(f'    "arguments": [{inside}]}},')
        lines[-1] = lines[-1].removesuffix(",")
        return "\n".join([*lines, "}}", ""])


def from_text(text: str) -> Signatures:
    """The signatures that such a text holds."""
    data = json.loads(text)
    layers = {}
    for path, found in data["layers"].items():
        arguments = [
            Argument(**{**given, "choices": tuple(given.get("choices", ()))})
            for given in found["arguments"]
        ]
        layers[path] = Signature(tuple(arguments), tuple(found["takes"]))
    return Signatures(data["torch"], layers)


@cache
def snapshot() -> Signatures:
    """The signatures that come with Netloom."""
    return from_text(SNAPSHOT.read_text(encoding="utf-8"))
