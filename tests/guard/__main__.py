"""Records what the guard holds: `python -m tests.guard [NAME ...]`."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from tests.guard.gallery import NAMES, RECORDED, checked, exported, learned, one_thread


def main() -> None:
    """Write what the gallery does now over what is recorded."""
    one_thread()
    for name in sys.argv[1:] or NAMES:
        with tempfile.TemporaryDirectory(prefix="netloom-guard-") as made:
            folder = Path(made)
            for what, found in (
                ("learned", learned(name, folder)),
                ("checked", checked(name, folder)),
            ):
                text = json.dumps(found, indent=1, ensure_ascii=False)
                (RECORDED / f"{name}_{what}.json").write_text(text + "\n", encoding="utf-8")
            module, script = exported(name, folder)
        (RECORDED / f"{name}_module.py.txt").write_text(module, encoding="utf-8")
        (RECORDED / f"{name}_script.py.txt").write_text(script, encoding="utf-8")
        print(name, flush=True)


if __name__ == "__main__":
    main()
