"""Project files: nothing is lost on the way, and bad ones get one sentence."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.model.files import FileError, write_atomically
from studio.model.project import Project
from studio.model.project_file import FileChanged, load, read, save
from studio.model.project_reading import parse
from studio.model.project_writing import to_text
from studio.model.values import Raw
from tests.model.projects import projects


def identical(one: Any, other: Any) -> bool:
    """Equal, with `1`, `1.0` and `True` told apart."""
    return bool(one == other) and repr(one) == repr(other)


def loads_or_says_why(text: str) -> None:
    """What loads can be saved and loaded again; nothing but a FileError comes of the rest."""
    with contextlib.suppress(FileError):
        found = parse(text)
        assert identical(parse(to_text(found)), found)


@settings(max_examples=80, deadline=None)
@given(projects())
def test_nothing_is_lost(project: Project) -> None:
    text = to_text(project)
    assert identical(parse(text), project)
    assert to_text(parse(text)) == text
    text.encode()


@settings(max_examples=120, deadline=None)
@given(projects(), st.data())
def test_damaged_files_load_or_say_why(project: Project, data: st.DataObject) -> None:
    text = to_text(project)
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 6)))
        pieces = [
            "",
            "{",
            "}",
            "[",
            ":",
            ",",
            '"',
            "1",
            "true",
            "null",
            "NaN",
            "1e999",
            "-> ",
            ".",
            "é",
        ]
        text = text[:start] + data.draw(st.sampled_from(pieces)) + text[end:]
    loads_or_says_why(text)


@settings(max_examples=100, deadline=None)
@given(projects(), st.data())
def test_values_of_the_wrong_kind_load_or_say_why(project: Project, data: st.DataObject) -> None:
    tree = json.loads(to_text(project))
    here: Any = tree
    while isinstance(here, dict | list) and here:
        key = data.draw(st.sampled_from(list(here) if isinstance(here, dict) else range(len(here))))
        if not isinstance(here[key], dict | list) or not here[key] or data.draw(st.booleans()):
            strange: st.SearchStrategy[Any] = st.sampled_from(
                [None, True, -1, 0.5, "", "x y", [], {}, [[]], {"=": "a b"}, "a"]
            )
            here[key] = data.draw(strange)
            break
        here = here[key]
    loads_or_says_why(json.dumps(tree))


BROKEN = [
    ("{", "line 1"),
    ('{"netloom": 1,\n "boards": {,}}', "line 2"),
    ("[]", "not a Netloom project"),
    ("{}", "netloom"),
    ('{"netloom": 99}', "version 99"),
    ('{"netloom": true}', "version"),
    ('{"netloom": 1, "x": NaN}', "NaN"),
    ('{"netloom": 1, "x": [1e999]}', "finite"),
    ('{"netloom": 1, "x": ' + "9" * 5000 + "}", "number"),
    ('{"netloom": 1, "x": ' + "[" * 400 + "]" * 400 + "}", "deep"),
    ('{"netloom": 1, "x": ' + "[" * 100000 + "]" * 100000 + "}", "deep"),
    ('{"netloom": 1, "boards": {"import os": {}}}', "import os"),
    ('{"netloom": 1, "boards": {"A": {"nodes": {"a-b": {"type": "ReLU"}}}}}', "a-b"),
    ('{"netloom": 1, "boards": {"A": {"params": {"a;b": 1}}}}', "a;b"),
    ('{"netloom": 1, "boards": {"A": {"nodes": {"a": {}}}}}', "type"),
    ('{"netloom": 1, "boards": {"A": {"wires": {}}}}', "wires must be a list"),
    ('{"netloom": 1, "boards": {"A": {"kind": "other"}, "b c": {"kind": "other"}}}', "b c"),
    ('{"netloom": 2, "boards": {"A": {"stage": true}}}', "stage"),
    ('{"netloom": 2, "boards": {"A": {"stage": 1.5}}}', "stage"),
    ('{"netloom": 2, "boards": {"A": {"settings": {"epochs": 0}}}}', "board A: settings: epochs"),
    ('{"netloom": 2, "boards": {"A": {"notes": {}}}}', "notes must be a list"),
    ('{"netloom": 2, "boards": {"A": {"notes": [3]}}}', "notes, number 1"),
    ('{"netloom": 2, "boards": {"A": {"frames": [{}, {"text": 3}]}}}', "frames, number 2"),
    ('{"netloom": 2, "boards": {"A": {"notes": [{"at": [0]}]}}}', '"at" must be two numbers'),
    ('{"netloom": 2, "boards": {"A": {"notes": [{"size": [0, 1e12]}]}}}', '"size"'),
    ('{"netloom": 2, "variables": [1]}', "variables must be an object"),
    ('{"netloom": 2, "variables": {"a b": 1}}', "a b"),
    ('{"netloom": 2, "variables": {"a": {"=": "import os"}}}', "variables: a"),
    ('{"netloom": 1, "settings": {"device": "tpu"}}', "device"),
    ('{"netloom": 1, "boards": {"A": {}, "A": {}}}', "twice"),
    ('{"netloom": 1, "boards": {"A": {"params": {"a": {"=": "__import__(1)"}}}}}', "may hold only"),
]


@pytest.mark.parametrize(("text", "said"), BROKEN, ids=[said for _, said in BROKEN])
def test_what_is_said_of_bad_files(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text)
    with pytest.raises(FileError) as caught:
        load(path)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)
    assert len(str(caught.value)) < 400 + len(str(path))


def test_files_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FileError, match="UTF-8"):
        load(path)
    with pytest.raises(FileError, match="nothing"):
        load(tmp_path / "nothing.json")
    with pytest.raises(FileError, match="cannot be read"):
        load(tmp_path)


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "project.json"
    save(Project(), path)
    before = path.read_bytes()
    with pytest.raises(FileError, match="could not be written"):
        write_atomically(path / "inside", b"new")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "kept").touch()
    with pytest.raises(FileError, match="Nothing was changed"):
        write_atomically(folder, b"new")
    assert path.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder", "project.json"]


def test_what_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "project.json"
    save(Project(), path)
    with pytest.raises(FileError, match="could not be written"):
        save(Project(extra={"x": float("nan")}), path)
    assert load(path) == Project()


def test_modes_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "project.json"
    save(Project(), path)
    path.chmod(0o600)
    save(Project(extra={"later": Raw({}).json}), path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_one_node_or_wire_a_line() -> None:
    text = """{
 "netloom": 2,
 "settings": {"epochs": 10, "device": "auto", "precision": "float32", "seed": 0, "watch": ""},
 "boards": {
  "Net": {
   "kind": "network",
   "nodes": {
    "x": {"type": "Input", "uid": "aa", "at": [0, 0]},
    "y": {"type": "Output", "uid": "bb", "at": [1.5, 0], "params": {"a": [1, {"=": "4 * dim"}]}}
   },
   "wires": [
    "x.output -> y.input"
   ]
  }
 }
}
"""
    assert to_text(parse(text)) == text


def test_a_file_that_somebody_else_wrote_to_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    first = save(Project(uid="a"), path)
    project, known = read(path)
    assert (project.uid, known) == ("a", first)
    second = save(Project(uid="b"), path, known)
    with pytest.raises(FileChanged, match="changed by another window or program"):
        save(Project(uid="c"), path, known)
    assert load(path).uid == "b"
    assert save(Project(uid="c"), path, second) == read(path)[1]
    path.unlink()
    save(Project(uid="d"), path, second)  # there is nothing to lose


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders here")
def test_only_plain_files_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        with pytest.raises(FileError, match=r"plain file|a directory"):
            load(path)
    with pytest.raises(FileError, match="cannot be read"):
        load(tmp_path / "a\0b")
