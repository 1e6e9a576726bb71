"""What could not be read of a file is told, with a way out."""

from __future__ import annotations

import json

import pytest

from studio.compile.compiled import check
from studio.model.edits import apply
from studio.model.project_reading import parse
from tests.compile.drawing import TYPES


@pytest.mark.parametrize(
    ("wire", "node", "said"),
    [
        ("gone.output -> fc.input", "fc", "names 'gone', and there is no such node"),
        ("x.output -> gone.input", "x", "names 'gone'"),
        ("here.output -> gone.input", "", "names 'here' and 'gone'"),
        ({"from": "x"}, "", 'cannot read: {"from": "x"}'),
    ],
)
def test_a_wire(wire: object, node: str, said: str) -> None:
    nodes = {
        "x": {"type": "Input", "params": {"shape": ["N", 4]}},
        "fc": {"type": "Linear"},
        "y": {"type": "Output"},
    }
    wires = ["x.output -> fc.input", "fc.output -> y.input", wire]
    found = check(
        parse(json.dumps({"netloom": 2, "boards": {"A": {"nodes": nodes, "wires": wires}}}))
    )
    assert [(issue.code, issue.node) for issue in found.issues] == [("wire", node)]
    assert said in found.issues[0].message
    (fix,) = found.issues[0].fixes
    assert fix.label == "Remove the wire"
    assert not check(apply(found.project, fix.edits), TYPES).issues


def test_a_board() -> None:
    found = check(parse('{"netloom": 2, "boards": {"Odd": {"kind": "play"}}}'), TYPES)
    assert [(issue.severity, issue.board) for issue in found.issues] == [("warning", "Odd")]
    assert "is kept and saved as it is" in found.issues[0].message
