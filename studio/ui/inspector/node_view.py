"""One node: its form, what is known of it, its issues."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from nodes.declare import NodeType, Param
from studio.model.block_values import parameters_of
from studio.model.document import Document
from studio.model.operations.block_parameters import promote_parameter
from studio.model.operations.edited import Edited, Refusal
from studio.model.operations.instances import rename_instance
from studio.model.operations.nodes import rename
from studio.model.operations.parameters import (
    owners_for,
    set_parameter,
    share_weights,
)
from studio.model.operations.preview import effect_of
from studio.model.ports import ports_of
from studio.model.project import Node
from studio.model.report import Fix, Issue
from studio.model.values import Value
from studio.ui.appearance.theme import Theme
from studio.ui.forms.basic_widgets import column, empty, line
from studio.ui.forms.fields import ChoiceField, as_declared, as_written
from studio.ui.forms.form import LABELS
from studio.ui.inspector.header import Header
from studio.ui.inspector.instance_row import InstanceRow
from studio.ui.inspector.node_facts import Facts
from studio.ui.inspector.parameter_forms import ParameterForms
from studio.ui.panels.issue_row import IssueRow
from studio.ui.processes.check_results import CheckResults

UNKNOWN = "This Netloom does not know the type; it is kept and saved as it is."

TRUST = "Ctrl+Return"
"""Lets the code run that is before the person's eyes."""


