"""The lines of a document become others."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from studio.ui.panels.document_lines import STEP, Lines

TEXTS = st.lists(st.sampled_from(["", "a", "b", "c"]), min_size=1, max_size=70)
FIXTURE = [HealthCheck.function_scoped_fixture]


@settings(max_examples=150, deadline=None, suppress_health_check=FIXTURE)
@given(st.lists(TEXTS, min_size=1, max_size=4), st.integers(0, 3))
def test_any_lines_become_any_others(qtbot: QtBot, texts: list[list[str]], stop: int) -> None:
    document = QTextDocument()
    lines = Lines(document)
    for text in texts[:-1]:
        for step, _ in enumerate(lines.become(text)):
            assert document.toPlainText() == "\n".join(lines.now)
            if step == stop:
                break
    for _ in lines.become(texts[-1]):
        assert document.toPlainText() == "\n".join(lines.now)
    assert document.toPlainText() == "\n".join(texts[-1])


def test_a_small_change_touches_little(qtbot: QtBot) -> None:
    document = QTextDocument()
    lines = Lines(document)
    text = [f"line {n}" for n in range(1000)]
    assert sum(1 for _ in lines.become(text)) == 1000 // STEP
    text[500] = "another"
    before = document.findBlockByNumber(499)
    assert sum(1 for _ in lines.become(text)) == 1
    assert document.findBlockByNumber(499) == before
    assert document.findBlockByNumber(500).text() == "another"
