"""Declarations of metrics."""
