"""The programs that a session of Session Manager needs on this machine."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import Final

from runner.errors import RunnerError

Version = tuple[int, ...]


@dataclass(frozen=True)
class Program:
    """A program, and the oldest version that Session Manager supports.

    Attributes:
        install: where its installation is described.
    """

    name: str
    minimum: Version
    install: str

    def require(self) -> None:
        """Checks that it is there.

        Raises:
            RunnerError: it is missing or too old.
        """
        needed = f"`make tunnel` needs {self.name} {_text(self.minimum)} or newer: {self.install}"
        if shutil.which(self.name) is None:
            raise RunnerError(f"{self.name} is not on the PATH. {needed}")
        answer = subprocess.run(
            [self.name, "--version"], capture_output=True, text=True, check=False
        )
        printed = (answer.stdout + answer.stderr).strip()
        found = re.search(r"\d+(\.\d+)+", printed)
        if found is None:
            raise RunnerError(f"`{self.name} --version` printed no version: {printed}. {needed}")
        if tuple(map(int, found[0].split("."))) < self.minimum:
            raise RunnerError(f"{self.name} is version {found[0]}. {needed}")


PROGRAMS: Final = (
    Program(
        "aws",
        (1, 16, 12),
        "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
    ),
    Program(
        "session-manager-plugin",
        (1, 2, 764),
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/"
        "session-manager-working-with-install-plugin.html",
    ),
)
"""Minimum versions:
https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html"""


def require_programs() -> None:
    """Checks all of them; raises as `Program.require` does."""
    for program in PROGRAMS:
        program.require()


def _text(version: Version) -> str:
    return ".".join(map(str, version))
