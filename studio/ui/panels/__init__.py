"""Panels beside the canvas: palette, issues, code."""
