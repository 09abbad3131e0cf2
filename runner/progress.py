"""Prints the current step between the lines that Terraform prints."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console


class Progress:
    """Prints a rule before each step and its duration afterwards."""

    def __init__(self, total: int, console: Console | None = None) -> None:
        """Expects `total` steps."""
        self._total = total
        self._done = 0
        self._console = console or Console(highlight=False)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Prints the title before and the duration after the body."""
        self._done += 1
        start = time.monotonic()
        self._console.rule(f"{title}  {self._done}/{self._total}", align="left")
        # Terraform writes to the terminal directly, not through this process's buffer.
        self._console.file.flush()
        outcome = "failed"
        try:
            yield
            outcome = "done"
        finally:
            self._console.print(f"{title}: {outcome} after {time.monotonic() - start:.1f} s")
            self._console.file.flush()

    def note(self, text: str) -> None:
        """Prints a line of text."""
        self._console.print(text, soft_wrap=True, markup=False)
        self._console.file.flush()
