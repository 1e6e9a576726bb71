"""Measurements side by side: `python -m tests.bench` prints one table."""
