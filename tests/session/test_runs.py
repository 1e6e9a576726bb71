"""Run folders and metrics as the window reads them."""

from __future__ import annotations

import json
import math
import os
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from studio.model.files import FileError
from studio.model.project_identity import ProjectIdentity
from studio.model.run_layout import MetricsLine, metrics_lines
from studio.session import runs
from studio.session.metrics_reader import Grown, Listed, MetricsReader, Tail, collect


def made(folder: Path, state: str = "finished") -> Path:
    """A run folder as the trainer leaves it."""
    (folder / "checkpoints").mkdir(parents=True)
    (folder / "project.json").write_text('{"netloom": 1}')
    (folder / "environment.json").write_text('{"netloom_run": 1, "torch": "2"}')
    fields = {"state": state, "done": 5, "total": 10, "seconds": 1.5, "best": {"loss/update": 0.25}}
    (folder / "state.json").write_text(json.dumps(fields))
    (folder / "metrics.jsonl").touch()
    (folder / "checkpoints" / "last.pt").touch()
    return folder


def line(step: int, loss: float, split: str = "training") -> str:
    fields = {"step": step, "epoch": step / 10, "seconds": 0.1, "split": split}
    return json.dumps({**fields, "values": {"loss/update": loss}}) + "\n"


def noon() -> datetime:
    return datetime(2026, 5, 4, 12, 0, 0)


def test_next_run_lies_beside_the_project(tmp_path: Path) -> None:
    project = tmp_path / "net.json"
    first = runs.next_folder(project, noon)
    assert first == tmp_path / "runs" / "net.2026-05-04-120000"
    first.mkdir(parents=True)
    assert runs.next_folder(project, noon).name == "net.2026-05-04-120000-2"


def test_runs_of_an_unsaved_project_are_kept_with_the_users_data() -> None:
    folder = runs.next_folder(None, noon)
    assert folder.name.startswith("untitled.")
    assert folder.parent.name == "runs"


def test_only_own_runs_are_listed_newest_first(tmp_path: Path) -> None:
    project = tmp_path / "net.json"
    old, new = made(tmp_path / "runs" / "net.a"), made(tmp_path / "runs" / "net.b")
    made(tmp_path / "runs" / "other a")
    (tmp_path / "runs" / "net.somebody's").mkdir()
    (tmp_path / "runs" / "net.somebody's" / "project.json").write_text("{}")
    for i, folder in enumerate((old, new)):
        (folder / "metrics.jsonl").write_text(line(i, 1.0))
    os.utime(old / "metrics.jsonl", (1, 1))
    found = runs.runs_of(ProjectIdentity(project))
    assert [run.name for run in found] == ["net.b", "net.a"]
    assert found[0].saved.best == {"loss/update": 0.25}
    assert found[0].resumable
    assert not found[0].under_way
    assert not found[0].lost


def of(folder: Path, uid: str) -> Path:
    """A run of the project with that uid."""
    made(folder)
    (folder / "environment.json").write_text(json.dumps({"netloom_run": 1, "project": uid}))
    return folder


def listed(project: Path | None, uid: str = "") -> list[str]:
    return sorted(run.name for run in runs.runs_of(ProjectIdentity(project, uid)))


def test_runs_of_a_longer_name_are_another_projects(tmp_path: Path) -> None:
    made(tmp_path / "runs" / "net.a")
    made(tmp_path / "runs" / "net.v2.b")
    assert listed(tmp_path / "net.json") == ["net.a", "net.v2.b"], "no file says otherwise"
    (tmp_path / "net.v2.json").touch()
    assert listed(tmp_path / "net.json") == ["net.a"]
    assert listed(tmp_path / "net.v2.json") == ["net.v2.b"]


def test_runs_are_found_by_uid_where_names_do_not_tell(tmp_path: Path) -> None:
    of(tmp_path / "runs" / "old.a", "1")
    of(tmp_path / "runs" / "net.b", "1")
    of(tmp_path / "runs" / "net.v2.c", "2")
    (tmp_path / "net.json").touch()
    assert listed(tmp_path / "net.json", "1") == ["net.b", "old.a"], "old.json was renamed"
    (tmp_path / "copy.json").touch()
    assert listed(tmp_path / "copy.json", "1") == ["old.a"], "a copy has the same uid"
    assert listed(tmp_path / "other.json", "3") == []


