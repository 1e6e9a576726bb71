"""What the Help menu shows."""

from __future__ import annotations

from html import escape

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from studio.ui.actions.action_table import GESTURES, MENUS, SPECS, SUBMENUS

_STARTED = """
<h3>Getting started</h3>
<ol>
<li><b>Draw.</b> Drag layers from the palette, or press Tab on the canvas and type a name.
Drag from an output to an input to wire them; every wire shows the shape it carries.</li>
<li><b>Mend.</b> What does not fit is marked on the node and listed under Issues,
mostly with a button that fixes it.</li>
<li><b>Train.</b> The training board says on which data, by which loss and how.
Press F5; the curves follow under Training.</li>
<li><b>Look inside.</b> Feature maps, attention, weights and predictions, while it trains and
afterwards.</li>
<li><b>Take it away.</b> File ▸ Export writes plain PyTorch code and the trained weights.</li>
</ol>
<p>File ▸ New holds finished examples to start from.</p>
"""


def show_getting_started(parent: QWidget) -> None:
    """The way through Netloom."""
    _show(parent, "Getting started", _STARTED)


def show_about(parent: QWidget) -> None:
    """What this program is."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = f" {version('netloom')}"
    except PackageNotFoundError:
        number = ""
    words = "Draw a neural network, train it, look inside it while it learns, take it away as code."
    _show(parent, "About Netloom", f"<h3>Netloom{number}</h3><p>{words}</p>")


def show_shortcuts(parent: QWidget) -> None:
    """All keys and gestures."""
    titles = {name: title for title, names in MENUS for name in names}
    for menu, (_, names) in SUBMENUS.items():
        titles.update({name: titles.get(f">{menu}", "") for name in names})
    rows: dict[str, list[str]] = {}
    for spec in SPECS:
        if spec.keys:
            keys = " or ".join(
                QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
                for key in spec.keys
            )
            rows.setdefault(titles.get(spec.name, ""), []).append(_row(keys, spec.tip))
    parts = [f"<h4>{title}</h4><table>{''.join(lines)}</table>" for title, lines in rows.items()]
    gestures = "".join(_row(gesture, what) for gesture, what in GESTURES)
    _show(parent, "Shortcuts", "".join(parts) + f"<h4>On the canvas</h4><table>{gestures}</table>")


def _row(keys: str, what: str) -> str:
    return f"<tr><td width='220'><b>{escape(keys)}</b></td><td>{escape(what)}</td></tr>"


def _show(parent: QWidget, title: str, text: str) -> None:
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setObjectName("help_dialog")
    dialog.setAccessibleName(title)
    words = QTextBrowser()
    words.setHtml(text)
    words.setAccessibleName(title)
    words.document().setDocumentMargin(14)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.close)
    layout = QVBoxLayout(dialog)
    layout.addWidget(words)
    layout.addWidget(buttons)
    dialog.resize(560, 460)
    dialog.open()
