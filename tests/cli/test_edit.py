"""`netloom edit` and `studio.Project`: what the canvas does, with the same refusals."""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import replace

import pytest

from studio import Project
from studio.cli import edit
from studio.model import project_file
from studio.model.files import FileError
from studio.model.operations.edited import Refusal
from tests.model.projects import without_uids

STAGE = [
    "rename net Net",
    "add Net Input 'shape=N, 1, 28, 28' --name image",
    "add Net Conv2d out_channels=6 kernel_size=5 --name conv --after image",
    "add Net ReLU --after conv",
    "add Net Output --name y --after relu",
]


@pytest.fixture
def drawn(here, tmp_path):
    """A small network, drawn by commands."""
    path = tmp_path / "drawn.json"
    assert here("new", "empty", path).returncode == 0
    lines = tmp_path / "deeds.txt"
    lines.write_text("\n".join(STAGE))
    done = here("edit", path, "--lines", lines)
    assert done.returncode == 0, done.stderr
    return path


def boards(path):
    return json.loads(path.read_text())["boards"]


def test_lines_are_done_in_order(drawn):
    net = boards(drawn)["Net"]
    assert list(net["nodes"]) == ["image", "conv", "relu", "y"]
    assert net["wires"] == [
        "image.output -> conv.input",
        "conv.output -> relu.input",
        "relu.output -> y.input",
    ]
    places = [node["at"] for node in net["nodes"].values()]
    assert places == [[0, 0], [280, 0], [560, 0], [840, 0]]


def test_a_node_is_renamed_set_inserted_and_taken_out(here, drawn):
    for words in (
        ["rename", "Net.conv", "first"],
        ["set", "Net.first.out_channels", "8"],
        ["add", "Net", "BatchNorm2d", "--on", "first -> relu"],
        ["delete", "Net", "relu"],
        ["set", "settings.epochs", "3"],
    ):
        done = here("edit", drawn, *words)
        assert done.returncode == 0, done.stderr
    net = boards(drawn)["Net"]
    assert net["nodes"]["first"]["params"]["out_channels"] == 8
    assert net["wires"] == [
        "image.output -> first.input",
        "first.output -> norm.input",
        "norm.output -> y.input",
    ]
    assert json.loads(drawn.read_text())["settings"]["epochs"] == 3


def test_a_block_has_the_shapes_that_the_checker_found(here, drawn):
    done = here("edit", drawn, "make-block", "Net", "relu", "--name", "Stage", "--json")
    assert json.loads(done.stdout)["done"] == [{"label": "Make block Stage", "selected": ["Stage"]}]
    inside = boards(drawn)["Stage"]["nodes"]
    assert inside["x"]["params"]["shape"] == ["N", 6, 24, 24]
    assert here("check", drawn).returncode == 0


