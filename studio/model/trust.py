"""Which Python in projects may run on this machine: what its person has read and trusted.

Trust is for one content: code to the letter, or the name of an installed class. Each is a file in
the person's own configuration folder, called by its content's fingerprint, so that several
processes can add to it at once and nothing can stand there under another's name.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from nodes.catalogue import builtin
from nodes.code import LENGTH, fingerprint
from nodes.declare import NodeType
from studio.model.files import FileError, read_file, write_atomically
from studio.model.ports import with_ports
from studio.model.project import Node, Project


@cache
def _shipped() -> dict[str, str]:
    """What comes with Netloom, by fingerprint."""
    texts = [
        given[param.name]
        for declared in _with_code().values()
        for param in declared.params
        if param.kind == "code"
        for given in (declared.defaults(), *declared.examples)
    ]
    return {fingerprint(text): text for text in texts}


@cache
def _with_code() -> dict[str, NodeType]:
    """Types whose nodes hold code."""
    types = builtin().types.values()
    return {t.name: t for t in types if any(param.kind == "code" for param in t.params)}


UNTRUSTED = "untrusted"
"""The code of an issue about code that has not run for lack of trust."""


def is_trusted(content: str) -> bool:
    """Whether this content may run."""
    print_ = fingerprint(content)
    return print_ in _shipped() or _file(print_).is_file()


def trust(content: str) -> None:
    """Let this content run from now on. Raises FileError where that cannot be kept."""
    file = _file(fingerprint(content))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"{file.parent} cannot be made: {error.strerror or error}.") from error
    write_atomically(file, content.encode())


def waiting(project: Project) -> dict[str, tuple[str, str]]:
    """What a project would have run that is not trusted, with the first board and node of each."""
    found: dict[str, tuple[str, str]] = {}
    for board in project.boards.values():
        for node in board.nodes.values():
            content = content_of(node)
            if content and not is_trusted(content):
                found.setdefault(content, (board.name, node.id))
    return found


def content_of(node: Node) -> str:
    """The content that a node would have run; empty where it holds no code, or none that can be
    read."""
    found = _with_code().get(node.type)
    return "" if found is None else with_ports(found, node.params).needs_trust


def trusted_text(print_: str) -> str | None:
    """The trusted content of this fingerprint; None where there is none."""
    if print_ in _shipped():
        return _shipped()[print_]
    try:
        text = read_file(_file(print_), 4 * LENGTH).decode()
    except (FileError, UnicodeDecodeError):
        return None
    return text if fingerprint(text) == print_ else None


def _file(print_: str) -> Path:
    import platformdirs  # takes a while, and few projects hold code

    return platformdirs.user_config_path("netloom") / "trusted" / f"{print_}.txt"