def test_runs_from_before_the_first_save_are_found_after_it(tmp_path: Path) -> None:
    first, second = (of(runs.next_folder(None, noon), uid).name for uid in ("first", "second"))
    assert listed(None, "first") == [first]
    assert listed(tmp_path / "net.json", "first") == [first]
    assert listed(tmp_path / "net.json", "second") == [second]
    assert listed(tmp_path / "net.json") == []


def test_labels_are_what_follows_the_projects_name(tmp_path: Path) -> None:
    project = ProjectIdentity(tmp_path / "net.v2.json")
    names = ["net.v2.first", "untitled.second", "third"]
    assert [runs.label_of(name, project) for name in names] == ["first", "second", "third"]


def test_broken_state_is_no_trouble(tmp_path: Path) -> None:
    folder = made(tmp_path / "runs" / "net.a")
    (folder / "state.json").write_text("{")
    assert runs.read_run(folder).saved.state == ""
    (folder / "state.json").write_text('{"done": "many", "best": 3}')
    assert runs.read_run(folder).saved.done == 0
    large = "9" * 400
    text = f'{{"done": Infinity, "total": NaN, "seconds": {large}, "best": {{"loss": {large}}}}}'
    (folder / "state.json").write_text(text)
    found = runs.read_run(folder).saved
    assert (found.done, found.total, found.seconds, found.best) == (0, 0, 0.0, {})


def test_a_run_is_renamed_and_put_away(tmp_path: Path) -> None:
    project = tmp_path / "net.json"
    folder = made(tmp_path / "runs" / "net.a")
    renamed = runs.rename(folder, ProjectIdentity(project), " long one ")
    assert renamed.name == "net.long one"
    gone = runs.delete(renamed)
    assert gone == tmp_path / "runs" / runs.TRASH / "net.long one"
    assert gone.is_dir()
    assert runs.runs_of(ProjectIdentity(project)) == []


@pytest.mark.parametrize("label", ["", "../x", "a/b", ".hidden", "a\nb"])
def test_a_name_that_is_no_file_name_is_refused(tmp_path: Path, label: str) -> None:
    folder = made(tmp_path / "runs" / "net.a")
    with pytest.raises(FileError, match="cannot name a run"):
        runs.rename(folder, ProjectIdentity(tmp_path / "net.json"), label)
    assert folder.is_dir()


def test_a_name_that_is_taken_is_refused(tmp_path: Path) -> None:
    folder, other = made(tmp_path / "runs" / "net.a"), made(tmp_path / "runs" / "net.b")
    with pytest.raises(FileError, match="already"):
        runs.rename(folder, ProjectIdentity(tmp_path / "net.json"), "b")
    assert other.is_dir()


