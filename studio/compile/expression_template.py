"""Fills the expressions of declarations: `{layer}({input})`, `{inputs:+}`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_FIELD = re.compile(r"\{(\w+)(?::(.))?\}")


def fill(template: str, names: Mapping[str, str | Sequence[str]]) -> str:
    """The template with its fields replaced; a sequence is joined with `, ` or the given sign."""

    def replace(match: re.Match[str]) -> str:
        value = names[match[1]]
        if isinstance(value, str):
            return value
        return (f" {match[2]} " if match[2] else ", ").join(value)

    return _FIELD.sub(replace, template)


def fields(template: str) -> list[str]:
    """Names of the fields, in order of appearance, each once."""
    return list(dict.fromkeys(match[1] for match in _FIELD.finditer(template)))
