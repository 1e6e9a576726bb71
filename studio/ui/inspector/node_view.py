"""One node: its form, what is known of it, its issues."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget
from shiboken6 import Shiboken

from nodes.declare import NodeType, Param
from studio.model.block_values import parameters_of
from studio.model.document import Document
from studio.model.operations.edited import Refusal
from studio.model.operations.instances import rename_instance
from studio.model.operations.nodes import rename
from studio.model.operations.parameters import (
    owners_for,
    set_parameter,
    share_weights,
)
from studio.model.ports import ports_of
from studio.model.project import Node
from studio.model.report import Issue
from studio.model.values import Value
from studio.ui.appearance.theme import Theme
from studio.ui.forms.basic_widgets import column, empty, line
from studio.ui.forms.fields import ChoiceField, as_declared, as_written
from studio.ui.forms.form import LABELS, Form
from studio.ui.inspector.header import Header
from studio.ui.inspector.instance_row import InstanceRow
from studio.ui.inspector.node_facts import Facts
from studio.ui.panels.issues_panel import IssueRow
from studio.ui.processes.check_results import CheckResults

UNKNOWN = "This Netloom does not know the type; it is kept and saved as it is."


class NodeView(QWidget):
    """What the inspector shows of one selected node."""

    fix_chosen = Signal(object)
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
        self._forms: dict[tuple[Param, ...], Form] = {}
        self._form: Form | None = None
        self._issues: tuple[Issue, ...] = ()
        self._layout = column(self, 10)
        self._build()

    def _build(self) -> None:
        self.header = Header("node")
        self.header.renamed.connect(self._rename)
        self._issue_box = QWidget()
        self._issue_rows = column(self._issue_box)
        self._form_box = QWidget()
        self._form_place = column(self._form_box)
        self._form_place.addWidget(line())
        self._form_place.addSpacing(4)
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
            self._form_box,
            self._uses_row,
            self._instance_row,
            line(),
            self.facts,
        ):
            self._layout.addWidget(widget)

    # ---- showing -------------------------------------------------------------------------------

    def show_node(self, board: str, id: str) -> None:
        """Show a node, in whole."""
        if (board, id) != (self._board, self._id) and self._form is not None:
            self._form.forget_problems()
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
        params = self._params(node)
        form = self._show_form(params)
        values: dict[str, Value] = {param.name: param.default for param in params}
        computes = project.computes(project.boards[self._board], node)
        form.show_values({**values, **node.params}, computes)
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
            row = IssueRow(issue, self._theme, place=False)
            row.fix_chosen.connect(self.fix_chosen)
            self._issue_rows.addWidget(row)
        self._issue_box.setVisible(bool(issues))

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        for form in self._forms.values():
            form.set_theme(theme)
        self._issues = ()
        self.show_node(self._board, self._id)

    def _params(self, node: Node) -> tuple[Param, ...]:
        return parameters_of(self._document.project, node, self._types)

    def _show_form(self, params: tuple[Param, ...]) -> Form:
        form = self._forms.get(params) or self._keep(params, self._new_form(params).built())
        if form is not self._form:
            if self._form is not None:
                self._form.hide()
            form.show()
            self._form = form
        self._form_box.setVisible(bool(params))
        return form

    def _new_form(self, params: tuple[Param, ...]) -> Form:
        form = Form(params, self._theme, self._names)
        form.entered.connect(self._set)
        form.left.connect(self._document.end_merge)
        return form

    def _keep(self, params: tuple[Param, ...], form: Form) -> Form:
        self._forms[params] = form
        self._form_place.addWidget(form)
        return form

    def prepare(self) -> Iterator[None]:
        """Make the forms of all types, a row a step, so that none is waited for later."""
        for found in tuple(self._types.values()):
            if found.params not in self._forms:
                form = self._new_form(found.params)
                yield from form.build()
                if found.params not in self._forms:
                    form.hide()
                    self._keep(found.params, form)
                yield

    def forget_forms(self) -> None:
        """Give up the forms that are not shown: styling hidden widgets anew takes long."""
        for params, form in list(self._forms.items()):
            if form is not self._form:
                del self._forms[params]
                Shiboken.delete(form)

    def _names(self, param: Param) -> Mapping[str, str]:
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
