"""Trains every gallery project with three seeds: `python -m tests.gallery` prints one table."""