class NodeView(QWidget):
    """What the inspector shows of one selected node."""

    fix_chosen = Signal(object)
    trust_wanted = Signal(str, str)
    """Board and node whose code is to be read, and may then run."""
    trust_given = Signal(str, str)
    """Board and node whose code may run as it stands here."""
    fix_offered = Signal(object)
    silence_chosen = Signal(object, bool)
    node_wanted = Signal(str, str)

    def __init__(
        self,
        document: Document,
        types: Mapping[str, NodeType],
        results: CheckResults,
        theme: Theme,
    ) -> None:
        super().__init__()
        self.setObjectName("inspector_node")
        self._document, self._types, self._results = document, types, results
        self._theme = theme
        self._board = self._id = ""
        self._issues: tuple[Issue, ...] = ()
        self._layout = column(self, 10)
        self._build()

    def _build(self) -> None:
        self.header = Header("node")
        self.header.renamed.connect(self._rename)
        self._issue_box = QWidget()
        self._issue_rows = column(self._issue_box)
        self.forms = ParameterForms(self._names, self._theme)
        self.forms.entered.connect(self._set)
        self.forms.left.connect(self._document.end_merge)
        self.forms.promoted.connect(self._promote)
        trust = QShortcut(TRUST, self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        trust.activated.connect(lambda: self.trust_given.emit(self._board, self._id))
        self._uses = ChoiceField(
            Param("uses", "node", None, "Share the weights of another node.", optional=True),
            lambda: as_written(self._may_use()),
        )
        self._uses.entered.connect(self._share)
        self._uses_row = _labelled("uses", self._uses)
        self._instance_row = InstanceRow()
        self._instance_row.renamed.connect(self._rename_instance)
        self.facts = Facts()
        for widget in (
            self.header,
            self._issue_box,
            self.forms,
            self._uses_row,
            self._instance_row,
            line(),
            self.facts,
        ):
            self._layout.addWidget(widget)

    # ---- showing -------------------------------------------------------------------------------

    def show_node(self, board: str, id: str) -> None:
        """Show a node, in whole."""
        if (board, id) != (self._board, self._id):
            self.forms.forget_problems()
        self._board, self._id = board, id
        self.refresh()
        self.show_report()
        self.show_issues()

    @property
    def _node(self) -> Node | None:
        board = self._document.project.boards.get(self._board)
        return board.nodes.get(self._id) if board else None

    def refresh(self) -> None:
        """Show what the project holds now."""
        node = self._node
        if node is None:
            return
        project, found, theme = self._document.project, self._types.get(node.type), self._theme
        category = found.category if found else "unknown type"
        summary = found.summary if found else UNKNOWN
        self.header.show_text(node.id, f"{node.type} · {category}", summary)
        glyph = (found.glyph if found else "") or node.type[:2]
        self.header.show_badge(theme.category(category), glyph, theme)
        declared = found.params if found else ()
        further = self._params(node)[len(declared) :]
        computes = project.computes(project.boards[self._board], node)
        self.forms.show_node(declared, further, node.params, computes)
        inside = project.boards[self._board].kind == "block"
        every = self._params(node) if inside else ()
        self.forms.offer_promotion(inside, [p.name for p in every if self._promoted(p)])
        candidates = self._may_use()
        self._uses_row.setVisible(len(candidates) > 1)
        self._uses.show_value(node.uses or "")
        self._instance_row.show_name(node.instance)
        self.header.offer_help(found is not None, theme)

    def show_report(self) -> None:
        """Show what the checker knows of it now."""
        node = self._node
        if node is not None:
            project = self._document.project
            ports = ports_of(project, project.boards[self._board], node, self._types)
            report = self._results.report(self._board, self._id)
            self.facts.show_report(ports, report, self._theme)

    def show_issues(self) -> None:
        """Show what the checker holds against the node, with its fixes."""
        issues = self._results.issues_of(self._board, self._id) if self._id else ()
        if issues == self._issues:
            return
        self._issues = issues
        empty(self._issue_rows)
        for issue in issues:
            row = IssueRow(issue, self._theme, self._says, place=False)
            row.fix_chosen.connect(self.fix_chosen)
            row.trust_wanted.connect(self.trust_wanted)
            row.fix_offered.connect(self.fix_offered)
            row.silence_chosen.connect(self.silence_chosen)
            self._issue_rows.addWidget(row)
        self._issue_box.setVisible(bool(issues))

    def _says(self, fix: Fix) -> str:
        return effect_of(self._document.project, fix, self._types)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.forms.set_theme(theme)
        self._issues = ()
        self.show_node(self._board, self._id)

    def _params(self, node: Node) -> tuple[Param, ...]:
        return parameters_of(self._document.project, node, self._types)

    def _names(self, param: Param) -> Mapping[str, str]:
        if param.kind == "node":
            outputs = self._document.project.boards[self._board].outputs
            return as_written(["", *(output.id for output in outputs)])
        if param.kind != "board":
            return as_declared(param)
        kind = self._node.role if self._node is not None else None
        boards = self._document.project.boards.values()
        return as_written(b.name for b in boards if b.kind == kind and b.name != self._board)

    def _may_use(self) -> list[str]:
        node = self._node
        if node is None:
            return [""]
        board = self._document.project.boards[self._board]
        return ["", *owners_for(board, node, self._types)]

    # ---- editing -------------------------------------------------------------------------------

    def _set(self, name: str, value: Value) -> None:
        node = self._node
        param = next((p for p in self._params(node) if p.name == name), None) if node else None
        if param is None:
            return
        edited = set_parameter(self._document.project, self._board, [self._id], param, value)
        self._document.accept(edited, ("param", self._board, self._id, name))

    def _promoted(self, param: Param) -> Edited | None:
        """The edit that makes a parameter one of the block; None where it cannot be."""
        try:
            return promote_parameter(
                self._document.project, self._board, self._id, param, self._types
            )
        except Refusal:
            return None

    def _promote(self, name: str) -> None:
        node = self._node
        found = [p for p in self._params(node) if p.name == name] if node is not None else []
        for param in found:
            if (edited := self._promoted(param)) is not None:
                self._document.accept(edited)

    def _share(self, other: str | None) -> None:
        project, owner = self._document.project, other or None
        self._document.accept(share_weights(project, self._board, self._id, owner, self._types))

    def _rename(self, new: str) -> None:
        board = self._board
        try:
            edited = rename(self._document.project, board, self._id, new)
        except Refusal as refusal:
            self.header.say(str(refusal))
            return
        self._document.accept(edited)
        self.node_wanted.emit(board, new)

    def _rename_instance(self, old: str, new: str) -> None:
        try:
            self._document.accept(rename_instance(self._document.project, old, new))
        except Refusal as refusal:
            self._instance_row.say(str(refusal))


def _labelled(name: str, field: ChoiceField) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 28, 0)
    layout.setSpacing(6)
    title = QLabel(name)
    title.setFixedWidth(LABELS)
    title.setToolTip(field.param.summary)
    layout.addWidget(title)
    layout.addWidget(field, 1)
    return row
