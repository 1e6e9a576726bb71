"""A training board must feed a network what it declares."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.compile.compiled import CannotCompile, check
from studio.model.edits import SetParam, apply
from studio.model.project_file import load

PROJECTS = Path(__file__).parents[2] / "projects"


def test_data_of_another_size_is_one_issue_with_a_fix() -> None:
    project = SetParam("Training", "digits", "size", 64).apply(load(PROJECTS / "lenet.json"))
    (found,) = check(project).errors
    assert (found.code, found.board, found.node, found.other) == (
        "input-shape",
        "Training",
        "lenet",
        "digits",
    )
    assert "N×1×64×64" in found.message
    assert "N×1×32×32" in found.message
    declared, given = found.fixes
    assert given.label == "Set size of digits to 32"
    assert not check(apply(project, given.edits)).errors
    mended = check(apply(project, declared.edits))
    assert not mended.errors
    assert mended.reports["LeNet"]["fc1"].inferred["in_features"] == 16 * 13 * 13


def test_a_network_with_an_error_only_there_is_not_blamed_too() -> None:
    project = SetParam("Training", "digits", "size", 8).apply(load(PROJECTS / "lenet.json"))
    (issue,) = check(project).errors
    assert issue.code == "input-shape"
    assert [fix.label for fix in issue.fixes] == ["Set size of digits to 32"]
    with pytest.raises(CannotCompile, match="digits gives N×1×8×8"):
        check(project).training()


@pytest.mark.parametrize("name", ["mlp", "lenet", "resnet", "vit", "gpt"])
def test_gallery_is_fed_right(name: str) -> None:
    assert not check(load(PROJECTS / f"{name}.json")).issues
