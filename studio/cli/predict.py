"""`netloom look`: pictures of what goes on inside a trained network."""

from __future__ import annotations

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""


def run(arguments: argparse.Namespace) -> int:
    """Look."""
    return 1
