"""The way that led into a block, above its canvas: to go back, and to know where else it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton

from studio.model.project import Node
from studio.ui.appearance import icons
from studio.ui.appearance.theme import Theme
from studio.ui.forms.basic_widgets import empty
from studio.ui.window.board_name_field import BoardNameField

UNPACK, INDEPENDENT = "Unpack", "Make independent"


@dataclass(frozen=True)
class Crumb:
    """A board on the way: its name, and the node that stands for it, if one led there."""

    board: str
    through: Node | None = None

    @property
    def text(self) -> str:
        """`stage2: Residual ×2`; the name alone where the node has no other."""
        if self.through is None:
            return self.board
        named = f"{self.through.id}: " if self.through.id != self.board else ""
        return f"{named}{self.board}{self.copies}"

    @property
    def copies(self) -> str:
        """` ×12`, or nothing."""
        repeat = self.through.params.get("repeat", 1) if self.through is not None else 1
        return f"\u2002×{repeat}" if repeat != 1 else ""


def times(uses: int) -> str:
    """How often a block is used, in words."""
    return "not used" if not uses else "used once" if uses == 1 else f"used {uses} times"


class Breadcrumb(QFrame):
    """Hidden at the first board. The last crumb is the board that is shown."""

    gone_to = Signal(int)
    """Place of the crumb that was clicked."""
    renamed = Signal(str)
    """The name that the board that is shown is to have."""
    unpacked = Signal()
    made_independent = Signal()
    duplicated = Signal()
    deleted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("breadcrumb")
        self.setAccessibleName("Where this block stands")
        self._theme = theme
        self._crumbs: tuple[Crumb, ...] = ()
        self._uses = -1
        self._here = QToolButton()
        """The last crumb."""
        self.used = QLabel()
        self.used.setObjectName("times_used")
        self.used.setProperty("role", "muted")
        self.independent = self._button("make_independent", INDEPENDENT)
        self.independent.setToolTip("Give this node a copy of the block, which no other stands for")
        self.independent.clicked.connect(self.made_independent)
        self.unpack = self._button("unpack", UNPACK)
        self.unpack.setToolTip("Put what is in this block in the place of its node")
        self.unpack.clicked.connect(self.unpacked)
        self._way = QHBoxLayout()
        self._way.setSpacing(0)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 3, 6, 3)
        layout.setSpacing(6)
        layout.addLayout(self._way)
        layout.addStretch(1)
        for widget in (self.used, self.independent, self.unpack):
            layout.addWidget(widget)
        self.hide()

    def minimumSizeHint(self) -> QSize:
        """Let the window be as narrow as it likes."""
        return QSize(80, super().minimumSizeHint().height())

    def show_way(self, crumbs: Sequence[Crumb], uses: int) -> None:
        """Show the boards on the way; the last one stands for `uses` nodes in all."""
        if (tuple(crumbs), uses) == (self._crumbs, self._uses):
            return
        self._crumbs, self._uses = tuple(crumbs), uses
        self._fill()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self._fill()

    def rename(self) -> None:
        """Let the name of the board that is shown be typed in its place."""
        place = self._here.geometry()
        place.setWidth(max(place.width(), 120))
        BoardNameField(self, place, self._crumbs[-1].board, self.renamed.emit)

    def _fill(self) -> None:
        empty(self._way)
        for place, crumb in enumerate(self._crumbs):
            if place:
                arrow = QLabel()
                arrow.setPixmap(
                    icons.pixmap("chevron_right", self._theme.muted, 12, self.devicePixelRatioF())
                )
                self._way.addWidget(arrow)
            self._here = self._crumb(place, crumb)
            self._way.addWidget(self._here)
        self.used.setText(times(self._uses))
        several = f"An edit here changes all {self._uses} nodes that stand for this block."
        self.used.setToolTip(several if self._uses > 1 else "")
        self.setVisible(len(self._crumbs) > 1)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the way its room first; what is beside it is in the menu of the last crumb too."""
        super().resizeEvent(event)
        self._fit()

    @property
    def _unpackable(self) -> bool:
        """Whether one came through a node."""
        return bool(self._crumbs) and self._crumbs[-1].through is not None

    def _fit(self) -> None:
        room = self.width() - self._way.sizeHint().width() - 24
        for widget, wanted in (
            (self.used, True),
            (self.unpack, self._unpackable),
            (self.independent, self._unpackable and self._uses > 1),
        ):
            room -= widget.sizeHint().width() + 6
            widget.setVisible(wanted and room >= 0)

    def _crumb(self, place: int, crumb: Crumb) -> QToolButton:
        button = self._button(f"crumb_{crumb.board}", crumb.text)
        button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        button.setMinimumWidth(28)
        if place < len(self._crumbs) - 1:
            button.setToolTip(f"Back to {crumb.board} (Alt+Left)")
            button.clicked.connect(lambda: self.gone_to.emit(place))
        else:
            button.setProperty("here", True)
            button.setToolTip("What can be done with this block")
            button.setIcon(icons.icon("chevron_down", self._theme, self._theme.muted))
            button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the icon behind the words
            button.setToolButtonStyle(icons.TEXT_BESIDE)
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
            button.setMenu(self._menu(button))
        return button

    def _menu(self, button: QToolButton) -> QMenu:
        menu = QMenu(button)
        for text, icon, work, wanted in (
            ("Rename\tF2", "rename", self.rename, True),
            ("Duplicate", "duplicate", self.duplicated.emit, True),
            (INDEPENDENT, "", self.made_independent.emit, self._unpackable and self._uses > 1),
            (UNPACK, "", self.unpacked.emit, self._unpackable),
            ("Delete", "delete", self.deleted.emit, True),
        ):
            action = menu.addAction(text)
            action.setVisible(wanted)
            if icon:
                action.setIcon(icons.icon(icon, self._theme))
            action.triggered.connect(lambda _=False, work=work: work())
        return menu

    def _button(self, name: str, text: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setText(text)
        button.setAutoRaise(True)
        button.setIconSize(QSize(14, 14))
        return button
