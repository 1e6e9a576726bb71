"""Hostile text in any field of a project never becomes code."""

from __future__ import annotations

import ast
import contextlib
import copy
import io
import json
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from studio.compile.compiled import Compiled, check
from studio.compile.training_source import CannotCompile
from studio.model.files import FileError
from studio.model.project_reading import parse
from tests.cli.conftest import Json

Find = Callable[[Json], Any]
"""Finds an object in a project."""

Change = Callable[[Any, str], None]
"""Puts a text into it."""

TEXTS = [
    '"); open("pwn3d", "w"); ("',
    "'); open('pwn3d', 'w'); ('",
    "x\nopen('pwn3d', 'w')\n",
    '"""\nopen("pwn3d", "w")\n"""',
    "__import__('os').system('touch pwn3d')",
    "pwn3d\\",
    "{pwn3d.__class__}",
    "pwn3d\u2028pwn3d\r",
    "ｐwn3d",
]


def rename(key: str) -> Change:
    """Call one key of an object by the text."""

    def change(holder: Any, text: str) -> None:
        for name in list(holder):
            value = holder.pop(name)
            holder[text if name == key else name] = value

    return change


def put(key: str) -> Change:
    """Set a key of an object to the text."""
    return lambda holder, text: holder.__setitem__(key, text)


def nodes(board: str) -> Find:
    """The nodes of a board."""
    return lambda project: project["boards"][board]["nodes"]


def params(board: str, node: str) -> Find:
    """The parameters of a node."""
    return lambda project: project["boards"][board]["nodes"][node].setdefault("params", {})


PLACES: dict[str, tuple[Find, Change]] = {
    "board": (lambda p: p["boards"], rename("Tiny")),
    "node": (nodes("Tiny"), rename("linear")),
    "training node": (nodes("Training"), rename("update")),
    "type": (lambda p: p["boards"]["Tiny"]["nodes"]["linear"], put("type")),
    "uses": (lambda p: p["boards"]["Tiny"]["nodes"]["linear"], put("uses")),
    "wire": (lambda p: p["boards"]["Tiny"]["wires"], lambda h, t: h.append(t)),
    "wire port": (
        lambda p: p["boards"]["Tiny"]["wires"],
        lambda h, t: h.append(f"image.{t} -> linear.input"),
    ),
    "number": (params("Tiny", "linear"), put("out_features")),
    "shape": (
        lambda p: p["boards"]["Tiny"]["nodes"]["image"]["params"]["shape"],
        lambda h, t: h.__setitem__(0, t),
    ),
    "dtype": (params("Tiny", "image"), put("dtype")),
    "unknown parameter": (params("Tiny", "linear"), lambda h, t: h.__setitem__(t, 1)),
    "truth": (params("Tiny", "linear"), put("bias")),
    "expression": (params("Tiny", "linear"), lambda h, t: h.__setitem__("bias", {"=": t})),
    "choice": (params("Training", "update"), put("optimizer")),
    "words": (params("Training", "update"), put("networks")),
    "instances": (
        params("Training", "update"),
        lambda h, t: h.__setitem__("networks", [t]),
    ),
    "instance": (params("Training", "tiny"), put("instance")),
    "rate": (params("Training", "update"), put("learning_rate")),
    "network": (params("Training", "tiny"), put("network")),
    "kind": (lambda p: p["boards"]["Tiny"], put("kind")),
    "block parameter": (lambda p: p["boards"]["Tiny"].setdefault("params", {}), put("width")),
    "block parameter's name": (
        lambda p: p["boards"]["Tiny"].setdefault("params", {}),
        lambda h, t: h.__setitem__(t, 1),
    ),
    "device": (lambda p: p["settings"], put("device")),
    "device number": (lambda p: p["settings"], lambda h, t: h.__setitem__("device", f"cuda:{t}")),
    "precision": (lambda p: p["settings"], put("precision")),
    "setting": (lambda p: p["settings"], lambda h, t: h.__setitem__(t, t)),
    "field": (lambda p: p, lambda h, t: h.__setitem__(t, t)),
    "node's field": (
        lambda p: p["boards"]["Tiny"]["nodes"]["linear"],
        lambda h, t: h.__setitem__(t, t),
    ),
}


def outside_of_strings(source: str) -> str:
    """All of a source but its string constants."""
    ast.parse(source)
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return "\n".join(token.string for token in tokens if token.type != tokenize.STRING)


def sources(compiled: Compiled) -> Iterator[str]:
    """All code that a project makes."""
    for name, board in compiled.project.boards.items():
        with contextlib.suppress(CannotCompile):
            yield compiled.training().text if board.kind == "training" else compiled.source(name)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("place", PLACES)
def test_never_reaches_code(
    tiny: Json, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, text: str
) -> None:
    monkeypatch.chdir(tmp_path)
    project = copy.deepcopy(tiny)
    find, change = PLACES[place]
    change(find(project), text)
    try:
        document = parse(json.dumps(project))
    except FileError:
        return
    for source in sources(check(document)):
        assert "wn3d" not in outside_of_strings(source)
    assert not list(Path(tmp_path).iterdir())


def test_a_path_with_quotes_is_only_a_path(
    tiny: Json, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    board = tiny["boards"]["Training"]
    board["nodes"]["digits"] = {"type": "ArraysData", "params": {"path": TEXTS[0]}}
    document = parse(json.dumps(tiny))
    compiled = check(document)
    assert not any("wn3d" in outside_of_strings(s) for s in sources(compiled))
    assert not list(tmp_path.iterdir())
