"""Everything but the window works without Qt; the window's side never imports torch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import studio

ROOT = Path(__file__).parents[2]

NO_QT = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("PySide6", "shiboken6", "pyqtgraph"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Refuse())
"""

COMMAND = """
from studio.cli import main
sys.exit(main(sys.argv[1:]))
"""

EVERYTHING = """
import importlib, pkgutil
import nodes, studio
names = []
for package in (nodes, studio):
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + ".", lambda name: None):
        if not found.name.startswith("studio.ui") and not found.name.endswith("__main__"):
            importlib.import_module(found.name)
            names.append(found.name)
print(len(names))
"""

WINDOW = """
import importlib, pkgutil, sys
from pathlib import Path
from PySide6.QtCore import QTimer
import studio.ui
from studio.ui.app import application
from studio.ui.processes.process_link import ProcessLink
from studio.ui.window.window_settings import WindowSettings
from studio.ui.window.startup import after_first_paint
from studio.ui.window.window import Window

app, answers = application(), []
link = ProcessLink()
window = Window(WindowSettings(), link)
link.checked.connect(answers.append)
link.checked.connect(lambda answer: QTimer.singleShot(0, app.quit))
window.painted.connect(lambda: after_first_paint(window))
window.files.start(Path(sys.argv[1]))
window.show()
QTimer.singleShot(60_000, app.quit)
app.exec()
window.close()
assert answers, "the checker did not answer"
for found in pkgutil.walk_packages(studio.ui.__path__, "studio.ui."):
    importlib.import_module(found.name)
for name in ("torch", "sklearn", "studio.compile", "studio.run", "studio.api"):
    assert name not in sys.modules, name
"""


def run(code: str, *arguments: object, home: Path) -> str:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_CONFIG_HOME": str(home),
        "XDG_DATA_HOME": str(home),
    }
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        env=environment,
        cwd=home,
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_module_but_the_windows_is_imported_without_qt(tmp_path):
    assert int(run(NO_QT + EVERYTHING, home=tmp_path)) > 50


def test_the_package_itself_needs_neither(tmp_path):
    assert studio.__doc__
    code = "import sys, studio; assert not {'torch', 'PySide6'} & set(sys.modules)"
    run(code, home=tmp_path)


def test_the_catalogue_and_the_session_need_no_torch(tmp_path):
    run(
        "import sys, nodes.catalogue, studio.session.checker, studio.session.trainers\n"
        "assert nodes.catalogue.builtin().types\n"
        "assert 'torch' not in sys.modules",
        home=tmp_path,
    )


def test_the_command_line_needs_torch_only_where_it_works(tmp_path):
    run(
        "import sys\nfrom studio.cli import main\n"
        "assert main(['new', 'mlp', 'a.json']) == 0\n"
        "assert not {'torch', 'PySide6'} & set(sys.modules)",
        home=tmp_path,
    )


def test_the_main_job_is_done_without_qt(written, tiny, tmp_path):
    path = written(tiny)
    found = json.loads(run(NO_QT + COMMAND, "check", path, "--json", home=tmp_path))
    assert found["networks"]["Tiny"]["parameters"] == 650
    assert found["issues"] == []
    summary = json.loads(run(NO_QT + COMMAND, "train", path, "--json", home=tmp_path))
    given = ["--run", summary["run"], "--to", "python", "-o", "tiny.py", "--json"]
    export = json.loads(run(NO_QT + COMMAND, "export", path, *given, home=tmp_path))
    assert export["difference"] == 0


def test_the_window_never_imports_torch(written, tiny, tmp_path):
    run(WINDOW, written(tiny), home=tmp_path)
