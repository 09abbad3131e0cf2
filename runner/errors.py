"""Errors that end a run with a message for the user."""


class RunnerError(Exception):
    """An error that the user can fix; the message says how."""

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class TerraformError(RunnerError):
    """Terraform failed. It has printed the reason, so the message names only the stack.

    Attributes:
        interrupted: whether the user stopped it.
    """

    def __init__(self, message: str, exit_code: int = 1, *, interrupted: bool = False) -> None:
        super().__init__(message, exit_code)
        self.interrupted = interrupted
