"""`netloom look`."""

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    return 1
