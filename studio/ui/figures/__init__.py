"""Renderers: one widget for each kind of figure."""
