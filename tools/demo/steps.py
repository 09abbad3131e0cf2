"""The steps of the demonstration: one line for each, and what Terraform prints in a log."""

import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Final, TextIO

from rich.console import Console

from runner.errors import RunnerError

_INDENT: Final = 24
"""Where the text of a step begins."""

SHOWN: Final = 20
"""Lines of a failed command that are shown."""


@dataclass
class Steps:
    """Prints the steps, which may run at the same time.

    Attributes:
        log: everything that the commands print; each line begins with the name of its step.
        path: where the log is.
        console: where the steps are printed.
        clock: the time, in seconds.
    """

    log: TextIO
    path: Path
    console: Console
    clock: Callable[[], float] = time.monotonic
    _running: list[str] = field(default_factory=list[str])
    _lock: Any = field(default_factory=Lock)
    _status: Any = None
    _stopped: bool = False

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Shows on a terminal, for as long as the context lasts, which steps are running."""
        with self.console.status("") as self._status:
            yield

    def stop(self) -> None:
        """Lets no further command start: Ctrl-C ends those that run, as it ends this program."""
        self._stopped = True

    @contextmanager
    def step(self, name: str) -> Iterator["Step"]:
        """A step; its line is printed when it has ended."""
        began = self.clock()
        self._change(self._running.append, name)
        step = Step(name, self)
        try:
            yield step
        except BaseException:
            step.proof = "failed"
            raise
        finally:
            self._change(self._running.remove, name)
            self._print(f"{name:<17}{self.clock() - began:>4.0f} s  {step.proof}")

    def run(
        self,
        name: str,
        command: Sequence[str],
        environ: Mapping[str, str],
        folder: Path | None = None,
    ) -> str:
        """Runs a command of a step; what it printed.

        Raises:
            RunnerError: it failed; the error has its last lines and the name of the log. Or it was
                not started, because of `stop`.
        """
        if self._stopped:
            raise RunnerError(f"{name}: not continued.")
        last: deque[str] = deque(maxlen=SHOWN)
        printed: list[str] = []
        shown = f"$ {' '.join(command)}"
        self._write(name, shown)
        with subprocess.Popen(
            command,
            env=environ,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            for line in process.stdout or ():
                self._write(name, line.rstrip())
                printed.append(line)
                if line.strip():
                    last.append(line.rstrip())
        if process.returncode:
            lines = "\n".join(["The last lines:", *(f"  {line}" for line in last)])
            raise RunnerError(
                f"{name}: `{shown.removeprefix('$ ')}` failed (exit code {process.returncode}).\n"
                f"{lines}\nAll that was printed is in {self.path}.",
                process.returncode,
            )
        return "".join(printed)

    def note(self, text: str) -> None:
        """Prints a line that belongs to the step before it."""
        self._print(f"{'':>{_INDENT}}{text}")

    def _write(self, name: str, line: str) -> None:
        with self._lock:
            self.log.write(f"[{name}] {line}\n")
            self.log.flush()

    def _change(self, change: Callable[[str], object], name: str) -> None:
        with self._lock:
            change(name)
            if self._status is not None:
                self._status.update(", ".join(self._running))

    def _print(self, line: str) -> None:
        with self._lock:
            self.console.print(line, markup=False, highlight=False, soft_wrap=True)
            self.console.file.flush()


@dataclass
class Step:
    """One step.

    Attributes:
        name: its name.
        proof: what it proves, which is printed at its end.
    """

    name: str
    steps: Steps
    proof: str = ""

    def run(
        self, command: Sequence[str], environ: Mapping[str, str], folder: Path | None = None
    ) -> str:
        """Runs a command; raises as `Steps.run` does."""
        return self.steps.run(self.name, command, environ, folder)
