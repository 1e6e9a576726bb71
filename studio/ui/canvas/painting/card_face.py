"""All that a card's picture shows, as a value by which the picture is kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from nodes.declare import PortKind
from studio.model.layout.card_text import count, folded
from studio.model.layout.cards import NodeCard
from studio.model.parameters import text_of
from studio.model.report import Issue, NodeReport
from studio.ui.canvas.scene.heat import Heat
from studio.ui.canvas.scene.scene import Scene


@dataclass(frozen=True, slots=True)
class PortFace:
    """How one port looks."""

    name: str
    kind: PortKind
    x: float
    y: float
    wired: bool
    named: bool
    output: bool


@dataclass(frozen=True)
class CardFace:
    """All that a card's picture shows. Its hash is worked out once: it is a key in every frame."""

    title: str
    subtitle: str
    details: tuple[str, ...]
    """Lines."""
    count: str
    glyph: str
    category: str
    severity: str
    repeat: str
    """How many copies there are, where they are several: a number, or the formula for it."""
    shared: bool
    """Whether it shares its weights."""
    unknown: bool
    foot: float
    """How high the foot is; 0 where there is none."""
    height: float
    ports: tuple[PortFace, ...]
    heat: float | None
    """From 0 to 1, where nodes are coloured by what they cost."""

    @cached_property
    def key(self) -> int:
        """A hash of everything."""
        return hash(
            (
                *(self.title, self.subtitle, self.details, self.count),
                *(self.severity, self.repeat, self.shared, self.ports, self.heat),
            )
        )

    def __hash__(self) -> int:
        return self.key


def face_of(
    card: NodeCard,
    report: NodeReport | None,
    issues: list[Issue],
    wired: frozenset[tuple[str, bool]],
    shared: bool,
    heat: Heat | None,
) -> CardFace:
    """What a card shows now."""
    node, found = card.node, card.type
    severities = {issue.severity for issue in issues}
    used = node.stands_for
    repeat = node.params.get("repeat", 1) if node.role == "block" else 1
    copies = "" if repeat == 1 else text_of(repeat).removeprefix("=")
    kind_of_node = f"{node.type} · {used}" if used else node.type
    ports = []
    for output, offsets in ((False, card.inputs), (True, card.outputs)):
        for name, (x, y) in offsets.items():
            port = card.port(name, output)
            kind: PortKind = port.kind if port else "any"
            named = len(offsets) > 1
            ports.append(PortFace(name, kind, x, y, (name, output) in wired, named, output))
    return CardFace(
        node.id,
        (heat.words.get(node.id) if heat else None) or kind_of_node,
        folded(card.detail),
        count(report.parameters) if report and report.parameters else "",
        found.glyph if found else "?",
        found.category if found else "",
        "error" if "error" in severities else "warning" if severities else "",
        copies,
        shared,
        found is None,
        card.foot,
        card.height,
        tuple(ports),
        heat.shares.get(node.id) if heat else None,
    )


class CardFaces:
    """The faces of a scene's cards, worked out again where what they show has changed."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._known: dict[str, tuple[object, object, object, object, CardFace]] = {}

    def of(self, card: NodeCard) -> CardFace:
        """What a card shows now. A scene replaces cards, reports, issues and heat when they
        change, so that it is enough to see whether they are the same ones."""
        id, scene = card.node.id, self._scene
        report, issues = scene.reports.get(id), scene.issues.get(id)
        known = self._known.get(id)
        shared = id in scene.shared
        if (
            known
            and known[0] is card
            and known[1] is report
            and known[2] is issues
            and known[3] is scene.heat
            and known[4].shared is shared
        ):
            return known[4]
        face = face_of(card, report, issues or [], scene.wired(id), shared, scene.heat)
        self._known[id] = (card, report, issues, scene.heat, face)
        return face
