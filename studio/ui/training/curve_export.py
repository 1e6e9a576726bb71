"""The curves as a picture, a drawing, or numbers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QPoint
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgGenerator

from studio.model.files import write_atomically
from studio.ui.figures.figure_card import image_of, png_of
from studio.ui.training.curve_history import CurveHistory
from studio.ui.training.curves_area import CurvesArea


def export(area: CurvesArea, path: Path, kind: str) -> None:
    """Write the curves as `png`, `svg` or `csv`. Raises FileError."""
    area.draw()
    for plot in area.plots.values():
        plot.settle()
    if kind == "csv":
        write_atomically(path, "".join(csv_lines(area.history)).encode())
    elif kind == "svg":
        write_atomically(path, svg(area))
    else:
        write_atomically(path, png_of(image_of(area.canvas)))


def svg(area: CurvesArea) -> bytes:
    """The plots as they stand, painted by themselves: lines stay lines."""
    buffer, canvas = QBuffer(), area.canvas
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(canvas.logicalDpiX())  # letters as large as on the screen
    generator.setSize(canvas.size())
    generator.setViewBox(canvas.rect())
    generator.setTitle("Netloom curves")
    painter = QPainter(generator)
    canvas.render(painter, QPoint())
    painter.end()
    return bytes(buffer.data().data())


def csv_lines(history: CurveHistory) -> Iterator[str]:
    """All points: run, split, metric, step, value."""
    yield "run,split,metric,step,value\r\n"
    for metric in history.metrics():
        for folder, split, curve in history.of(metric):
            name = folder.name.replace('"', '""')
            for step, value in zip(curve.x.tolist(), curve.y.tolist(), strict=True):
                yield f'"{name}",{split},{metric},{step:g},{value!r}\r\n'
