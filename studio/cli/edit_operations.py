"""The operations that `netloom edit` knows: their words, and what they do."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nodes.declare import NodeType
from studio.cli.command_error import CommandError
from studio.model.gallery import shipped_blocks, shipped_project
from studio.model.operations.by_name import EditsByName, Place
from studio.model.operations.edited import Edited
from studio.model.project import Project
from studio.model.project_file import load
from studio.model.report import CheckedProject

KINDS = ("network", "block", "training")


@dataclass(frozen=True)
class EditedFile(EditsByName):
    """A project that is edited, and what was done to it so far."""

    document: Project
    types: Mapping[str, NodeType]
    done: tuple[Edited, ...] = ()

    def _types(self) -> Mapping[str, NodeType]:
        return self.types

    def check(self) -> CheckedProject:
        """Shapes, counts and issues."""
        from studio.compile.compiled import check  # needs torch, which takes a second

        return check(self.document, self.types)

    def _accept(self, edited: Edited) -> EditedFile:
        return replace(self, document=edited.project, done=(*self.done, edited))


Given = argparse.Namespace
Work = Callable[[EditedFile, Given], EditedFile]


@dataclass(frozen=True)
class Operation:
    """A command's words: name, what it does, what it takes (`name` once, `name...` at least once,
    `[name...]` any number)."""

    name: str
    help: str
    takes: tuple[str, ...]
    work: Work
    options: tuple[tuple[str, str], ...] = ()


def read_text(path: Path) -> str:
    """A text file. Raises CommandError where it is none."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CommandError(f"{path} is not a text file in UTF-8.") from error


def _place(text: str | None) -> Place | None:
    """A place that is written as `120,64`."""
    if text is None:
        return None
    try:
        x, y = (float(part) for part in text.split(","))
    except ValueError as error:
        raise CommandError(f"--at {text}: write a place as X,Y, such as 280,0.") from error
    return x, y


def _number(text: str | None) -> int:
    if text is not None and not (text.isascii() and text.isdigit()):
        raise CommandError(f"--number {text}: write a whole number.", 2)
    return int(text or 1)


def _needed(place: Place | None) -> Place:
    if place is None:
        raise CommandError("Say where to: --at=X,Y.", 2)
    return place


def _one(codes: Sequence[str]) -> str:
    if len(codes) > 1:
        raise CommandError("Name one code, or none for all.", 2)
    return codes[0] if codes else ""


def _ends(text: str | None) -> tuple[str, str] | None:
    """The ends of a wire that is written as `conv1 -> relu1`."""
    if text is None:
        return None
    source, arrow, target = (part.strip() for part in text.partition("->"))
    if not (source and arrow and target):
        raise CommandError(f"--on {text}: write a wire as 'conv1.output -> relu1.input'.")
    return source, target


def _assigned(texts: Sequence[str]) -> dict[str, Any]:
    """Parameters written as `out_channels=6`."""
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise CommandError(f"'{text}': write a parameter as NAME=VALUE.")
        found[name] = value
    return found


def _add(edited: EditedFile, given: Given) -> EditedFile:
    return edited.add(
        given.board,
        given.type,
        given.name or "",
        at=_place(given.at),
        on=_ends(given.on),
        after=given.after or "",
        before=given.before or "",
        params=_assigned(given.param),
    )


def _paste(edited: EditedFile, given: Given) -> EditedFile:
    return edited.paste(given.board, read_text(Path(given.source)), _place(given.at) or (0.0, 0.0))


def _bring(edited: EditedFile, given: Given) -> EditedFile:
    shipped = given.source in shipped_blocks()
    source = shipped_project(given.source) if shipped else load(Path(given.source))
    return edited.bring(source, given.block)


def _add_board(edited: EditedFile, given: Given) -> EditedFile:
    if given.kind not in KINDS:
        raise CommandError(f"'{given.kind}' is no kind of board; there are {', '.join(KINDS)}.")
    return edited.add_board(given.kind, given.name or "")


_AT = ("--at", "top left corner of its card: --at=280,0")

