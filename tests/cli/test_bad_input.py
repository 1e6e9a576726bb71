"""Bad input gets one clear sentence and changes nothing on disk."""

from __future__ import annotations

import json

import pytest

COMMANDS = ["check", "train", "export"]
"""All that read a project do it the same way."""


def arguments(command, path):
    return [command, path, *(["--to", "python"] if command == "export" else [])]


@pytest.mark.parametrize("command", COMMANDS)
def test_broken_json_names_the_line(netloom, one_line, written, command):
    path = written('{"netloom": 1,\n "boards": {\n  "a": {,\n }}\n')
    before = path.read_bytes()
    message = one_line(netloom(*arguments(command, path)))
    assert str(path) in message
    assert "line 3" in message
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"netloom": 99}, ["version 99", "Update Netloom"]),
        ({"netloom": "__import__('os')"}, ["version", "Update Netloom"]),
        ({"boards": []}, ["boards", "a list"]),
        ({"boards": {"A": {"nodes": {"b": {}}}}}, ["A.b", "type"]),
        ({"boards": {"A": {"nodes": {"b": {"type": "ReLU", "at": "x"}}}}}, ["A.b", "at"]),
        ({"boards": {"A": {"wires": 3}}}, ["A", "wires"]),
        ({"boards": {"A": {"stage": "first"}}}, ["A", "stage"]),
        ({"boards": {'x"; import os': {}}}, ["is no name"]),
        ({"boards": {"A": {"nodes": {"a\nb": {"type": "ReLU"}}}}}, ["is no name"]),
        ({"settings": {"epochs": 0}}, ["epochs"]),
        ({"settings": {"device": "tpu"}}, ["device", "cuda"]),
        ({"settings": {"seed": "1"}}, ["seed"]),
    ],
)
def test_what_a_file_may_not_hold(netloom, one_line, written, tiny, change, words):
    path = written({**tiny, **change})
    before = path.read_bytes()
    message = one_line(netloom("check", path))
    assert all(word in message for word in [str(path), *words]), message
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("boards", "name"),
    [({"for": {}}, "for"), ({"A": {"nodes": {"forward": {"type": "ReLU"}}}}, "forward")],
)
def test_a_name_that_the_code_needs_is_an_issue_with_a_fix(netloom, written, boards, name):
    done = netloom("check", written({"netloom": 1, "boards": boards}))
    assert done.returncode == 1, done.stderr
    assert f"'{name}' is a word that the code needs for itself: choose another" in done.stdout
    assert "can be fixed: Rename it" in done.stdout


@pytest.mark.parametrize("text", ["", "[]", "null", '{"a": 1}', "[" * 100_000, "\x00"])
def test_what_is_no_project(netloom, one_line, written, text):
    assert "project.json" in one_line(netloom("check", written(text)))


def test_no_text(netloom, one_line, tmp_path):
    path = tmp_path / "image.json"
    path.write_bytes(b"\x89PNG\xff\xfe")
    assert "UTF-8" in one_line(netloom("check", path))


def test_no_file(netloom, one_line, tmp_path):
    assert "No such file" in one_line(netloom("check", tmp_path / "none.json"))
    assert "directory" in one_line(netloom("check", tmp_path))


def issues(done):
    assert done.returncode == 1, done.stderr
    assert done.stderr == ""
    return {issue["code"]: issue for issue in json.loads(done.stdout)["issues"]}


def test_errors_are_told_as_issues(netloom, written, tiny):
    nodes = tiny["boards"]["Tiny"]["nodes"]
    nodes["linear"]["params"]["out_features"] = "ten"
    found = issues(netloom("check", "--json", path := written(tiny)))
    wrong = next(iter(found.values()))
    assert (wrong["board"], wrong["node"]) == ("Tiny", "linear")
    assert "out_features" in wrong["message"]
    assert json.loads(path.read_text()) == tiny


