"""Every action of the window: its words, icon and shortcut, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from studio.model.measures import MEASURES


@dataclass(frozen=True)
class Spec:
    """One action. `here`: its shortcut works where the canvas has the focus only."""

    name: str
    text: str
    tip: str
    icon: str = ""
    keys: tuple[str, ...] = ()
    here: bool = False
    checkable: bool = False
    role: Literal["", "quit", "about"] = ""


SPECS = (
    Spec("new_empty", "Empty project", "Start with an empty network", "new", ("Ctrl+N",)),
    Spec("open", "Open…", "Open a project file", "open", ("Ctrl+O",)),
    Spec("import", "Import a module…", "Make boards of a PyTorch module in a Python file"),
    Spec("save", "Save", "Save the project", "save", ("Ctrl+S",)),
    Spec("save_as", "Save as…", "Save the project under another name", "", ("Ctrl+Shift+S",)),
    Spec(
        "export_python", "Python module…", "The networks as plain PyTorch code", "code", ("Ctrl+E",)
    ),
    Spec("export_script", "Training script…", "Networks and training in one file that runs alone"),
    Spec("export_checkpoint", "Checkpoint (.pt)…", "Trained weights as a state_dict"),
    Spec("export_safetensors", "Safetensors…", "Trained weights as safetensors"),
    Spec("autosave", "Keep a recovery file", "Keep unsaved work for after a crash", checkable=True),
    Spec("close", "Close project", "Close the project and start an empty one", "", ("Ctrl+W",)),
    Spec("quit", "Quit", "Quit Netloom", "", ("Ctrl+Q",), role="quit"),
    Spec("undo", "Undo", "Undo the last change", "undo", ("Ctrl+Z",)),
    Spec("redo", "Redo", "Do again what was undone", "redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
    Spec("cut", "Cut", "Cut the selected nodes", "cut", ("Ctrl+X",), True),
    Spec("copy", "Copy", "Copy the selected nodes", "copy", ("Ctrl+C",), True),
    Spec("paste", "Paste", "Paste nodes", "paste", ("Ctrl+V",), True),
    Spec("duplicate", "Duplicate", "Duplicate the selected nodes", "duplicate", ("Ctrl+D",), True),
    Spec("delete", "Delete", "Delete the selected nodes", "delete", ("Del",), True),
    Spec("select_all", "Select all", "Select every node of the board", "", ("Ctrl+A",), True),
    Spec(
        "make_block",
        "Make a block…",
        "Put the selected nodes into a block of their own",
        "block",
        ("Ctrl+G",),
        True,
    ),
    Spec(
        "unpack",
        "Unpack block",
        "Put what is in the selected block in its place",
        "",
        ("Ctrl+Shift+G",),
        True,
    ),
    Spec("enter", "Go in", "Go into the selected block (Enter)"),
    Spec("leave", "Go back out", "Go back to where this block stands", "", ("Alt+Left",), True),
    Spec("rename", "Rename…", "Rename the selected node, or the board", "rename", ("F2",)),
    Spec("find_node", "Add node…", "Search for a node type and add it", "add", ("Ctrl+Space",)),
    Spec("zoom_in", "Zoom in", "Show the canvas larger", "zoom_in", ("Ctrl++", "Ctrl+=")),
    Spec("zoom_out", "Zoom out", "Show the canvas smaller", "zoom_out", ("Ctrl+-",)),
    Spec(
        "zoom_reset", "Zoom to 100 %", "Show the canvas in its own size", "", ("Ctrl+1", "Ctrl+0")
    ),
    Spec("frame_all", "Frame all", "Show the whole board", "frame", ("Home",), True),
    Spec("frame_selection", "Frame selection", "Show the selected nodes", "", ("F",), True),
    Spec("arrange", "Arrange", "Arrange the board automatically", "arrange", ("Ctrl+L",)),
    Spec("heat_none", "Their kind", "Colour nodes by what they are", checkable=True),
    *(
        Spec(f"heat_{measure.name}", measure.title, measure.summary, checkable=True)
        for measure in MEASURES
    ),
    Spec("theme_light", "Light", "Light colours", checkable=True),
    Spec("theme_dark", "Dark", "Dark colours", checkable=True),
    Spec("theme_system", "As the desktop", "Follow the desktop's colours", checkable=True),
    Spec(
        "reset_layout", "Reset layout", "Put all panels back to where they were at first", "reset"
    ),
    Spec("train", "Train", "Start to train the network", "train", ("F5",)),
    Spec("pause", "Pause", "Hold the training, or let it go on", "pause", ("F6",)),
    Spec("stop", "Stop", "End the training after this step", "stop", ("Shift+F5",)),
    Spec("resume", "Resume run…", "Go on with an earlier run", "resume"),
    Spec(
        "alone",
        "Train on without the window",
        "Runs under way go on when Netloom is closed, or ends unexpectedly",
        checkable=True,
    ),
    Spec("node_help", "Help on the node", "What the selected node computes", "help", ("F1",)),
    Spec("getting_started", "Getting started", "The way through Netloom in a few lines"),
    Spec("shortcuts", "Shortcuts", "List all keys and gestures", "", ("Ctrl+/",)),
    Spec("about", "About Netloom", "What this is", role="about"),
)

HEATS = ("heat_none", *(f"heat_{measure.name}" for measure in MEASURES))

MENUS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "File",
        (
            ">new",
            "open",
            "import",
            ">recent",
            "-",
            "save",
            "save_as",
            ">export",
            "-",
            "autosave",
            "-",
            "close",
            "quit",
        ),
    ),
    (
        "Edit",
        (
            "undo",
            "redo",
            "-",
            "cut",
            "copy",
            "paste",
            "duplicate",
            "delete",
            "-",
            "select_all",
            "make_block",
            "unpack",
            "-",
            "rename",
            "find_node",
        ),
    ),
    (
        "View",
        (
            "zoom_in",
            "zoom_out",
            "zoom_reset",
            "-",
            "frame_all",
            "frame_selection",
            "arrange",
            "-",
            "enter",
            "leave",
            "-",
            ">heat",
            ">theme",
            ">panels",
            "reset_layout",
        ),
    ),
    ("Train", ("train", "pause", "stop", "-", "resume", "-", "alone")),
    ("Help", ("node_help", "getting_started", "shortcuts", "-", "about")),
)
"""Menus in order; `>` marks a menu inside."""

SUBMENUS: dict[str, tuple[str, tuple[str, ...]]] = {
    "new": ("New", ("new_empty", "-")),
    "recent": ("Open recent", ()),
    "export": (
        "Export",
        ("export_python", "export_script", "-", "export_checkpoint", "export_safetensors"),
    ),
    "heat": ("Colour nodes by", HEATS),
    "theme": ("Theme", ("theme_light", "theme_dark", "theme_system")),
    "panels": ("Panels", ()),
}

TOOLBAR = (
    "new_empty",
    "open",
    "save",
    "-",
    "undo",
    "redo",
    "-",
    "find_node",
    "arrange",
    "frame_all",
    "zoom_out",
    "zoom_in",
    "-",
    "train",
    "pause",
    "stop",
    "-",
    "export_python",
)

GESTURES = (
    ("Tab, or double-click on the canvas", "search for a node to add"),
    ("Drag from a port", "draw a wire; let it go over empty canvas to choose what fits"),
    ("Drop a node on a wire", "insert it there"),
    ("Drag on empty canvas", "select what is inside the box"),
    ("Shift and click", "add to the selection"),
    ("Wheel", "zoom"),
    ("Middle button, or Space and drag", "move the canvas"),
    ("Double-click on a block or network", "open its board"),
    ("Backspace where nothing is selected", "go back out of a block"),
    ("Double-click on a tab", "rename the board"),
)
