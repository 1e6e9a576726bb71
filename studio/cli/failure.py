"""What a person can do wrong at the command line."""


class Failure(Exception):
    """Ends the command with exit code 1; the message is one sentence: what, where, what to do."""
