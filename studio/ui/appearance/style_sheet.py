"""What a theme means for Qt: a palette and a style sheet."""

from __future__ import annotations

from importlib.resources import as_file, files

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from studio.ui.appearance.theme import DARK, LIGHT, THEMES, Theme

_ROLES = {
    QPalette.ColorRole.Window: "window",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "base",
    QPalette.ColorRole.AlternateBase: "raised",
    QPalette.ColorRole.ToolTipBase: "raised",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.PlaceholderText: "muted",
    QPalette.ColorRole.Button: "raised",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "error",
    QPalette.ColorRole.Highlight: "accent",
    QPalette.ColorRole.HighlightedText: "accent_text",
    QPalette.ColorRole.Link: "link",
    QPalette.ColorRole.LinkVisited: "link",
    QPalette.ColorRole.Accent: "accent",
}
_TEXTS = (
    QPalette.ColorRole.WindowText,
    QPalette.ColorRole.Text,
    QPalette.ColorRole.ButtonText,
)


def palette(theme: Theme) -> QPalette:
    """The theme as a Qt palette."""
    result = QPalette()
    for role, name in _ROLES.items():
        result.setColor(role, QColor(getattr(theme, name)))
    for role in _TEXTS:
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.disabled))
    base, border = QColor(theme.base), QColor(theme.border)
    result.setColor(QPalette.ColorRole.Light, QColor(theme.raised))
    result.setColor(QPalette.ColorRole.Midlight, QColor(theme.hover))
    result.setColor(QPalette.ColorRole.Mid, border)
    result.setColor(QPalette.ColorRole.Dark, border)
    result.setColor(QPalette.ColorRole.Shadow, base.darker(150))
    return result


def chosen(name: str) -> Theme:
    """The theme of that name; `system` follows the desktop."""
    if name in THEMES:
        return THEMES[name]
    dark = QApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return DARK if dark else LIGHT


def apply(theme: Theme) -> None:
    """Show the whole program in a theme; before widgets are made, it costs least."""
    app = QApplication.instance()
    text = sheet(theme)
    if isinstance(app, QApplication) and app.styleSheet() != text:
        app.setPalette(palette(theme))
        app.setStyleSheet(text)


