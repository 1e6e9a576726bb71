"""What a node, port or wire says when the pointer rests on it."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip, QWidget

from studio.model.layout.cards import PortAt
from studio.ui.canvas.editor import BoardEditor
from studio.ui.canvas.scene.scene import Scene

_KINDS = {
    "float": "real numbers",
    "int": "whole numbers",
    "bool": "true or false",
    "number": "numbers",
    "any": "anything",
    "loss": "a loss",
    "metric": "a metric",
}


def show(parent: QWidget, editor: BoardEditor, event: QEvent) -> bool:
    """Show the tip of what is under the pointer."""
    if not isinstance(event, QHelpEvent):
        return False
    point = editor.view.to_scene(QPointF(event.pos()))
    QToolTip.showText(event.globalPos(), tip(editor.scene, point, editor.view.scale), parent)
    return True


def tip(scene: Scene, point: QPointF, scale: float) -> str:
    """What there is to say at a point of the scene."""
    port = scene.port_at(point)
    if port is not None:
        return _port(scene, port)
    card = scene.card_at(point)
    if card is not None:
        return _node(scene, card.node.id)
    wire = scene.wire_at(point, 7 / scale)
    if wire is None:
        return ""
    signal = scene.signal(wire)
    return f"{wire}: {signal} {signal.dtype}" if signal else str(wire)


def _port(scene: Scene, at: PortAt) -> str:
    port = scene.cards[at.node].port(at.port, at.output)
    if port is None:
        return ""
    verb = "gives" if at.output else "takes"
    lines = [f"{at.node}.{at.port} {verb} {_KINDS[port.kind]}"]
    report = scene.reports.get(at.node)
    if report and at.output and at.port in report.outputs:
        lines.append(f"{report.outputs[at.port]} {report.outputs[at.port].dtype}")
    if report and not at.output:
        lines += [f"{signal} {signal.dtype}" for signal in report.inputs.get(at.port, ())]
    if port.dims:
        lines.append(f"expects {port.dims.replace(' ', '×')}")
    if port.summary:
        lines.append(port.summary)
    return "\n".join(lines)


def _node(scene: Scene, id: str) -> str:
    card = scene.cards[id]
    lines = [f"<b>{escape(id)}</b> · {escape(card.node.type)}"]
    if card.type is None:
        lines.append("This type is not known here; the node is kept as it is.")
    elif card.type.summary:
        lines.append(escape(card.type.summary))
    if card.detail:
        lines.append(escape(card.detail))
    if id in scene.shared:
        lines.append(escape(scene.shared[id]))
    report = scene.reports.get(id)
    if report:
        lines.append(f"{report.parameters:,} parameters")
        lines.append(f"{report.multiply_adds:,} multiply-adds for one sample")
    lines += [
        f"<b>{issue.severity}:</b> {escape(issue.message)}" for issue in scene.issues.get(id, ())
    ]
    return "<br>".join(lines)
