"""What ends a command before it has done anything; a mistake in the content is a diagnostic."""


class Refusal(Exception):
    """Something cannot be done: `message` says why in one line, `help` what to do about it."""

    def __init__(self, message: str, help: str) -> None:
        super().__init__(message)
        self.message = message
        self.help = help

    def __str__(self) -> str:
        return f"{self.message}\n  help: {self.help}" if self.help else self.message
