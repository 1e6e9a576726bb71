"""Guards for all tests: no display, nobody's own files, nothing left behind by a window."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

SCREEN = Path(__file__).with_name("screen.json")
if os.environ.get("QT_QPA_PLATFORM", "offscreen") == "offscreen":
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={SCREEN}"

PATIENCE = 3.0
"""Seconds that threads and windows get to end."""


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Functions are told by number: their addresses differ between the processes that share the
    tests."""
    return argname if callable(val) and not isinstance(val, type) else None


@pytest.fixture(autouse=True, scope="module")
def little_to_collect() -> Iterator[None]:
    """Keep what a file's tests leave in memory out of later collections: torch, Qt and what is
    remembered of a thousand nodes would be gone through again and again."""
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def own_home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A home of its own for each test, so that none finds or leaves anything."""
    home = tmp_path_factory.mktemp("home")
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home))
    if "PySide6" in sys.modules:
        from PySide6.QtCore import QSettings

        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(home))


@pytest.fixture(autouse=True)
def nothing_left(request: pytest.FixtureRequest, own_home: None) -> Iterator[None]:
    """Fail a test with a window that leaves windows, threads or timers behind."""
    if "qapp" not in request.fixturenames:
        yield
        return
    before = _alive()
    yield
    deadline = time.monotonic() + PATIENCE
    left = _left(before)
    while left and time.monotonic() < deadline:
        time.sleep(0.02)
        gc.collect()
        left = _left(before)
    if left:
        pytest.fail("left behind: " + ", ".join(left))


def _alive() -> dict[int, object]:
    """Top-level windows, running threads and active timers, by address."""
    from PySide6.QtCore import QCoreApplication, QEvent, QThread, QThreadPool, QTimer
    from PySide6.QtWidgets import QApplication
    from shiboken6 import Shiboken

    if QCoreApplication.instance() is None:
        return {}
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QCoreApplication.processEvents()
    found: list[object] = [t for t in threading.enumerate() if t.name != "pytest_timeout"]
    for item in Shiboken.getAllValidWrappers():
        if isinstance(item, QTimer) and item.isActive():
            found.append(item)
        if isinstance(item, QThread) and item.isRunning():
            found.append(item)
    found += [w for w in QApplication.topLevelWidgets() if w.inherits("QTipLabel") is False]
    pool = QThreadPool.globalInstance()
    found += [pool] if pool.activeThreadCount() else []
    return {id(item): item for item in found}


def _left(before: dict[int, object]) -> list[str]:
    return [_words(item) for key, item in _alive().items() if key not in before]


def _words(item: object) -> str:
    from PySide6.QtCore import QObject

    if not isinstance(item, QObject):
        return str(item)
    owner = item.parent()
    inside = f" of {type(owner).__name__} {owner.objectName()}".rstrip() if owner else ""
    return f"{type(item).__name__} {item.objectName()}".rstrip() + inside
