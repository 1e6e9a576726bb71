"""What is emphasised at the moment: selection, what the pointer is over, what a gesture offers."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QLineF

from studio.model.layout.cards import PortAt
from studio.model.project import Wire


@dataclass
class Emphasis:
    """Passing state of the canvas; nothing of it is saved."""

    nodes: frozenset[str] = frozenset()
    wires: frozenset[Wire] = frozenset()
    node: str = ""
    """Under the pointer."""
    port: PortAt | None = None
    """Under the pointer."""
    fitting: frozenset[PortAt] = frozenset()
    """Where the wire in hand may go."""
    dragging: bool = False
    """A wire is in hand: ports that do not fit fade."""
    lit: Wire | None = None
    """A node let go now would be inserted here."""
    hidden: Wire | None = None
    """Picked up."""
    guides: list[QLineF] = field(default_factory=list)
    """In the scene."""
