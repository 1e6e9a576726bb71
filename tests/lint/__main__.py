"""Checks how the files hang together: `python -m tests.lint`, part of `make lint`.

No file imports itself by way of others, not even for its types; no two public classes share a
name; every file stands in a room that the README's map names.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import grimp
import networkx as nx

ROOT = Path(__file__).parents[2]
PACKAGES = ("nodes", "studio")
SHARED = frozenset({("Project", "studio/api.py"), ("Project", "studio/model/project.py")})
"""What people call `studio.Project` holds what Netloom itself calls a project."""

ROOM = re.compile(r"^\| (`[^|]+`) \|", re.MULTILINE)


def main() -> int:
    """Print what is wrong; 1 where anything is."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    every = files(ROOT, PACKAGES)
    found = [*circles(PACKAGES), *shared_names(ROOT, every), *outside(readme, ROOT, every)]
    print("\n".join(found) if found else "No circles, no name twice, every file on the map.")
    return 1 if found else 0


def circles(packages: Sequence[str]) -> Iterator[str]:
    """Files that import each other in a circle."""
    imports = grimp.build_graph(*packages, exclude_type_checking_imports=False, cache_dir=None)
    graph: nx.DiGraph[str] = nx.DiGraph()
    for module in imports.modules:
        named = imports.find_modules_directly_imported_by(module)
        graph.add_edges_from((module, other) for other in named)
    for group in nx.strongly_connected_components(graph):
        if len(group) > 1:
            way = [source for source, _ in nx.find_cycle(graph.subgraph(group))]
            yield f"circle of imports: {' -> '.join([*way, way[0]])}"


def shared_names(root: Path, every: Iterable[Path]) -> Iterator[str]:
    """Public classes of one name in several files."""
    places: dict[str, list[str]] = {}
    for path in every:
        for part in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(part, ast.ClassDef) and not part.name.startswith("_"):
                place = path.relative_to(root).as_posix()
                if (part.name, place) not in SHARED:
                    places.setdefault(part.name, []).append(place)
    for name, where in places.items():
        if len(where) > 1:
            yield f"two classes are called {name}: {', '.join(where)}"


def outside(readme: str, root: Path, every: Iterable[Path]) -> Iterator[str]:
    """Files in no room that the map names, and rooms on it that are not there."""
    rooms = {name for row in ROOM.findall(readme) for name in re.findall(r"`([^`]+)`", row)}
    for path in every:
        place = path.relative_to(root)
        if not {place.as_posix(), f"{place.parent.as_posix()}/"} & rooms:
            yield f"{place.as_posix()} stands in no room of the README's map"
    for room in sorted(rooms):
        if not (root / room).exists():
            yield f"the README's map names {room}, which is not there"


def files(root: Path, packages: Iterable[str]) -> list[Path]:
    """All Python files of the packages."""
    return sorted(path for package in packages for path in (root / package).rglob("*.py"))


if __name__ == "__main__":
    sys.exit(main())
