"""Colours of the window, light and dark: one table that widgets and the canvas both read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nodes.declare import PortKind


@dataclass(frozen=True)
class Theme:
    """Every colour that is used, as `#rrggbb`. Widgets take the first two groups."""

    name: str
    dark: bool

    window: str
    """Behind everything: panels, tool bars."""
    base: str
    """Fields and lists."""
    raised: str
    """Buttons, headings, tool tips."""
    hover: str
    """A row or button under the pointer."""
    border: str
    text: str
    muted: str
    """Less important text."""
    disabled: str
    accent: str
    accent_text: str
    """Text on the accent."""
    selection: str
    """Background of selected rows and text."""
    link: str

    error: str
    warning: str
    good: str
    error_back: str
    """Background of a message of that kind."""
    warning_back: str

    canvas: str
    grid: str
    node: str
    node_border: str
    node_text: str
    node_muted: str
    shadow: str
    """With alpha: `#aarrggbb`."""
    wire: str
    wire_selected: str
    pill: str
    """Behind the shape on a wire."""
    pill_text: str
    guide: str
    """Alignment guides."""

    categories: Mapping[str, str]
    other_category: str
    ports: Mapping[PortKind, str]
    series: tuple[str, ...]
    """Colours of curves, in order."""

    def category(self, name: str) -> str:
        """The accent of a category of node types."""
        return self.categories.get(name, self.other_category)


LIGHT = Theme(
    name="light",
    dark=False,
    window="#f3f4f7",
    base="#ffffff",
    raised="#fafbfc",
    hover="#e8ebf1",
    border="#d3d8e0",
    text="#1d2430",
    muted="#626c7c",
    disabled="#a4acb8",
    accent="#2f6fed",
    accent_text="#ffffff",
    selection="#d6e4ff",
    link="#2059c9",
    error="#cf2f3d",
    warning="#b26a00",
    good="#1c8a4b",
    error_back="#fdeaec",
    warning_back="#fff3dc",
    canvas="#eceff4",
    grid="#d5dbe5",
    node="#ffffff",
    node_border="#c3cad6",
    node_text="#1b2230",
    node_muted="#667085",
    shadow="#22182238",
    wire="#7d8aa0",
    wire_selected="#2f6fed",
    pill="#f8fafc",
    pill_text="#465166",
    guide="#e0468a",
    categories={
        "Structure": "#5b6678",
        "Linear": "#2f6fed",
        "Convolution": "#0f8a8a",
        "Padding": "#2f7f95",
        "Pooling": "#4b8f29",
        "Normalisation": "#8a6d1f",
        "Activation": "#d9692a",
        "Regularisation": "#8b5a3c",
        "Shape": "#6b7fa3",
        "Combine": "#7a4fd0",
        "Embedding": "#a23e9c",
        "Attention": "#c8326f",
        "Recurrent": "#3c6f9c",
        "Graph": "#5f7f2f",
        "Random": "#7d7a1a",
        "Gradients": "#4a7c6f",
        "Data": "#1c8a4b",
        "Loss": "#cf2f3d",
        "Metric": "#b07a00",
        "Update": "#5145c4",
    },
    other_category="#7c8592",
    ports={
        "float": "#2f6fed",
        "int": "#1c8a4b",
        "bool": "#a23e9c",
        "number": "#2f6fed",
        "any": "#626c7c",
        "loss": "#cf2f3d",
        "metric": "#b07a00",
    },
    series=("#2f6fed", "#d9692a", "#1c8a4b", "#a23e9c", "#0f8a8a", "#b07a00", "#cf2f3d", "#5b6678"),
)

DARK = Theme(
    name="dark",
    dark=True,
    window="#1f232a",
    base="#171a20",
    raised="#2a2f38",
    hover="#333a45",
    border="#3a414d",
    text="#e4e8ee",
    muted="#9aa4b2",
    disabled="#646d7a",
    accent="#5b93ff",
    accent_text="#0d1220",
    selection="#2b4470",
    link="#84aeff",
    error="#ff6b74",
    warning="#f0b040",
    good="#4fc585",
    error_back="#40242a",
    warning_back="#3d3320",
    canvas="#14171c",
    grid="#272c35",
    node="#262b34",
    node_border="#424a58",
    node_text="#eef1f6",
    node_muted="#a0aab9",
    shadow="#66000000",
    wire="#8491a6",
    wire_selected="#5b93ff",
    pill="#1d2129",
    pill_text="#bcc6d4",
    guide="#ff77b0",
    categories={
        "Structure": "#8d99ac",
        "Linear": "#5b93ff",
        "Convolution": "#2fb7b3",
        "Padding": "#62b6cb",
        "Pooling": "#7fc05a",
        "Normalisation": "#cbab4d",
        "Activation": "#f08c4f",
        "Regularisation": "#bd8a68",
        "Shape": "#8fa4c9",
        "Combine": "#a583f2",
        "Embedding": "#d071ca",
        "Attention": "#ef6a9d",
        "Recurrent": "#6fa3d2",
        "Graph": "#a3c46a",
        "Random": "#c4c054",
        "Gradients": "#86bfae",
        "Data": "#4fc585",
        "Loss": "#ff6b74",
        "Metric": "#e2ad38",
        "Update": "#8f85ff",
    },
    other_category="#8d96a3",
    ports={
        "float": "#5b93ff",
        "int": "#4fc585",
        "bool": "#d071ca",
        "number": "#5b93ff",
        "any": "#a0aab9",
        "loss": "#ff6b74",
        "metric": "#e2ad38",
    },
    series=("#5b93ff", "#f08c4f", "#4fc585", "#d071ca", "#2fb7b3", "#e2ad38", "#ff6b74", "#8d99ac"),
)

THEMES: Mapping[str, Theme] = {theme.name: theme for theme in (LIGHT, DARK)}