def test_tail_gives_each_line_once(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    tail = Tail(path)
    assert tail.read() == ([], False)
    path.write_text(line(1, 2.0) + line(2, 1.0)[:20])
    assert [found.step for found in tail.read()[0]] == [1]
    with path.open("a") as file:
        file.write(line(2, 1.0)[20:] + "not json\n" + line(3, 0.5))
    assert [found.step for found in tail.read()[0]] == [2, 3]
    assert tail.read() == ([], False)


def test_tail_notices_a_file_that_was_cut_or_replaced(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    path.write_text(line(1, 2.0) + line(2, 2.0))
    tail = Tail(path)
    tail.read()
    path.write_text(line(1, 2.0))
    lines, anew = tail.read()
    assert anew
    assert len(lines) == 1
    longer = tmp_path / "new"
    longer.write_text("".join(line(i, 3.0) for i in range(5)))
    longer.replace(path)
    lines, anew = tail.read()
    assert anew
    assert len(lines) == 5


def test_values_that_are_not_finite_are_left_out() -> None:
    lines = [
        {"step": 1, "split": "training", "values": {"loss": float("nan"), "accuracy": 0.5}},
        {"step": 2, "split": "training", "values": {"loss": 1.0}},
        {"step": None, "values": {"loss": 1.0}},
        {"step": 3, "values": 7},
    ]
    text = "\n".join(map(json.dumps, lines)).encode()
    points = collect(metrics_lines(text))
    assert points["training", "loss/update"].steps.tolist() == [2.0]
    assert points["training", "metric/accuracy"].values.tolist() == [0.5]


def test_lines_that_are_none_of_ours_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    large = "9" * 400
    strange = [f'{{"step": {large}, "values": {{"loss": 1}}}}']
    strange += [f'{{"step": 1, "split": "training", "values": {{"loss": {large}}}}}']
    strange += ['{"step": 2, "split": "training", "epoch": "x", "values": {"loss": 1}}']
    strange += ["[" * 5000]
    path.write_text("\n".join(strange) + "\n" + line(3, 1.0))
    points = collect(Tail(path).read()[0])
    assert points["training", "loss/update"].steps.tolist() == [2.0, 3.0]


class Heard:
    """What a reader said, with a way to wait for more."""

    def __init__(self) -> None:
        self.messages: list[Listed | Grown] = []
        self._came = threading.Condition()

    def __call__(self, message: Listed | Grown) -> None:
        with self._came:
            self.messages.append(message)
            self._came.notify()

    def until(self, fits: Callable[[], bool]) -> None:
        with self._came:
            assert self._came.wait_for(fits, timeout=10)

    def steps(self) -> list[float]:
        """Steps of the training loss, as a curve would hold them."""
        steps: list[float] = []
        for message in self.messages:
            if isinstance(message, Grown):
                if message.anew:
                    steps.clear()
                points = message.points.get(("training", "loss/update"))
                steps += points.steps.tolist() if points else []
        return steps


def test_reader_follows_a_growing_file(tmp_path: Path) -> None:
    folder = made(tmp_path / "runs" / "net.a")
    heard = Heard()
    reader = MetricsReader(heard)
    try:
        reader.follow(ProjectIdentity(tmp_path / "net.json"), [folder], 0.01)
        heard.until(lambda: any(isinstance(m, Listed) and m.runs for m in heard.messages))
        for i in range(3):
            with (folder / "metrics.jsonl").open("a") as file:
                file.write(line(i, 1.0))
            heard.until(lambda i=i: heard.steps() == [float(n) for n in range(i + 1)])
        (folder / "metrics.jsonl").write_text(line(0, 1.0))
        heard.until(lambda: heard.steps() == [0.0])
    finally:
        reader.close()


def test_reader_gives_a_long_file_whole(tmp_path: Path) -> None:
    folder = made(tmp_path / "runs" / "net.a")
    count = 20_000
    (folder / "metrics.jsonl").write_text("".join(line(i, 1.0) for i in range(count)))
    heard = Heard()
    reader = MetricsReader(heard)
    try:
        reader.follow(ProjectIdentity(None), [folder], 0.05)
        heard.until(lambda: len(heard.steps()) == count)
        assert heard.steps() == [float(i) for i in range(count)]
    finally:
        reader.close()


def test_reader_rests_when_told(tmp_path: Path) -> None:
    folder = made(tmp_path / "runs" / "net.a")
    (folder / "metrics.jsonl").write_text(line(0, 1.0))
    heard = Heard()
    reader = MetricsReader(heard)
    try:
        reader.follow(ProjectIdentity(None), [folder], None)
        threading.Event().wait(0.1)
        assert heard.messages == []
        reader.follow(ProjectIdentity(None), [folder], 0.01)
        heard.until(lambda: heard.steps() == [0.0])
    finally:
        reader.close()


def test_lines_of_older_runs_read_as_those_of_today() -> None:
    old = [
        ("training", {"loss": 1.0, "accuracy": 0.5, "learning_rate": 0.1}),
        (
            "training",
            {"a": 1.0, "b": 2.0, "accuracy": 0.5, "a_learning_rate": 0.1, "b_learning_rate": 1},
        ),
        ("test", {"loss": 1.0, "accuracy": 0.5, "last_loss": 2.0, "last_accuracy": 0.25}),
    ]
    text = [json.dumps({"step": 1, "split": split, "values": values}) for split, values in old]
    found = [(line.split, line.values) for line in metrics_lines("\n".join(text).encode())]
    assert found == [
        ("training", {"loss/update": 1.0, "metric/accuracy": 0.5, "rate/update": 0.1}),
        (
            "training",
            {"loss/a": 1, "loss/b": 2, "metric/accuracy": 0.5, "rate/a": 0.1, "rate/b": 1},
        ),
        ("test", {"loss/update": 1.0, "metric/accuracy": 0.5}),
        ("last_test", {"loss/update": 2.0, "metric/accuracy": 0.25}),
    ]


def test_an_infinite_metric_is_kept_in_plain_json() -> None:
    line = MetricsLine(3, 1.0, 2.0, "validation", {"loss/update": 0.5, "metric/psnr": math.inf})
    assert "Infinity" not in line.to_text()
    assert metrics_lines(line.to_text().encode()) == [line]
