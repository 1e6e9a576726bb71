"""Where no window can be opened, Netloom says so in one line and works without one."""

from __future__ import annotations

import pytest
from PIL import Image

from studio.cli import display, qt_libraries


@pytest.fixture
def no_display(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    return monkeypatch


def test_no_display(no_display):
    assert "DISPLAY is not set" in str(display.problem())


def test_a_display_that_is_not_there(no_display):
    no_display.setenv("DISPLAY", ":987")
    no_display.setenv("WAYLAND_DISPLAY", "wayland-987")
    assert ":987" in str(display.problem())


def test_a_chosen_platform_is_taken_as_it_is(no_display):
    no_display.setenv("QT_QPA_PLATFORM", "offscreen")
    assert display.problem() is None


@pytest.mark.parametrize("given", [[], ["project.json"]])
def test_netloom_without_a_display(no_display, netloom, one_line, written, tiny, given):
    path = written(tiny)
    message = one_line(netloom(*given, cwd=path.parent))
    assert "No display" in message
    assert "netloom --help" in message


def test_qt_can_be_loaded_where_the_tests_run():
    assert qt_libraries.missing() is None


def test_the_tour(here, tmp_path):
    folder = tmp_path / "exported"
    done = here("tour", "--template", "mlp", "--to", folder)
    assert done.returncode == 0, done.stderr
    assert "accuracy" in done.stdout
    names = {path.name for path in folder.iterdir()}
    assert names == {"mlp.py", "mlp_training.py", "mlp.pt", "mlp_curves.png"}
    assert all(name in done.stdout for name in names)
    assert "difference 0." in done.stdout
    with Image.open(folder / "mlp_curves.png") as picture:
        assert picture.width > 1000
    assert len(list((tmp_path / "runs").iterdir())) == 1
