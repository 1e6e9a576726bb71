"""Training, evaluating and exporting from the command line, and what can go wrong with runs."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from studio import Project
from studio.model.run_layout import RunLayout

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def trained(netloom, tmp_path_factory):
    """A project and a run of it, made by the command line."""
    folder = tmp_path_factory.mktemp("trained")
    path = folder / "mlp.json"
    assert netloom("new", "mlp", path).returncode == 0
    done = netloom("train", path, "--epochs", 2, "--device", "cpu", "--json")
    assert done.returncode == 0, done.stderr
    return path, json.loads(done.stdout)


@pytest.fixture
def run(trained):
    return Path(trained[1]["run"])


def files_under(folder: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_train_ends_with_one_object(trained, run):
    path, summary = trained
    assert run.parent == path.parent / "runs"
    assert set(summary["metrics"]) == {"training", "validation", "test", "last_test"}
    assert 0 < summary["metrics"]["test"]["metric/accuracy"] <= 1
    assert summary["seconds"] > 0
    assert (RunLayout(run).best / "MLP.safetensors").exists()


def test_the_project_is_left_as_it_was(here, trained, tmp_path):
    path = tmp_path / "mlp.json"
    here("new", "mlp", path)
    ours, theirs = (file.read_text().splitlines() for file in (path, trained[0]))
    assert "uid" in ours.pop(2)
    assert "uid" in theirs.pop(2)
    assert ours == theirs


def test_progress_goes_to_standard_error(here, written, tiny, tmp_path):
    done = here("train", written(tiny), "--runs", tmp_path / "elsewhere", "--seed", 3)
    assert done.returncode == 0, done.stderr
    assert "%|" in done.stderr
    assert "%|" not in done.stdout
    assert "test: loss" in done.stdout
    (folder,) = (tmp_path / "elsewhere").iterdir()
    assert str(folder) in done.stdout
    assert Project.load(folder / "segments/1/project.json").document.settings.seed == 3


def test_set_reaches_the_run(here, written, tiny):
    given = ["--set", "update.learning_rate=0.01", "--set", "Tiny.linear.bias=false"]
    done = here("train", written(tiny), *given, "--set", "settings.epochs=1", "--json")
    document = Project.load(
        Path(json.loads(done.stdout)["run"]) / "segments/1/project.json"
    ).document
    assert document.boards["Training"].nodes["update"].params["learning_rate"] == 0.01
    assert document.boards["Tiny"].nodes["linear"].params["bias"] is False
    assert document.settings.epochs == 1


def test_resume_goes_on(here, written, tiny):
    path = written(tiny)
    first = json.loads(here("train", path, "--json").stdout)
    again = here("train", path, "--resume", first["run"], "--epochs", 4, "--json")
    assert again.returncode == 0, again.stderr
    second = json.loads(again.stdout)
    assert second["run"] == first["run"]
    assert (
        second["metrics"]["training"]["loss/update"] < first["metrics"]["training"]["loss/update"]
    )
    whole = json.loads(here("train", path, "--epochs", 4, "--json").stdout)
    assert second["metrics"]["test"] == whole["metrics"]["test"]


def test_evaluate(here, trained, run):
    path, summary = trained
    for part in ("validation", "test"):
        done = here("evaluate", path, "--run", run, "--data", part, "--json")
        values = json.loads(done.stdout)["metrics"][part]
        assert values["loss/update"] == pytest.approx(
            summary["metrics"][part]["loss/update"], abs=1e-6
        )
    assert "test: loss" in here("evaluate", path, "--run", run).stdout


@pytest.mark.parametrize("to", ["python", "script", "checkpoint", "safetensors"])
def test_export(here, trained, run, tmp_path, to):
    weights = [] if to == "script" else ["--run", run]
    done = here("export", trained[0], "--to", to, "-o", tmp_path, *weights, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert Path(found["path"]).parent == tmp_path
    assert found["difference"] == (None if to == "script" else 0)


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
def test_ctrl_c_saves_and_says_how_to_go_on(trained, tmp_path):
    path = shutil.copy(trained[0], tmp_path)
    command = [sys.executable, "-m", "studio.cli", "train", path, "--epochs", "100000"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        shown = ""
        while "step" not in shown:
            shown += process.stderr.read(1)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in error
    message = error.splitlines()[-1]
    (folder,) = (tmp_path / "runs").iterdir()
    assert message.endswith(f"--resume {shlex.quote(str(folder))}")
    assert RunLayout(folder).last.is_dir()
    assert json.loads((folder / "state.json").read_text())["state"] == "stopped"


# ---- what can go wrong -------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["evaluate", "train", "export"])
def test_weights_that_do_not_fit(here, one_line, trained, run, tmp_path, command):
    path = tmp_path / "other.json"
    path.write_text(trained[0].read_text().replace('"out_features": 128', '"out_features": 64'))
    before = files_under(run)
    given = {
        "evaluate": ["--run", run],
        "train": ["--resume", run],
        "export": ["--to", "checkpoint", "--run", run, "-o", tmp_path / "out.pt"],
    }
    message = one_line(here(command, path, *given[command]))
    assert "hidden.weight" in message
    assert "128" in message
    assert "64" in message
    assert files_under(run) == before
    assert [p.name for p in tmp_path.iterdir()] == ["other.json"]


@pytest.mark.parametrize("command", ["evaluate", "train", "export"])
def test_a_run_folder_of_somebody_else(here, one_line, trained, tmp_path, command):
    folder = tmp_path / "photos"
    (folder / "checkpoints").mkdir(parents=True)
    (folder / "checkpoints" / "last.pt").write_bytes(b"mine")
    (folder / "metrics.jsonl").write_text("mine")
    before = files_under(folder)
    given = {
        "evaluate": ["--run", folder],
        "train": ["--resume", folder],
        "export": ["--to", "safetensors", "--run", folder, "-o", tmp_path / "out"],
    }
    message = one_line(here(command, trained[0], *given[command]))
    assert str(folder) in message
    assert "not a run that Netloom made" in message
    assert files_under(folder) == before
    assert [p.name for p in tmp_path.iterdir()] == ["photos"]


class Evil:
    """Pickles to code."""

    def __reduce__(self):
        return (os.system, ("touch pwned",))


def test_a_checkpoint_that_holds_code(netloom, one_line, trained, run, tmp_path):
    import pickle

    folder = shutil.copytree(run, tmp_path / "run")
    for place in (folder / "checkpoints").iterdir():
        (place / "state.pt").write_bytes(pickle.dumps(Evil()))
    (folder / "checkpoints" / "last.pt").write_bytes(pickle.dumps(Evil()))
    before = files_under(tmp_path)
    for given in (["evaluate", "--run", folder], ["train", "--resume", folder]):
        done = netloom(given[0], trained[0], *given[1:], cwd=tmp_path)
        assert "damaged or no checkpoint" in one_line(done)
    assert files_under(tmp_path) == before


def test_nothing_in_a_run_folder_is_executed(netloom, trained, run, tmp_path):
    folder = shutil.copytree(run, tmp_path / "run")
    (folder / "segments/1/source.py").write_text("open('pwned', 'w')")
    (folder / "sitecustomize.py").write_text("open('pwned', 'w')")
    done = netloom("evaluate", trained[0], "--run", folder, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


@pytest.fixture
def small_disk(tmp_path):
    """Makes a folder on a disk of some kilobytes, and gives what to put before a command; where
    nothing may be mounted, files are limited to that size instead."""
    mounted = []

    def make(size: int) -> tuple[Path, tuple[str, ...]]:
        folder = tmp_path / f"disk{size}"
        folder.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(folder)]
        if os.geteuid() == 0 and subprocess.run(mount, capture_output=True).returncode == 0:
            mounted.append(folder)
            return folder, ()
        return folder, ("prlimit", f"--fsize={size * 256}")

    yield make
    for folder in mounted:
        subprocess.run(["umount", str(folder)], check=True)


def fill(folder: Path) -> None:
    """Use up what room there is on a small disk."""
    with (folder / "full").open("wb", buffering=0) as file:
        try:
            for _ in range(1000):
                file.write(b"0" * 4096)
        except OSError:
            return


@pytest.mark.parametrize("command", ["new", "train", "export"])
def test_a_full_disk(netloom, here, one_line, trained, small_disk, command):
    folder, before = small_disk(8)
    if not before:
        fill(folder)
    else:
        before = ("prlimit", "--fsize=0")
    there = sorted(folder.rglob("*"))
    given = {
        "new": ["mlp", folder / "mlp.json"],
        "train": [trained[0], "--runs", folder],
        "export": [trained[0], "--to", "python", "-o", folder / "mlp.py"],
    }
    done = (
        netloom(command, *given[command], before=before)
        if before
        else here(command, *given[command])
    )
    message = one_line(done)
    assert str(folder) in message
    assert "room" in message
    assert sorted(folder.rglob("*")) == there


def test_a_disk_that_fills_up_while_it_trains(netloom, trained, small_disk):
    folder, before = small_disk(64)
    done = netloom("train", trained[0], "--runs", folder, before=before)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    message = done.stderr.splitlines()[-1]
    assert str(folder) in message
    assert "room" in message


@pytest.mark.parametrize("command", ["new", "train", "export"])
def test_a_place_that_cannot_be_written(here, one_line, trained, tmp_path, command):
    """A file stands where a folder should be: nobody can write there, whoever they are."""
    (tmp_path / "file").write_text("mine")
    inside = tmp_path / "file" / "inside"
    given = {
        "new": ["mlp", inside / "mlp.json"],
        "train": [trained[0], "--runs", inside],
        "export": [trained[0], "--to", "python", "-o", inside / "mlp.py"],
    }
    assert str(inside) in one_line(here(command, *given[command]))
    assert files_under(tmp_path) == {str(tmp_path / "file"): b"mine"}


@pytest.mark.parametrize("command", ["new", "train", "export"])
def test_a_read_only_folder(here, one_line, trained, small_disk, tmp_path, command):
    folder, before = small_disk(64)
    if before:
        folder.chmod(0o555)
    else:
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    given = {
        "new": ["mlp", folder / "mlp.json"],
        "train": [trained[0], "--runs", folder],
        "export": [trained[0], "--to", "python", "-o", folder / "mlp.py"],
    }
    assert str(folder) in one_line(here(command, *given[command]))
    assert not list(folder.iterdir())


def test_a_run_goes_on_with_an_edited_project(here, one_line, written, tiny):
    path = written(tiny)
    run = json.loads(here("train", path, "--json").stdout)["run"]
    assert here("edit", path, "rename", "Tiny.linear", "last").returncode == 0
    assert "--edited" in one_line(here("train", path, "--resume", run, "--epochs", 4))
    assert "set more epochs" in one_line(here("train", path, "--resume", run, "--edited"))
    done = here("train", path, "--resume", run, "--edited", "--epochs", 4)
    assert done.returncode == 0, done.stderr
    assert "Goes on with what is drawn: kept 1 layer." in done.stderr
    beginning = json.loads((Path(run) / "segments/2/segment.json").read_text())
    assert beginning["transfer"]["kept"] == ["last"]
    assert here("evaluate", path, "--run", run).returncode == 0
    assert "--resume RUN" in one_line(here("train", path, "--edited"))


def test_resume_changes_nothing_else(here, one_line, trained, run):
    before = files_under(run)
    message = one_line(here("train", trained[0], "--resume", run, "--seed", 2))
    assert "--epochs" in message
    assert files_under(run) == before
