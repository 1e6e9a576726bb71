"""How Python looks: its font, and colours by pygments, line by line."""

from __future__ import annotations

from pygments.lexers.python import PythonLexer
from pygments.token import (
    Comment,
    Keyword,
    Name,
    Number,
    Operator,
    String,
    Token,
    _TokenType,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextDocument,
)

from studio.ui.appearance.theme import Theme


def monospace() -> QFont:
    """The system's font for code."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(10)
    return font


def _colours(theme: Theme) -> dict[_TokenType, str]:
    return {
        Comment: theme.muted,
        String: theme.good,
        Number: theme.warning,
        Keyword: theme.categories["Combine"],
        Operator.Word: theme.categories["Combine"],
        Name.Class: theme.accent,
        Name.Function: theme.accent,
        Name.Builtin: theme.categories["Convolution"],
        Name.Decorator: theme.categories["Activation"],
    }


class Highlighter(QSyntaxHighlighter):
    """One lexer run a line; a docstring over several lines is carried in the block state."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._lexer = PythonLexer(stripnl=False, ensurenl=False)
        self._formats: dict[_TokenType, QTextCharFormat] = {}
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        self._formats = {}
        for token, colour in _colours(theme).items():
            shape = QTextCharFormat()
            shape.setForeground(QColor(colour))
            self._formats[token] = shape
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        inside = self.previousBlockState() == 1
        line = f'"""{text}' if inside else text
        quotes = line.count('"""')
        self.setCurrentBlockState(1 if quotes % 2 else 0)
        shift = 3 if inside else 0
        place = 0
        shown = f'{line}"""' if quotes % 2 else line
        for token, value in self._lexer.get_tokens(shown):
            start, place = place, place + len(value)
            found = self._format(token)
            if found is not None:
                first = max(0, start - shift)
                self.setFormat(first, max(0, place - shift - first), found)

    def _format(self, token: _TokenType) -> QTextCharFormat | None:
        kind: _TokenType | None = token
        while kind is not None and kind is not Token:
            if kind in self._formats:
                return self._formats[kind]
            kind = kind.parent
        return None
