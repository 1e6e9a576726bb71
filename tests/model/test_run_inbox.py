"""What is asked of a run: files that come in order, once, and hold nothing but plain data."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from studio.model.files import FileError
from studio.model.messages import Pause, Resume, SetLearningRate, Stop
from studio.model.run_inbox import drop, post, take
from studio.model.run_layout import RunLayout
from studio.model.run_owner import RunOwner, owner_of, refuse_owned

RATES = some.floats(1e-12, 1e6).map(SetLearningRate) | some.builds(
    SetLearningRate, some.floats(1e-12, 1e6), some.text(max_size=60)
)


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> RunLayout:
    return RunLayout(tmp_path_factory.mktemp("run"))


@given(some.lists(some.sampled_from([Pause(), Resume(), Stop()]) | RATES, max_size=5))
def test_what_is_asked_comes_once_and_in_order(layout: RunLayout, asked: list[Stop]) -> None:
    paths = [post(layout, command) for command in asked]
    assert take(layout) == asked
    assert take(layout) == []
    assert not any(path.exists() for path in paths)


@given(some.binary(max_size=200) | some.text().map(lambda word: json.dumps({"command": word})))
def test_what_is_no_message_is_removed_and_left_out(layout: RunLayout, text: bytes | str) -> None:
    data = text.encode() if isinstance(text, str) else text
    layout.inbox.mkdir(exist_ok=True)
    (layout.inbox / "0.json").write_bytes(data)
    post(layout, Pause())
    assert take(layout) == [Pause()]
    assert not list(layout.inbox.iterdir())


def test_what_would_never_end_is_not_read(tmp_path: Path) -> None:
    layout = RunLayout(tmp_path)
    layout.inbox.mkdir()
    os.mkfifo(layout.inbox / "1.json")
    (layout.inbox / "2.json").write_bytes(b" " * 10**6 + b'{"command": "stop"}')
    (layout.inbox / "3.json").mkdir()
    (layout.inbox / ".4.json.part").write_text('{"command": "stop"}')
    assert take(layout) == []
    assert [path.name for path in sorted(layout.inbox.iterdir())] == [".4.json.part", "3.json"]


def test_what_was_asked_of_an_earlier_owner_is_dropped(tmp_path: Path) -> None:
    layout = RunLayout(tmp_path)
    post(layout, Stop())
    drop(layout)
    assert take(layout) == []


def test_a_folder_that_is_not_there_takes_no_messages(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="takes no messages"):
        post(RunLayout(tmp_path / "none"), Stop())


def test_who_owns_a_run_is_known_and_so_is_that_nobody_does_any_more(tmp_path: Path) -> None:
    layout = RunLayout(tmp_path)
    assert owner_of(layout) is None
    owner = RunOwner(layout)
    owner.sign()
    found = owner_of(layout)
    assert found is not None
    assert found.pid == str(os.getpid())
    with pytest.raises(FileError, match=f"process {os.getpid()} on {found.host} since 2"):
        refuse_owned(layout)
    note = layout.owner.read_bytes()
    owner.release()
    layout.owner.write_bytes(note)  # as one leaves it that was killed
    assert owner_of(layout) is None
    layout.owner.write_text('{"host": "elsewhere", "pid": 7, "since": "2026-05-04T12:00:00"}')
    found = owner_of(layout)
    assert found is not None
    assert found.elsewhere
