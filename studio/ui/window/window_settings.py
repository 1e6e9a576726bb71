"""What the window remembers between two starts."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from studio.model.habits import Habits

RECENT = 10


class WindowSettings:
    """Layout, theme and recent files, in the person's own configuration folder."""

    def __init__(self) -> None:
        self._store = QSettings(
            QSettings.Format.IniFormat, QSettings.Scope.UserScope, "netloom", "netloom"
        )

    @property
    def theme(self) -> str:
        """`light`, `dark` or `system`."""
        return str(self._store.value("theme", "system"))

    @theme.setter
    def theme(self, name: str) -> None:
        self._store.setValue("theme", name)

    @property
    def autosave(self) -> bool:
        """Whether unsaved work is kept in a recovery file."""
        return str(self._store.value("autosave", "true")).lower() == "true"

    @autosave.setter
    def autosave(self, wanted: bool) -> None:
        self._store.setValue("autosave", "true" if wanted else "false")

    @property
    def alone(self) -> bool:
        """Whether runs go on without the window."""
        return str(self._store.value("alone", "false")).lower() == "true"

    @alone.setter
    def alone(self, wanted: bool) -> None:
        self._store.setValue("alone", "true" if wanted else "false")

    @property
    def recent(self) -> list[Path]:
        """Files used last, the newest first."""
        text = str(self._store.value("recent", ""))
        return [Path(line) for line in text.split("\n") if line]

    def remember(self, path: Path) -> None:
        """Put a file first among the recent ones."""
        kept = [path, *(old for old in self.recent if old != path)]
        self._store.setValue("recent", "\n".join(map(str, kept[:RECENT])))

    def forget_recent(self, path: Path | None = None) -> None:
        """Drop one recent file, or all."""
        kept = [] if path is None else [old for old in self.recent if old != path]
        self._store.setValue("recent", "\n".join(map(str, kept)))

    @property
    def habits(self) -> Habits:
        """Favourites, what was used last, which headings are turned."""
        starred, unstarred, recent, turned = map(
            self._names, ("starred", "unstarred", "used", "turned")
        )
        return Habits(frozenset(starred), frozenset(unstarred), recent, frozenset(turned))

    def keep_habits(self, habits: Habits) -> None:
        """Remember them."""
        for key, names in (
            ("starred", sorted(habits.starred)),
            ("unstarred", sorted(habits.unstarred)),
            ("used", habits.recent),
            ("turned", sorted(habits.turned)),
        ):
            self._store.setValue(f"palette/{key}", "\n".join(names))

    def _names(self, key: str) -> tuple[str, ...]:
        return tuple(filter(None, str(self._store.value(f"palette/{key}", "")).split("\n")))

    @property
    def geometry(self) -> QByteArray | None:
        """Size and place of the window."""
        return self._bytes("geometry")

    @property
    def layout(self) -> QByteArray | None:
        """Where the panels are."""
        return self._bytes("layout")

    def keep_layout(self, geometry: QByteArray, layout: QByteArray) -> None:
        """Remember the window's size and its panels."""
        self._store.setValue("geometry", geometry)
        self._store.setValue("layout", layout)

    def _bytes(self, key: str) -> QByteArray | None:
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else None