def sheet(theme: Theme) -> str:
    """The style sheet: what the palette cannot say."""
    with as_file(files("assets") / "icons" / f"arrow_{theme.name}.svg") as arrow:
        place = arrow.as_posix()
    return f"""
QMainWindow::separator {{ background: {theme.window}; width: 5px; height: 5px; }}
QMainWindow::separator:hover {{ background: {theme.accent}; }}
QToolTip {{ background: {theme.raised}; color: {theme.text}; border: 1px solid {theme.border};
  padding: 4px 6px; }}
QMenuBar {{ background: {theme.window}; padding: 1px 4px; }}
QMenuBar::item {{ padding: 5px 9px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {theme.hover}; }}
QMenu {{ background: {theme.base}; border: 1px solid {theme.border}; padding: 4px; }}
QMenu::item {{ padding: 5px 26px 5px 10px; border-radius: 4px; }}
QMenu::item:selected {{ background: {theme.selection}; color: {theme.text}; }}
QMenu::item:disabled {{ color: {theme.disabled}; }}
QMenu::icon {{ padding-left: 6px; }}
QMenu::separator {{ height: 1px; background: {theme.border}; margin: 4px 8px; }}
QToolBar {{ background: {theme.window}; border: none; border-bottom: 1px solid {theme.border};
  spacing: 2px; padding: 3px 6px; }}
QToolBar::separator {{ background: {theme.border}; width: 1px; margin: 5px 5px; }}
QToolButton {{ border: 1px solid transparent; border-radius: 5px; padding: 3px;
  background: transparent; color: {theme.text}; }}
QToolButton:hover {{ background: {theme.hover}; }}
QToolButton:pressed, QToolButton:checked {{ background: {theme.selection}; }}
QToolButton:disabled {{ color: {theme.disabled}; }}
QToolButton::menu-indicator {{ image: none; }}
QToolButton[here="true"] {{ font-weight: 600; }}
#breadcrumb {{ border-bottom: 1px solid {theme.border}; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QPushButton {{ background: {theme.raised}; border: 1px solid {theme.border}; border-radius: 5px;
  padding: 4px 12px; min-height: 18px; }}
QPushButton:hover {{ background: {theme.hover}; }}
QPushButton:pressed {{ background: {theme.selection}; }}
QPushButton:focus {{ border-color: {theme.accent}; }}
QPushButton:disabled {{ color: {theme.disabled}; background: {theme.window}; }}
QPushButton:default {{ border-color: {theme.accent}; }}
QLineEdit, QAbstractSpinBox, QComboBox {{ background: {theme.base}; color: {theme.text};
  border: 1px solid {theme.border}; border-radius: 5px; padding: 3px 6px; min-height: 18px;
  selection-background-color: {theme.accent}; selection-color: {theme.accent_text}; }}
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus {{ border-color: {theme.accent}; }}
QLineEdit[wrong="true"], QAbstractSpinBox[wrong="true"], QComboBox[wrong="true"]
  {{ border-color: {theme.error}; }}
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {{ color: {theme.disabled};
  background: {theme.window}; }}
QAbstractSpinBox {{ padding: 1px 4px; }}
QAbstractSpinBox QLineEdit {{ border: none; border-radius: 0; padding: 0 2px; min-height: 0;
  background: transparent; }}
QCheckBox::indicator, QAbstractItemView::indicator {{ width: 14px; height: 14px;
  border: 1px solid {theme.muted}; border-radius: 4px; background: {theme.base}; }}
QCheckBox::indicator:hover, QAbstractItemView::indicator:hover {{ border-color: {theme.accent}; }}
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked {{
  background: {theme.accent}; border-color: {theme.accent};
  image: url("{place.replace("arrow_", "tick_")}"); }}
QCheckBox::indicator:indeterminate {{ background: {theme.disabled}; }}
QCheckBox::indicator:focus {{ border-color: {theme.accent}; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ subcontrol-origin: border;
  width: 17px; border: none; background: transparent; }}
QAbstractSpinBox::up-button {{ subcontrol-position: top right; margin: 2px 2px 0 0; }}
QAbstractSpinBox::down-button {{ subcontrol-position: bottom right; margin: 0 2px 2px 0; }}
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover
  {{ background: {theme.hover}; border-radius: 3px; }}
QAbstractSpinBox::up-arrow {{ image: url("{place.replace("arrow_", "arrow_up_")}");
  width: 9px; height: 9px; }}
QAbstractSpinBox::down-arrow {{ image: url("{place}"); width: 9px; height: 9px; }}
QComboBox::drop-down {{ border: none; width: 20px; }}
QComboBox::down-arrow {{ image: url("{place}"); width: 10px; height: 10px; }}
QComboBox QAbstractItemView {{ background: {theme.base}; border: 1px solid {theme.border};
  selection-background-color: {theme.selection}; selection-color: {theme.text}; outline: none; }}
QTabWidget::pane {{ border: none; }}
QTabBar {{ background: transparent; }}
QTabBar::tab {{ background: transparent; color: {theme.muted}; border: none;
  padding: 6px 12px; border-bottom: 2px solid transparent; }}
QTabBar::tab:hover {{ color: {theme.text}; background: {theme.hover}; }}
QTabBar::tab:selected {{ color: {theme.text}; border-bottom: 2px solid {theme.accent}; }}
QAbstractItemView {{ background: {theme.base}; border: none; outline: none;
  selection-background-color: {theme.selection}; selection-color: {theme.text}; }}
QAbstractItemView::item:hover {{ background: {theme.hover}; }}
QAbstractItemView::item:selected {{ background: {theme.selection}; color: {theme.text}; }}
QHeaderView::section {{ background: {theme.raised}; color: {theme.muted}; border: none;
  border-bottom: 1px solid {theme.border}; padding: 4px 6px; }}
QPlainTextEdit, QTextEdit, QTextBrowser {{ background: {theme.base}; border: none;
  selection-background-color: {theme.accent}; selection-color: {theme.accent_text}; }}
QScrollArea {{ border: none; background: transparent; }}
QScrollBar:vertical {{ background: transparent; width: 11px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 11px; margin: 0; }}
QScrollBar::handle {{ background: {theme.border}; border-radius: 4px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 28px; }}
QScrollBar::handle:horizontal {{ min-width: 28px; }}
QScrollBar::handle:hover {{ background: {theme.disabled}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QStatusBar {{ background: {theme.window}; border-top: 1px solid {theme.border}; }}
QStatusBar::item {{ border: none; }}
QStatusBar QLabel {{ padding: 0 6px; }}
QStatusBar #status_device {{ padding-right: 12px; }}
QProgressBar {{ background: {theme.base}; border: 1px solid {theme.border}; border-radius: 5px;
  text-align: center; min-height: 16px; }}
QProgressBar::chunk {{ background: {theme.selection}; border-radius: 4px;
  border-bottom: 3px solid {theme.accent}; }}
QLabel[role="title"] {{ font-size: 15px; font-weight: 600; }}
QLabel[role="heading"] {{ color: {theme.muted}; font-weight: 600; }}
QLabel[role="muted"] {{ color: {theme.muted}; }}
QLabel[role="problem"] {{ color: {theme.error}; }}
QLabel[role="note"] {{ background: {theme.warning_back}; color: {theme.text};
  border-radius: 5px; padding: 5px 8px; }}
QFrame[role="line"] {{ background: {theme.border}; border: none; max-height: 1px; }}
QFrame[role="error"] {{ background: {theme.error_back}; border-radius: 6px; }}
QFrame[role="warning"] {{ background: {theme.warning_back}; border-radius: 6px; }}
"""
