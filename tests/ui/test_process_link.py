"""The link: messages of reader threads come as signals, in order and in short idle."""

from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from studio.model.gallery import template
from studio.model.messages import Checked, Look, NodesChecked, OpenRun, SourceReady
from studio.model.report import NodeReport
from studio.ui.processes.process_link import SLICE, ProcessLink


def test_long_messages_come_in_slices_in_order_on_the_windows_thread(qtbot: QtBot) -> None:
    link = ProcessLink()
    heard: list[object] = []
    threads: set[QThread] = set()
    link.nodes_checked.connect(heard.append)
    link.nodes_checked.connect(lambda _: threads.add(QThread.currentThread()))
    link.checked.connect(heard.append)
    reports = {f"n{i}": NodeReport() for i in range(SLICE * 2 + 1)}
    first = NodesChecked(1, "net", reports, frozenset({"gone"}))
    done = Checked(1, (), {})

    def read() -> None:
        link.receive(first)
        link.receive(done)

    reader = threading.Thread(target=read)
    reader.start()
    reader.join()
    qtbot.waitUntil(lambda: done in heard, timeout=3000)
    parts = [m for m in heard if isinstance(m, NodesChecked)]
    assert heard[-1] is done
    assert [len(part.reports) for part in parts] == [SLICE, SLICE, 1]
    assert {id for part in parts for id in part.reports} == set(reports)
    assert [part.gone for part in parts] == [frozenset({"gone"}), frozenset(), frozenset()]
    assert threads == {link.thread()}
    link.close()


def test_after_the_end_nothing_comes(qtbot: QtBot) -> None:
    link = ProcessLink()
    heard: list[object] = []
    link.checked.connect(heard.append)
    link.close()
    link.receive(Checked(1, (), {}))
    qtbot.wait(30)
    assert heard == []


def test_what_was_under_way_for_the_project_before_is_not_delivered(qtbot: QtBot) -> None:
    link = ProcessLink()
    heard: list[object] = []
    for signal in (link.checked, link.source_ready, link.run_state, link.probes, link.looked):
        signal.connect(heard.append)
    link.start()
    try:
        link.check(template("mlp"))
        link.open(template("lenet"))
        qtbot.waitUntil(lambda: any(isinstance(m, SourceReady) for m in heard), timeout=90_000)
        boards = {name for m in heard if isinstance(m, SourceReady) for name in m.sources}
        assert "MLP" not in boards
        assert all(set(m.totals) == {"LeNet", "Training"} for m in heard if isinstance(m, Checked))
        heard.clear()
        link.open(template("lenet"))  # all is told again, though nothing is new
        qtbot.waitUntil(lambda: any(isinstance(m, SourceReady) for m in heard), timeout=90_000)
        (source,) = (m for m in heard if isinstance(m, SourceReady))
        assert set(source.sources) == {"LeNet", "Training"}
    finally:
        link.close()


def test_what_the_trainer_says_of_the_project_before_is_not_delivered(
    qtbot: QtBot, tmp_path: Path
) -> None:
    link = ProcessLink()
    heard: list[object] = []
    for signal in (link.run_state, link.probes, link.looked):
        signal.connect(heard.append)
    refused: list[str] = []
    link.refused.connect(refused.append)
    link.start()
    try:
        link.send(OpenRun(tmp_path / "before"))
        link.send(Look(1, "Weights", "Net"))
        link.leave(False)
        link.send(OpenRun(tmp_path / "after"))
        qtbot.waitUntil(lambda: bool(refused), timeout=90_000)
        assert str(tmp_path / "after") in refused[-1]
        assert heard == []
    finally:
        link.close()