def test_unknown_type_and_cycle(netloom, one_line, written, tiny):
    board = tiny["boards"]["Tiny"]
    board["nodes"]["linear"] = {"type": "FromTheFuture", "params": {"a": {"b": [1]}}, "new": 1}
    path = written(tiny)
    found = issues(netloom("check", "--json", path))
    assert any(issue["node"] == "linear" for issue in found.values())
    assert "FromTheFuture" in one_line(netloom("train", path))
    assert json.loads(path.read_text()) == tiny


def test_cycle(netloom, one_line, written, tiny):
    board = tiny["boards"]["Tiny"]
    board["nodes"]["linear"]["params"]["out_features"] = 64
    board["wires"][0] = "linear.output -> flatten.input"
    path = written(tiny)
    found = issues(netloom("check", "--json", path))
    assert "cycle" in found
    assert one_line(netloom("train", path))
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_unknown_things_are_saved_back_unchanged(tiny, tmp_path):
    from studio import Project
    from studio.model.settings import Settings

    board = tiny["boards"]["Tiny"]
    board["nodes"]["linear"] = {
        "type": "FromTheFuture",
        "at": [1, 2],
        "params": {"a": {"b": [1, None]}, "'; import os": '"""'},
        "later": {"x": 1},
    }
    board["later"] = [1]
    board["wires"] += ["gone.output -> linear.input", {"from": "the future"}]
    tiny["boards"]["Later"] = {"kind": "what comes after networks", "acts": [{}]}
    tiny["later"] = "\n"
    tiny["settings"]["later"] = 1
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    first.write_text(json.dumps(tiny))
    Project.load(first).save(second)
    saved = json.loads(second.read_text())
    for other in saved["boards"].values():
        for node in other.get("nodes", {}).values():
            assert node.pop("uid")
            if node.get("at") == [0, 0]:
                del node["at"]
    assert saved == {**tiny, "netloom": 2, "settings": {**Settings().written, **tiny["settings"]}}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["--set", "update.learning_rate"], ["--set", "NODE.PARAM=VALUE"]),
        (["--set", "update.learning_rate=fast"], ["learning_rate", "number"]),
        (["--set", "update.rate=1"], ["no parameter 'rate'", "learning_rate"]),
        (["--set", "nothing.rate=1"], ["no node 'nothing'", "update"]),
        (["--set", "Other.conv.a=1"], ["'Other'", "Tiny"]),
        (["--set", "Tiny.linear.out_features=0"], ["out_features"]),
        (["--set", "settings.epochs=x"], ["epochs", "whole number"]),
        (["--set", "settings.colour=x"], ["colour", "epochs"]),
        (["--epochs", "-1"], ["--epochs", "1 or more"]),
        (["--device", "tpu"], ["--device", "cuda"]),
    ],
)
def test_wrong_changes(netloom, one_line, written, tiny, given, words):
    path = written(tiny)
    message = one_line(netloom("train", path, *given))
    assert all(word in message for word in words), message
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_usage(netloom):
    for given in (["check"], ["train", "--wrong"], ["new", "x"], ["export", "x.json", "--to", "y"]):
        done = netloom(*given)
        assert done.returncode == 2
        assert done.stdout == ""
        assert "Traceback" not in done.stderr
        assert "usage: netloom" in done.stderr
    done = netloom("chekc", "x.json")
    assert done.returncode == 2
    assert "check" in done.stderr


def test_new(netloom, one_line, tmp_path):
    path = tmp_path / "mine.json"
    assert netloom("new", "mlp", path).returncode == 0
    text = path.read_text()
    assert "already" in one_line(netloom("new", "mlp", path))
    assert "lenet" in one_line(netloom("new", "mpl", tmp_path / "other.json"))
    assert "no folder" in one_line(netloom("new", "mlp", path / "other.json"))
    assert path.read_text() == text
    assert [p.name for p in tmp_path.iterdir()] == ["mine.json"]
