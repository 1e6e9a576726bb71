"""Runs on disk: made, resumed, refused, and what is said when they fail."""

import json
import os
import platform
import resource
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue

import numpy as np
import psutil
import pytest
import torch

from studio.compile.training_source import CannotCompile
from studio.model.edits import RenameNode
from studio.model.files import FileError
from studio.model.messages import Pause, Resume, RunState, SetLearningRate, Stop, Train
from studio.model.project import Node, Project, Wire
from studio.model.project_file import load, save
from studio.model.run_inbox import RunCommand, post
from studio.model.run_layout import RunLayout, read_state
from studio.run import checkpoints, training_runs
from studio.run.failures import asked_for, explain
from studio.run.loop.training import Record
from studio.run.run_folder import RunFolder
from studio.run.training_runs import evaluate, load_run, train
from tests.run.drawn import project, recurrent
from tests.run.saved import save_again, saved


def weights(folder: Path) -> dict[str, torch.Tensor]:
    found: dict[str, torch.Tensor] = saved(folder)["networks"]["Net"]
    return found


def same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[key], b[key]) for key in a)


def validation(folder: Path) -> list[tuple[int, float]]:
    lines = RunFolder.open(folder).metrics()
    return [(m.step, m.values["loss/update"]) for m in lines if m.split == "validation"]


