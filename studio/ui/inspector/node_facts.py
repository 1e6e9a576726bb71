"""What the checker knows of a node: shapes at its ports, sizes read off its inputs, counts."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from studio.model.ports import Ports
from studio.model.report import NodeReport, Signal
from studio.ui.appearance.theme import Theme
from studio.ui.forms.basic_widgets import column, label


class Facts(QWidget):
    """Read-only, to select and copy."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("facts")
        self.setAccessibleName("Shapes and counts")
        layout = column(self, 4)
        layout.addWidget(label("Ports", "heading"))
        self.ports = _table("ports", "Ports")
        layout.addWidget(self.ports)
        self._counts_title = label("Counts", "heading")
        layout.addWidget(self._counts_title)
        self.counts = _table("counts", "Counts")
        layout.addWidget(self.counts)

    def show_report(self, ports: Ports, report: NodeReport | None, theme: Theme) -> None:
        """Show a node's ports, and what is known of them."""
        rows = []
        for port in ports.inputs:
            signals = report.inputs.get(port.name, ()) if report else ()
            shown = [_signal(signal, theme) for signal in signals]
            waiting = "optional" if port.optional else "nothing yet"
            muted = f"<span style='color:{theme.muted}'>{waiting}</span>"
            rows.append(("in", port.name, "<br>".join(shown) or muted))
        for port in ports.outputs:
            signal = report.outputs.get(port.name) if report else None
            rows.append(("out", port.name, _signal(signal, theme)))
        self.ports.setText(
            "<table width='100%'>"
            + "".join(
                f"<tr><td style='color:{theme.muted}; padding-right:6px'>{sign}</td>"
                f"<td style='padding-right:14px'>{escape(name)}</td><td>{what}</td></tr>"
                for sign, name, what in rows
            )
            + "</table>"
        )
        self._show_counts(report, theme)

    def _show_counts(self, report: NodeReport | None, theme: Theme) -> None:
        rows: list[tuple[str, str]] = []
        if report is not None:
            rows += [(name, f"{value:,}") for name, value in report.inferred.items()]
            rows.append(("parameters", f"{report.parameters:,}"))
            rows.append(("multiply-adds", f"{report.multiply_adds:,}"))
        self.counts.setVisible(bool(rows))
        self._counts_title.setVisible(bool(rows))
        self.counts.setText(
            "<table>"
            + "".join(
                f"<tr><td style='color:{theme.muted}; padding-right:14px'>{escape(name)}</td>"
                f"<td>{value}</td></tr>"
                for name, value in rows
            )
            + "</table>"
        )


def _table(name: str, spoken: str) -> QLabel:
    found = QLabel()
    found.setObjectName(name)
    found.setAccessibleName(spoken)
    found.setTextFormat(Qt.TextFormat.RichText)
    found.setWordWrap(True)
    found.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    found.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return found


def _signal(signal: Signal | None, theme: Theme) -> str:
    if signal is None:
        return f"<span style='color:{theme.muted}'>not known yet</span>"
    shape = escape(str(signal))
    return f"<b>{shape}</b> <span style='color:{theme.muted}'>{escape(signal.dtype)}</span>"