def test_a_fix_is_carried_out(here, drawn):
    here("edit", drawn, "add", "Net", "Linear", "--on", "relu -> y")
    assert here("check", drawn).returncode == 1
    done = here("edit", drawn, "fix", "Net.linear")
    assert done.stdout == "Insert Flatten.\n", done.stderr
    assert here("check", drawn).returncode == 0
    assert "has no fix 1" in here("edit", drawn, "fix", "Net.linear").stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["rename-instance", "Net", "a"], "no weights 'Net' on a training board; there are: none"),
        (["rename", "Net.conv", "relu"], "the name of another node"),
        (["rename", "Net.conv", "forward"], "the code needs for itself"),
        (["rename", "Net.nothing", "a"], "has no node 'nothing'; it has: image, conv, relu, y."),
        (["rename", "Nothing", "a"], "There is no board 'Nothing'; there are: Net."),
        (["rename", "Net", "Net.a"], "is no name"),
        (["set", "Net.conv.out_channels", "0"], "1 or more"),
        (["set", "Net.conv.bias", "perhaps"], "true or false"),
        (["set", "Net.conv.channels", "1"], "Conv2d has no parameter 'channels'"),
        (["set", "settings.seed", "-1"], "0 or more"),
        (["set", "settings.colour", "red"], "no setting 'colour'"),
        (["wire", "Net", "relu", "conv"], "would close a circle"),
        (["wire", "Net", "conv", "relu"], "feeds relu.input already"),
        (["wire", "Net", "y", "conv"], "y has no outputs"),
        (["wire", "Net", "conv.sum", "relu"], "no output 'sum'; it has: output"),
        (["unwire", "Net", "image", "y"], "no wire from image to y"),
        (["add", "Net", "Conv9d"], "no node type 'Conv9d'"),
        (["add", "Net", "DigitsData"], "does not belong on a network board"),
        (["add", "Net", "ReLU", "--name", "conv"], "the name of another node"),
        (["add", "Net", "ReLU", "--at", "far"], "X,Y"),
        (["add", "Net", "ReLU", "slope"], "NAME=VALUE"),
        (["insert", "Net", "relu", "image", "conv"], "relu is wired already"),
        (["delete", "Net", "a"], "no node 'a'"),
        (["move", "Net", "conv"], "--at=X,Y"),
        (["make-block", "Net", "image", "conv"], "is an Input of this board"),
        (["make-block", "Net", "conv", "--name", "Net"], "a board named 'Net' already"),
        (["share", "Net.conv", "relu"], "cannot use the weights of 'relu'"),
        (["add-board", "graph"], "there are network, block, training"),
        (["add-parameter", "Net", "dim", "4"], "no block 'Net'"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(here, drawn, words, sentence):
    before = drawn.read_bytes()
    done = here("edit", drawn, *words)
    assert done.returncode in (1, 2)
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
    assert drawn.read_bytes() == before


def test_of_several_lines_all_are_done_or_none(here, drawn, tmp_path):
    before = drawn.read_bytes()
    lines = tmp_path / "deeds.txt"
    for last, words in (("delete Net nope", "Line 2: Net has no node 'nope'"), ("frown", "Line 2")):
        lines.write_text(f"rename Net.conv first\n{last}\n")
        done = here("edit", drawn, "--lines", lines)
        assert words in done.stderr
        assert drawn.read_bytes() == before


def test_a_file_that_changed_meanwhile_is_left_as_it_is(drawn, tmp_path, monkeypatch):
    lines = tmp_path / "deeds.txt"
    lines.write_text("rename Net.conv first")
    project, known = project_file.read(drawn)
    project_file.save(replace(project, uid="other"), drawn)
    monkeypatch.setattr(project_file, "read", lambda path: (project, known))
    with pytest.raises(FileError, match="changed by another window or program"):
        edit.run(Namespace(file=drawn, lines=str(lines), operation=None, json=False))
    assert json.loads(drawn.read_text())["uid"] == "other"


def test_a_block_is_brought_from_what_is_shipped_or_from_a_file(here, drawn):
    for words in (
        ["bring", "dense", "DenseBlock"],
        ["bring", drawn, "DenseLayer"],
        ["add", "Net", "Block", "block=DenseBlock", "--name", "dense"],
    ):
        assert here("edit", drawn, *words).returncode == 0
    project = Project.load(drawn).document
    assert [block.name for block in project.of_kind("block")] == ["DenseLayer", "DenseBlock"]
    told = here("edit", drawn, "bring", "dense", "Nothing")
    assert told.returncode != 0
    assert "there are: DenseBlock, DenseLayer" in told.stderr


def test_python_edits_as_commands_do(here, drawn, tmp_path):
    project = (
        Project.load(drawn)
        .rename("Net.conv", "first")
        .set("Net.first.out_channels", 8)
        .set("Net.first.kernel_size", (3, 3))
        .add("Net", "Dropout", "drop", on=("first", "relu"), params={"p": 0.2})
        .make_block("Net", "drop", "relu", name="Stage")
        .make_independent("Net", "Stage")
        .unpack("Net", "Stage")
        .set("settings.epochs", 3)
    )
    project.save(tmp_path / "python.json")
    for words in (
        ["rename", "Net.conv", "first"],
        ["set", "Net.first.out_channels", "8"],
        ["set", "Net.first.kernel_size", "3, 3"],
        ["add", "Net", "Dropout", "p=0.2", "--name", "drop", "--on", "first -> relu"],
        ["make-block", "Net", "drop", "relu", "--name", "Stage"],
        ["make-independent", "Net", "Stage"],
        ["unpack", "Net", "Stage"],
        ["set", "settings.epochs", "3"],
    ):
        assert here("edit", drawn, *words).returncode == 0
    by_python = (tmp_path / "python.json").read_text()
    assert without_uids(by_python) == without_uids(drawn.read_text())
    assert project.check().errors == ()
    with pytest.raises(Refusal, match="has no node 'conv'"):
        project.rename("Net.conv", "a")


def test_variables(here, drawn):
    for words in (
        ["set", "variables.dim", "3"],
        ["set", "variables.wide", "=4 * dim"],
        ["set", "Net.conv.out_channels", "=2 * wide"],
        ["rename", "variables.wide", "broad"],
    ):
        done = here("edit", drawn, *words)
        assert done.returncode == 0, done.stderr
    assert json.loads(drawn.read_text())["variables"] == {"dim": 3, "broad": {"=": "4 * dim"}}
    assert boards(drawn)["Net"]["nodes"]["conv"]["params"]["out_channels"] == {"=": "2 * broad"}
    assert here("check", drawn).returncode == 0
    assert here("edit", drawn, "reset", "variables.dim").returncode == 0
    assert here("check", drawn).returncode == 1


def test_block_parameters(here, drawn):
    for words in (
        ["make-block", "Net", "conv", "--name", "Stage"],
        ["add-parameter", "Stage", "width", "8"],
        ["set", "Stage.conv.out_channels", "=2 * width"],
        ["rename-parameter", "Stage", "width", "dim"],
        ["set-default", "Stage", "dim", "12"],
        ["set", "Net.Stage.dim", "5"],
        ["promote", "Stage.conv.kernel_size"],
        ["promote", "Stage.conv.padding_mode", "edges"],
        ["set", "Net.Stage.edges", "circular"],
    ):
        done = here("edit", drawn, *words)
        assert done.returncode == 0, done.stderr
    stage = boards(drawn)["Stage"]
    assert stage["params"] == {"dim": 12, "kernel_size": 5, "edges": "zeros"}
    assert stage["nodes"]["conv"]["params"] == {
        "out_channels": {"=": "2 * dim"},
        "kernel_size": {"=": "kernel_size"},
        "padding_mode": {"=": "edges"},
    }
    assert boards(drawn)["Net"]["nodes"]["Stage"]["params"] == {
        "block": "Stage",
        "dim": 5,
        "edges": "circular",
    }
    assert "zeros, reflect" in here("edit", drawn, "set", "Net.Stage.edges", "x").stderr
    assert here("check", drawn).returncode == 0
