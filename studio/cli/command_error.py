"""What a person can do wrong at the command line."""


class CommandError(Exception):
    """Ends the command; the message is one sentence: what, where, what to do."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code
