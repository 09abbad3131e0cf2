"""Errors that end a run with a message for the person who started it."""


class RunnerError(Exception):
    """Something that the user can mend; the message says what to do.

    Attributes:
        exit_code: what the process ends with.
    """

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class TerraformError(RunnerError):
    """Terraform ended with an error. It has printed why, so the message only says where."""
