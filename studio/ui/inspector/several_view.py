"""Several nodes at once: how many, and the fields that they have in common."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QWidget

from nodes.declare import NodeType, Param
from studio.model.document import Document
from studio.model.operations.parameters import set_parameter
from studio.model.project import Node
from studio.model.values import Value
from studio.ui.appearance.theme import Theme
from studio.ui.forms.basic_widgets import column, label, line
from studio.ui.forms.form import Form


class SeveralView(QWidget):
    """What the inspector shows of several selected nodes."""

    def __init__(self, document: Document, types: Mapping[str, NodeType], theme: Theme) -> None:
        super().__init__()
        self.setObjectName("inspector_several")
        self._document, self._types, self._theme = document, types, theme
        self._board = ""
        self._ids: frozenset[str] = frozenset()
        self._form: Form | None = None
        self._params: tuple[Param, ...] = ()
        self._title = label("", "title", "several_title")
        self._kinds = label("", "muted", "several_kinds")
        self._place = column(self, 10)
        for widget in (self._title, self._kinds, line()):
            self._place.addWidget(widget)

    def show_nodes(self, board: str, ids: frozenset[str]) -> None:
        """Show these nodes."""
        self._board, self._ids = board, ids
        self.refresh()

    def refresh(self) -> None:
        """Show what the project holds now."""
        nodes = self._nodes()
        if not nodes:
            return
        kinds: dict[str, int] = {}
        for node in nodes:
            kinds[node.type] = kinds.get(node.type, 0) + 1
        self._title.setText(f"{len(nodes)} nodes")
        self._kinds.setText(", ".join(f"{count} {name}" for name, count in kinds.items()))
        self._show_form(self._common(list(kinds)))
        if self._form is not None:
            held = [{p.name: n.params.get(p.name, p.default) for p in self._params} for n in nodes]
            several = frozenset(
                p.name for p in self._params if any(v[p.name] != held[0][p.name] for v in held)
            )
            project = self._document.project
            block = project.computes(project.boards[self._board], *nodes)
            self._form.show_values(held[0], block, several)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        if self._form is not None:
            self._form.set_theme(theme)

    def _nodes(self) -> list[Node]:
        board = self._document.project.boards.get(self._board)
        return [board.nodes[id] for id in sorted(self._ids) if id in board.nodes] if board else []

    def _common(self, kinds: list[str]) -> tuple[Param, ...]:
        found = [self._types[kind] for kind in kinds if kind in self._types]
        if len(found) < len(kinds):
            return ()
        return tuple(p for p in found[0].params if all(_same(p, t.param(p.name)) for t in found))

    def _show_form(self, params: tuple[Param, ...]) -> None:
        if params == self._params:
            return
        if self._form is not None:
            self._form.hide()
            self._form.deleteLater()
        self._form, self._params = None, params
        if params:
            self._form = Form(params, self._theme).built()
            self._form.entered.connect(self._set)
            self._form.left.connect(self._document.end_merge)
            self._place.addWidget(self._form)

    def _set(self, name: str, value: Value) -> None:
        param = next(p for p in self._params if p.name == name)
        ids = [node.id for node in self._nodes()]
        edited = set_parameter(self._document.project, self._board, ids, param, value)
        self._document.accept(edited, ("params", self._board, self._ids, name))


def _same(one: Param, other: Param | None) -> bool:
    """Whether two types ask for the same thing, whatever the words."""
    if other is None:
        return False

    def asked(param: Param) -> tuple[object, ...]:
        return param.kind, param.default, param.low, param.high, param.choices, param.optional

    return asked(one) == asked(other)
