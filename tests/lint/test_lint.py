"""The checks of how files hang together find what they are there to find."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.__main__ import circles, files, outside, shared_names


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with a circle that only types close, and a name given twice."""
    room = tmp_path / "ring" / "room"
    room.mkdir(parents=True)
    (tmp_path / "ring" / "__init__.py").touch()
    (room / "__init__.py").touch()
    (tmp_path / "ring" / "a.py").write_text("import ring.room.b\nclass Same: ...\n")
    (room / "b.py").write_text(
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from ring.a import Same\n"
        "class Same: ...\nclass _Own: ...\n"
    )
    (room / "c.py").write_text("import ring.room.b\nclass _Own: ...\n")
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_a_circle_for_types_is_a_circle(house: Path) -> None:
    (found,) = circles(["ring"])
    assert "ring.a" in found
    assert "ring.room.b" in found
    assert "ring.room.c" not in found


def test_a_public_name_is_given_once(house: Path) -> None:
    (found,) = shared_names(house, files(house, ["ring"]))
    assert found == "two classes are called Same: ring/a.py, ring/room/b.py"


def test_every_file_is_on_the_map_and_every_room_there(house: Path) -> None:
    rows = "| `ring/` | all |\n| `ring/attic/` | nothing |\n"
    found = list(outside(rows, house, files(house, ["ring"])))
    assert [line.split()[0] for line in found[:-1]] == [
        "ring/room/__init__.py",
        "ring/room/b.py",
        "ring/room/c.py",
    ]
    assert found[-1] == "the README's map names ring/attic/, which is not there"
