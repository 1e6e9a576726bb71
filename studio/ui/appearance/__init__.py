"""Colours, icons, badges and the style sheet."""