OPERATIONS = (
    Operation(
        "add",
        "add a node: add LeNet Conv2d out_channels=6 --after image --name conv1",
        ("board", "type", "[param...]"),
        _add,
        (
            ("--name", "its name"),
            _AT,
            ("--on", "the wire to insert it into: 'conv1 -> relu1'"),
            ("--after", "the output (conv1, lstm.hidden) that feeds it"),
            ("--before", "the input that it feeds"),
        ),
    ),
    Operation(
        "wire",
        "wire an output to an input: wire LeNet conv1.output relu1.input",
        ("board", "source", "target"),
        lambda e, g: e.wire(g.board, g.source, g.target),
    ),
    Operation(
        "unwire",
        "take a wire away",
        ("board", "source", "target"),
        lambda e, g: e.unwire(g.board, g.source, g.target),
    ),
    Operation(
        "insert",
        "put a node that is there on the wire between two others",
        ("board", "node", "source", "target"),
        lambda e, g: e.insert(g.board, g.node, g.source, g.target),
    ),
    Operation(
        "set",
        "give a parameter, setting or variable a value: set LeNet.conv1.out_channels 8",
        ("address", "value"),
        lambda e, g: e.set(g.address, g.value),
    ),
    Operation(
        "reset",
        "give a parameter its default, or take a variable away",
        ("address",),
        lambda e, g: e.reset(g.address),
    ),
    Operation(
        "rename",
        "rename a board, node or variable: rename LeNet.conv1 first",
        ("address", "new"),
        lambda e, g: e.rename(g.address, g.new),
    ),
    Operation(
        "rename-instance",
        "rename a set of weights wherever it stands: rename-instance LeNet teacher",
        ("old", "new"),
        lambda e, g: e.rename_instance(g.old, g.new),
    ),
    Operation(
        "delete",
        "take nodes out and keep the flow going where that fits",
        ("board", "node..."),
        lambda e, g: e.delete(g.board, *g.node),
    ),
    Operation(
        "duplicate",
        "add copies of nodes beside them",
        ("board", "node..."),
        lambda e, g: e.duplicate(g.board, *g.node),
    ),
    Operation(
        "paste",
        "add the nodes of another project's first board",
        ("board", "source"),
        _paste,
        (_AT,),
    ),
    Operation(
        "move",
        "put a node elsewhere: move LeNet conv1 --at=280,0",
        ("board", "node"),
        lambda e, g: e.move(g.board, g.node, _needed(_place(g.at))),
        (_AT,),
    ),
    Operation(
        "arrange",
        "lay out nodes, or the whole board, by columns",
        ("board", "[node...]"),
        lambda e, g: e.arrange(g.board, *g.node),
    ),
    Operation(
        "make-block",
        "put nodes into a block: make-block LeNet conv1 relu1 pool1 --name Stage",
        ("board", "node..."),
        lambda e, g: e.make_block(g.board, *g.node, name=g.name or ""),
        (("--name", "the block's name"),),
    ),
    Operation(
        "unpack",
        "put what is in a block in the place of its node: unpack ResNet stage2",
        ("board", "node"),
        lambda e, g: e.unpack(g.board, g.node),
    ),
    Operation(
        "make-independent",
        "let a node stand for a copy of its block: make-independent ResNet stage2",
        ("board", "node"),
        lambda e, g: e.make_independent(g.board, g.node),
    ),
    Operation(
        "fix",
        "carry out a fix that an issue offers: fix LeNet.fc1; a number chooses among several",
        ("address",),
        lambda e, g: e.fix(g.address, _number(g.number)),
        (("--number", "which one, counted from 1"),),
    ),
    Operation(
        "silence",
        "tell a warning of a node no more: silence Net.fc2 no-activation; all without a code",
        ("address", "[code...]"),
        lambda e, g: e.silence(g.address, _one(g.code)),
    ),
    Operation(
        "tell-again",
        "tell what was silenced at a node again: tell-again Net.fc2",
        ("address", "[code...]"),
        lambda e, g: e.tell_again(g.address, _one(g.code)),
    ),
    Operation(
        "share",
        "let a node use the weights of another: share GPT.head tokens",
        ("address", "owner"),
        lambda e, g: e.share(g.address, g.owner),
    ),
    Operation(
        "own",
        "let a node own its weights again",
        ("address",),
        lambda e, g: e.share(g.address, None),
    ),
    Operation(
        "add-board",
        "add an empty board: add-board network --name Encoder",
        ("kind",),
        _add_board,
        (("--name", "its name"),),
    ),
    Operation(
        "bring",
        "add a block of another project, or a shipped one: bring residual Residual",
        ("source", "block"),
        _bring,
    ),
    Operation(
        "add-training",
        "add a board that trains the first network to tell classes apart",
        (),
        lambda e, g: e.add_training(),
    ),
    Operation(
        "duplicate-board",
        "add a copy of a board",
        ("board",),
        lambda e, g: e.duplicate_board(g.board),
    ),
    Operation(
        "delete-board",
        "take a board away",
        ("board",),
        lambda e, g: e.delete_board(g.board),
    ),
    Operation(
        "add-parameter",
        "add a parameter to a block: add-parameter Layer dim 64",
        ("block", "parameter", "default"),
        lambda e, g: e.add_parameter(g.block, g.parameter, g.default),
    ),
    Operation(
        "promote",
        "make a parameter of a node one of its block: promote Layer.wide.out_features width",
        ("address", "[name]"),
        lambda e, g: e.promote(g.address, *g.name[:1]),
    ),
    Operation(
        "set-default",
        "give a block's parameter another default",
        ("block", "parameter", "default"),
        lambda e, g: e.set_default(g.block, g.parameter, g.default),
    ),
    Operation(
        "rename-parameter",
        "rename a block's parameter; expressions follow",
        ("block", "parameter", "new"),
        lambda e, g: e.rename_parameter(g.block, g.parameter, g.new),
    ),
    Operation(
        "remove-parameter",
        "take a parameter of a block away",
        ("block", "parameter"),
        lambda e, g: e.remove_parameter(g.block, g.parameter),
    ),
)
