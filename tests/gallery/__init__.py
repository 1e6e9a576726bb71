"""Trains every gallery project with several seeds: `python -m tests.gallery` prints one table."""