def test_folder_of_a_finished_run(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "first"
    states: list[RunState] = []
    end = train(
        project(), folder, on_event=lambda e: states.append(e) if isinstance(e, RunState) else None
    )
    assert (end.state, end.done, end.total) == ("finished", 40, 40), end.message
    assert [s.state for s in (states[0], states[-1])] == ["preparing", "finished"]
    assert load(folder / "segments/1/project.json") == project()
    assert "class Net(nn.Module)" in (folder / "segments/1/source.py").read_text()
    state = json.loads((folder / "state.json").read_text())
    assert (state["state"], state["done"]) == ("finished", 40)
    lines = RunFolder.open(folder).metrics()
    assert [m.split for m in lines][-2:] == ["test", "last_test"]
    text = (folder / "metrics.jsonl").read_text()
    assert all(line.to_text() in text for line in lines)
    fields = json.loads(text.splitlines()[0])
    assert list(fields) == ["step", "epoch", "seconds", "split", "values"]
    assert json.loads((folder / "environment.json").read_text())["threads"] >= 1
    found = sorted(p.name.split(".")[0] for p in (folder / "checkpoints").iterdir())
    assert found == ["best-40", "last-40"]
    assert {p.name for p in folder.parent.iterdir()} == {"first"}


@pytest.mark.parametrize("made", [project, recurrent])
def test_two_and_two_epochs_equal_four(made: Callable[[int], Project], tmp_path: Path) -> None:
    train(made(4), tmp_path / "four")
    train(made(2), tmp_path / "two")
    end = train(made(4), tmp_path / "two", resume=True)
    assert (end.state, end.done) == ("finished", 80)
    assert same(weights(tmp_path / "two"), weights(tmp_path / "four"))
    assert validation(tmp_path / "two") == validation(tmp_path / "four")


def test_stops_within_a_step_and_goes_on_exactly(tmp_path: Path) -> None:
    train(project(epochs=3, schedule="cosine"), tmp_path / "whole")
    for stop_at in (1, 30, 40):
        folder = tmp_path / f"stopped{stop_at}"
        inbox: SimpleQueue[object] = SimpleQueue()
        stopped = train_until(folder, stop_at, inbox)
        assert stopped.state == "stopped"
        assert stop_at <= stopped.done <= stop_at + 1
        end = train(project(epochs=3), folder, resume=True)
        assert end.state == "finished"
        assert same(weights(folder), weights(tmp_path / "whole"))
        assert validation(folder) == validation(tmp_path / "whole")


def train_until(folder: Path, step: int, inbox: SimpleQueue[object]) -> RunState:
    work = training_runs.start(
        Train(project(epochs=3, schedule="cosine"), folder),
        lambda e: None,
        inbox,
        lambda look: None,
    )
    original = work.stages.current.step

    def counted(index: torch.Tensor) -> None:
        original(index)
        if work.stages.current.done + 1 == step:
            inbox.put(Stop())

    work.stages.current.step = counted
    return work.run()


@pytest.mark.parametrize("by_files", [False, True])
def test_pause_waits_and_learning_rate_changes(tmp_path: Path, by_files: bool) -> None:
    inbox: SimpleQueue[object] = SimpleQueue()
    layout = RunLayout(tmp_path / "run")
    seen: list[RunState] = []
    rates: list[float] = []

    def ask(command: RunCommand) -> None:
        if by_files:
            post(layout, command)
        else:
            inbox.put(command)

    def see(event: object) -> None:
        if isinstance(event, RunState):
            if event.state == "training" and seen[-1].state == "preparing":
                ask(Pause())
            if event.state == "paused":
                ask(SetLearningRate(0.5e-3))
                ask(Resume())
            seen.append(event)
        if isinstance(event, Record) and event.split == "training":
            rates.append(event.values["rate/update"])

    train(project(epochs=1), layout.folder, on_event=see, inbox=inbox)
    paused = next(s for s in seen if s.state == "paused")
    assert paused.done == 1
    assert rates[0] == 1e-3
    assert rates[-1] == 0.5e-3
    assert "learning rate 0.0005" in (tmp_path / "run/log.txt").read_text()


def test_what_was_asked_of_a_run_that_is_over_does_not_end_the_next(tmp_path: Path) -> None:
    train(project(epochs=1), tmp_path / "run")
    post(RunLayout(tmp_path / "run"), Stop())
    assert train(project(epochs=2), tmp_path / "run", resume=True).state == "finished"


def test_not_finite_names_the_node(tmp_path: Path) -> None:
    linear = {"init": "normal", "init_std": 1e38}
    end = train(project(linear=linear), tmp_path / "first step")
    assert (end.state, end.board, end.node) == ("failed", "Net", "linear")
    assert "its output was infinite" in end.message
    end = train(project(learning_rate=1e30, optimizer="SGD"), tmp_path / "second step")
    assert (end.state, end.board, end.node) == ("failed", "Net", "patches")
    assert "step 2" in end.message
    assert "\n" not in end.message
    assert saved(tmp_path / "second step")["done"] == 0


def test_refuses_what_it_did_not_make(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/project.json").write_text("{}")
    for resume in (False, True):
        with pytest.raises(FileError):
            train(project(), tmp_path / "mine", resume=resume)
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["project.json"]
    with pytest.raises(FileError, match="no run folder"):
        load_run(tmp_path / "none")


def test_project_with_errors_leaves_nothing(tmp_path: Path) -> None:
    drawn = project()
    broken = drawn.with_board(type(drawn.boards["Net"])("Net", "network"))
    with pytest.raises(CannotCompile):
        train(broken, tmp_path / "run")
    assert not list(tmp_path.iterdir())


def test_checkpoint_that_does_not_fit_says_which_keys(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    train(project(epochs=1), folder)
    content = saved(folder, "best")
    content["networks"]["Net"]["linear.weight"] = torch.zeros(3, 5)
    del content["networks"]["Net"]["conv.bias"]
    save_again(folder, content, "best")
    with pytest.raises(FileError) as caught:
        load_run(folder)
    assert "Net.linear.weight is 3×5, not 10×128" in str(caught.value)
    assert "Net.conv.bias is missing" in str(caught.value)
    best = RunLayout(folder).best
    (best / "Net.safetensors").write_bytes(b"not a checkpoint")
    with pytest.raises(FileError, match="damaged"):
        load_run(folder)
    (best / "checkpoint.json").write_text('{"networks": {"Net": "../last/Net.safetensors"}}')
    with pytest.raises(FileError, match="no checkpoint"):
        load_run(folder)


def test_a_state_that_cannot_be_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    train(project(epochs=1), folder)
    for changes in ({"done": 10**6}, {"done": "x"}, {"validated": -1}, {"rates": None}):
        content = saved(folder)
        save_again(folder, {**content, **changes})
        with pytest.raises(FileError, match="not a state to go on from"):
            train(project(epochs=2), folder, resume=True)
        save_again(folder, content)
    content = saved(folder, "best")
    content["networks"]["Net"]["conv.bias"] = "text"
    save_again(folder, content, "best")
    with pytest.raises(FileError, match="holds no weights"):
        train(project(epochs=2), folder, resume=True)


def test_metrics_that_somebody_changed_do_not_stop_a_resume(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    train(project(epochs=1), folder)
    with (folder / "metrics.jsonl").open("ab") as file:
        file.write(b'\xff\n[]\n{}\n{"step": "x", "split": "training"}\n' + b"[" * 9000)
    assert train(project(epochs=2), folder, resume=True).state == "finished"
    assert [step for step, _ in validation(folder)] == [20, 40]


def test_loading_never_runs_the_folders_source(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    train(project(epochs=1), folder)
    tests = {line.split: line.values for line in RunFolder.open(folder).metrics()}
    (folder / "segments/1/source.py").write_text("raise SystemExit(1)")
    run = load_run(folder)
    assert evaluate(run, "test") == pytest.approx(tests["test"])
    assert evaluate(load_run(folder, weights="last")) == pytest.approx(tests["last_test"])


def test_full_disk_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "run"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        end = train(project(epochs=1), folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, old)
    assert end.state == "failed"
    assert "could not be made" in end.message
    assert "\n" not in end.message
    found = sorted(path.name for path in (folder / "checkpoints").iterdir())
    assert found == ["best-20.2", "last-0.1"], "the next one was larger, and is not there in part"


def test_out_of_memory_says_what_would_fit(tmp_path: Path) -> None:
    work = training_runs.start(
        Train(project(batch_size=1024), tmp_path / "run"),
        lambda e: None,
        SimpleQueue(),
        lambda k: None,
    )
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**60, dtype=torch.uint8)
    assert asked_for(caught.value) == 2**60
    message = explain(work.loaded, caught.value).message
    assert "were asked for at once" in message
    assert "set batch_size to 512" in message
    assert "bf16" in message
    assert asked_for(ValueError("no")) is None


def test_network_that_is_too_large_to_make(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    room = psutil.Process().memory_info().vms + 2 * 10**9
    drawn = project(linear={"out_features": 10**8})
    resource.setrlimit(resource.RLIMIT_AS, (room, before[1]))
    try:
        with pytest.raises(FileError, match=r"Out of memory: 51\.2 GB were asked for at once"):
            train(drawn, tmp_path / "run")
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
    assert not list(tmp_path.iterdir())


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(FileError, match="could not be made"):
        train(project(), tmp_path / "file" / "run")


def test_device_that_is_not_there(tmp_path: Path) -> None:
    missing = "mps" if not torch.backends.mps.is_available() else "cuda:99"
    drawn = project()
    wanted = replace(drawn, settings=replace(drawn.settings, device=missing))
    with pytest.raises(FileError, match="has no device"):
        train(wanted, tmp_path / "run")
    assert not list(tmp_path.iterdir())


def with_arrays(path: str) -> Project:
    """The small project, learning from a file."""
    drawn = project()
    board = drawn.boards["Train"]
    data = Node("arrays", "ArraysData", {"path": path})
    ports = {"image": "x", "label": "y"}
    wires = tuple(
        Wire("arrays", ports[w.source_port], w.target, w.target_port) if w.source == "digits" else w
        for w in board.wires
    )
    nodes = {"arrays": data, **{k: v for k, v in board.nodes.items() if k != "digits"}}
    return drawn.with_board(replace(board, nodes=nodes, wires=wires))


def test_paths_begin_at_the_projects_file_wherever_one_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    (home / "data").mkdir(parents=True)
    image = np.random.default_rng(0).random((100, 1, 8, 8), np.float32)
    np.savez(home / "data" / "small.npz", x=image, y=np.arange(100) % 10)
    save(with_arrays("data/small.npz"), home / "net.json")
    monkeypatch.chdir("/")
    drawn = load(home / "net.json")
    end = train(drawn, home / "runs" / "net.first")
    assert end.state == "finished", end.message
    moved = tmp_path / "moved"
    home.rename(moved)
    run = load_run(moved / "runs" / "net.first")
    assert evaluate(run, "test").keys() == {"loss/update", "metric/accuracy"}
    longer = replace(drawn, settings=replace(drawn.settings, epochs=3))
    assert train(longer, moved / "runs" / "net.first", resume=True).state == "finished"
    assert load(moved / "runs" / "net.first" / "segments/2/project.json") == longer


def test_a_path_that_begins_nowhere_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotCompile, match="save the project, or give the path from the root on"):
        train(with_arrays("small.npz"), tmp_path / "run")


def test_numbers_missing_in_the_data_are_blamed_on_it(tmp_path: Path) -> None:
    x = np.ones((40, 1, 8, 8), np.float32)
    x[:, 0, 3, 3] = np.nan
    np.savez(tmp_path / "holes.npz", x=x, y=np.arange(40) % 10)
    end = train(with_arrays(str(tmp_path / "holes.npz")), tmp_path / "run")
    assert (end.state, end.board, end.node) == ("failed", "Train", "arrays")


def test_a_metric_named_loss_leaves_the_choice_of_weights_alone(tmp_path: Path) -> None:
    train(project(epochs=3), tmp_path / "plain")
    train(RenameNode("Train", "accuracy", "loss").apply(project(epochs=3)), tmp_path / "renamed")
    plain, renamed = (RunFolder.open(tmp_path / name) for name in ("plain", "renamed"))
    assert validation(plain.path) == validation(renamed.path)
    best = [read_state(run.layout).best for run in (plain, renamed)]
    assert (
        best[0]["loss/update"]
        == best[1]["loss/update"]
        == min(v for _, v in validation(plain.path))
    )
    assert best[0]["metric/accuracy"] == best[1]["metric/loss"] > 0.2
    chosen = [saved(run.path, "best")["step"] for run in (plain, renamed)]
    assert chosen[0] == chosen[1]


def test_a_state_of_an_older_run_is_gone_on_from(tmp_path: Path) -> None:
    train(project(epochs=2), tmp_path / "whole")
    folder = tmp_path / "run"
    train(project(epochs=1), folder)
    state = saved(folder)
    state["best_loss"] = state.pop("best_values")["loss/update"]
    for path in (folder / "checkpoints").iterdir():
        checkpoints.remove(path)
    torch.save(state, folder / "checkpoints/last.pt")
    train(project(epochs=2), folder, resume=True)
    assert validation(folder) == validation(tmp_path / "whole")
    assert saved(folder)["best_step"] == 40


def test_a_second_trainer_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    refusals: list[str] = []

    def seen(event: object) -> None:
        if isinstance(event, RunState) and event.state == "training" and not refusals:
            with pytest.raises(FileError) as error:
                train(project(epochs=9), folder, resume=True)
            refusals.append(str(error.value))

    end = train(project(epochs=1), folder, on_event=seen)
    assert end.state == "finished", end.message
    assert f"process {os.getpid()} on {platform.node()} since 2" in refusals[0]
    assert [p.name for p in (folder / "segments").iterdir()] == ["1"], "nothing was changed"
    assert train(project(epochs=2), folder, resume=True).state == "finished", "it is free again"


def test_a_run_on_another_machine_is_not_taken_over_unasked(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    train(project(epochs=1), folder)
    note = folder / "owner.json"
    note.write_text('{"host": "elsewhere", "pid": 7, "since": "2026-05-04T12:00:00"}')
    with pytest.raises(
        FileError, match=r"process 7 on elsewhere since 2026-05-04 12:00:00.*delete"
    ):
        train(project(epochs=2), folder, resume=True)
    note.write_text(f'{{"host": "{platform.node()}", "pid": 7, "since": "2026"}}')
    assert train(project(epochs=2), folder, resume=True).state == "finished", "killed here"


def test_a_resume_that_fails_lets_go_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    train(project(epochs=1), folder)
    state = RunLayout(folder).last / "state.pt"
    last = state.read_bytes()
    state.write_bytes(b"")
    with pytest.raises(FileError, match="damaged"):
        train(project(epochs=2), folder, resume=True)
    state.write_bytes(last)
    assert train(project(epochs=2), folder, resume=True).state == "finished"
