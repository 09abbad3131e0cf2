"""Shows which stack is worked on, between the lines that Terraform prints."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console


class Progress:
    """Prints a rule before each piece of work and its time afterwards."""

    def __init__(self, total: int, console: Console | None = None) -> None:
        """Starts counting.

        Args:
            total: how many pieces there are.
            console: where to print; standard output by default.
        """
        self._total = total
        self._done = 0
        self._console = console or Console(highlight=False)

    @contextmanager
    def piece(self, title: str) -> Iterator[None]:
        """Frames one piece of work.

        Args:
            title: what it is.

        Yields:
            Nothing.
        """
        self._done += 1
        start = time.monotonic()
        self._console.rule(f"{title}  {self._done}/{self._total}", align="left")
        # What Terraform prints goes around this process's buffer.
        self._console.file.flush()
        outcome = "failed"
        try:
            yield
            outcome = "done"
        finally:
            self._console.print(f"{title}: {outcome} after {time.monotonic() - start:.1f} s")
            self._console.file.flush()

    def note(self, text: str) -> None:
        """Prints a line."""
        self._console.print(text, soft_wrap=True, markup=False)
        self._console.file.flush()
