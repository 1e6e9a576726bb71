"""A board at a place inside another is told as it is there, whatever else it is elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from studio.compile.checking import CheckedPart, Checking
from studio.model.board_path import BoardPath
from studio.model.edits import RemoveNodes, RenameBoard, RenameNode, SetParam
from studio.model.gallery import template
from studio.model.project import Project
from studio.model.report import NodeReport, Totals
from tests.compile.drawing import TYPES, board, node, project
from tests.compile.test_scans import lstm_cell, scanned


class Guest:
    """Looks into places, and keeps what is told of them."""

    def __init__(self) -> None:
        self.checking = Checking(TYPES)
        self.reports: dict[tuple[str, ...], dict[str, NodeReport]] = {}
        self.totals: Mapping[BoardPath, Totals] = {}

    def look(self, project: Project, place: BoardPath | None) -> Mapping[str, NodeReport]:
        """What is known at a place after a check."""
        self.checking.look_into(place)
        for found in self.checking.check(project):
            if isinstance(found, CheckedPart):
                known = self.reports.setdefault((found.board, *found.way), {})
                known.update(found.reports)
                for id in found.gone:
                    del known[id]
            else:
                self.totals = found.inside
        return {} if place is None else self.reports.get((place.root, *place.way), {})


def way(project: Project, root: str, *ids: str) -> BoardPath:
    """The way through nodes of these names."""
    path = BoardPath(root)
    for id in ids:
        path = path.into(path.boards(project)[-1].nodes[id])
    return path


def shapes(reports: Mapping[str, NodeReport]) -> dict[str, str]:
    return {id: str(report.outputs.get("output", "")) for id, report in reports.items()}


def test_a_block_shows_the_shapes_of_the_node_one_came_through() -> None:
    resnet, guest = template("resnet18"), Guest()
    for id, size in (("stage1", "N×64×⌊(H+3)/4⌋×"), ("stage3", "N×256×⌊(H+15)/16⌋×")):
        found = guest.look(resnet, way(resnet, "ResNet18", id))
        assert shapes(found)["conv1"].startswith(size)
    outside = guest.reports["ResNet18",]["stage3"]
    (totals,) = guest.totals.values()
    assert (totals.parameters, totals.multiply_adds) == (
        outside.parameters,
        outside.multiply_adds,
    )
    assert found["conv1"].parameters == 256 * 256 * 9
    assert found["conv1"].multiply_adds == 256 * 256 * 9 * 14 * 14
    assert guest.reports["Residual",]["conv1"].parameters == 64 * 64 * 9


def nested() -> Project:
    inner = board(
        [node("x", "Input", shape=("N", 8)), node("fc", "Linear"), node("y", "Output")],
        "x -> fc -> y",
        "Inner",
        "block",
    )
    outer = board(
        [
            node("x", "Input", shape=("N", 8)),
            node("core", "Block", block="Inner"),
            node("y", "Output"),
        ],
        "x -> core.x, core.y -> y",
        "Outer",
        "block",
    )
    net = board(
        [
            node("x", "Input", shape=("N", 5)),
            node("out", "Block", block="Outer"),
            node("y", "Output"),
        ],
        "x -> out.x, out.y -> y",
    )
    return project(net, outer, inner)


def test_only_news_are_told_of_a_place_and_all_again_of_one_that_was_left() -> None:
    drawn, guest = nested(), Guest()
    place = way(drawn, "Net", "out", "core")
    assert shapes(guest.look(drawn, place)) == {"x": "N×5", "fc": "N×10", "y": ""}
    guest.reports.clear()
    wider = SetParam("Inner", "fc", "out_features", 3).apply(drawn)
    assert set(guest.look(wider, place)) == {"fc", "y"}
    guest.reports.clear()
    guest.look(wider, None)
    assert shapes(guest.look(wider, place)) == {"x": "N×5", "fc": "N×3", "y": ""}


def test_a_place_is_found_again_after_renaming_and_is_empty_where_it_went() -> None:
    drawn, guest = nested(), Guest()
    place = way(drawn, "Net", "out", "core")
    guest.look(drawn, place)
    renamed = RenameNode("Outer", "core", "part").apply(RenameBoard("Inner", "Core").apply(drawn))
    assert set(guest.look(renamed, place)) == {"x", "fc", "y"}
    assert guest.look(RemoveNodes("Net", frozenset({"out"})).apply(renamed), place) == {}
    assert guest.look(project(drawn.boards["Inner"]), place) == {}


def test_a_path_leads_as_far_as_the_project_does() -> None:
    drawn = nested()
    place = way(drawn, "Net", "out", "core")
    assert [found.name for found in place.boards(drawn)] == ["Net", "Outer", "Inner"]
    assert BoardPath("Net").on_to(drawn, "Inner") == place
    assert BoardPath("Inner").on_to(drawn, "Net") is None
    assert place.out() == way(drawn, "Net", "out")
    assert place.out(5) == BoardPath("Net")
    shorter = RemoveNodes("Outer", frozenset({"core"})).apply(drawn)
    assert place.within(shorter) == place.out()
    assert place.boards(project(drawn.boards["Inner"])) == []


def test_a_block_that_is_scanned_shows_one_step() -> None:
    drawn, guest = project(scanned(hidden=6), lstm_cell()), Guest()
    found = shapes(guest.look(drawn, way(drawn, "Net", "lstm")))
    assert (found["x"], found["h"], found["gates"]) == ("N×3", "N×6", "N×24")
