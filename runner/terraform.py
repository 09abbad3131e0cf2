"""Runs Terraform, or OpenTofu, in the folder of a stack."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from runner.binary import binary
from runner.errors import TerraformError
from runner.signals import Interruption, forward_signals, shares_terminal

CHANGES: Final = 2
"""Exit code of `plan -detailed-exitcode` if there are changes."""


def terraform_environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for Terraform: this process's own by default.

    It disables the version check, and the hints that name other commands than the runner's.
    Nothing else is changed, so Terraform uses the user's own CLI configuration.
    """
    base = dict(os.environ if environ is None else environ)
    return base | {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}


@dataclass(frozen=True)
class Terraform:
    """Terraform in a stack's folder.

    It reads from and prints to the terminal; its exit code is passed on.

    Attributes:
        directory: the folder with the stack's `cdk.tf.json`.
        inherit: file descriptors that Terraform inherits, so that a lock on one of them lasts
            until Terraform ends, even if this process is killed.
    """

    directory: Path
    environ: Mapping[str, str] = field(default_factory=terraform_environment, repr=False)
    inherit: tuple[int, ...] = ()

    def run(self, *arguments: str) -> int:
        """Runs terraform and returns its exit code; 128 plus the number of a signal that ended it.

        Raises:
            RunnerError: the program is not there.
        """
        return self._run(arguments)[0]

    def check(self, *arguments: str) -> None:
        """Runs terraform.

        Raises:
            TerraformError: the exit code is not 0; the error has the exit code.
            RunnerError: the program is not there.
        """
        code, interruption = self._run(arguments)
        if code:
            raise self._failed(arguments, code, interruption)

    def capture(self, *arguments: str) -> str:
        """Runs terraform and returns its standard output; standard error goes to the terminal.

        Raises:
            TerraformError: the exit code is not 0; the error has the exit code.
            RunnerError: the program is not there.
        """
        process = self._start(arguments, stdout=subprocess.PIPE)
        with self._signals(process) as interruption:
            output, _ = process.communicate()
        if process.returncode:
            raise self._failed(arguments, _exit_code(process.returncode), interruption)
        return output

    def init(self, *arguments: str) -> None:
        """Runs `terraform init` without questions; raises as `check` does."""
        self.check("init", "-input=false", *arguments)

    def plan(self, *arguments: str) -> None:
        """Runs `terraform plan`; raises as `check` does."""
        self.check("plan", "-input=false", *arguments)

    def has_changes(self, *arguments: str) -> bool:
        """Runs `terraform plan`; whether it shows changes. Raises as `check` does."""
        command = ("plan", "-input=false", "-detailed-exitcode", *arguments)
        code, interruption = self._run(command)
        if code not in (0, CHANGES):
            raise self._failed(command, code, interruption)
        return code == CHANGES

    def apply(self, *arguments: str, approve: bool = False) -> None:
        """Runs `terraform apply`, which asks unless `approve` is set; raises as `check` does."""
        self.check("apply", *(["-auto-approve"] if approve else []), *arguments)

    def destroy(self, *arguments: str, approve: bool = False) -> None:
        """Runs `terraform destroy`, which asks unless `approve` is set; raises as `check` does."""
        self.check("destroy", *(["-auto-approve"] if approve else []), *arguments)

    def output(self) -> dict[str, Any]:
        """Values of the outputs by name; raises as `capture` does."""
        outputs = json.loads(self.capture("output", "-json"))
        return {name: entry["value"] for name, entry in outputs.items()}

    def _run(self, arguments: Sequence[str]) -> tuple[int, Interruption]:
        process = self._start(arguments)
        with self._signals(process) as interruption:
            return _exit_code(process.wait()), interruption

    def _signals(self, process: "subprocess.Popen[str]") -> AbstractContextManager[Interruption]:
        return forward_signals(
            process, after_interrupt(self.directory), shared=not self._has_own_group
        )

    @property
    def _has_own_group(self) -> bool:
        """Whether Terraform receives signals from this process only, and so each of them once.

        Only the process group of a terminal may read answers from it. A bootstrap ends with its
        process group, because the next one waits for nothing but that.
        """
        return not shares_terminal() and not self.inherit

    def _start(
        self, arguments: Sequence[str], stdout: int | None = None
    ) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [binary(self.environ), *arguments],
            cwd=self.directory,
            env=dict(self.environ),
            pass_fds=self.inherit,
            stdout=stdout,
            text=True,
            process_group=0 if self._has_own_group else None,
        )

    def _failed(
        self, arguments: Sequence[str], code: int, interruption: Interruption
    ) -> TerraformError:
        name = Path(binary(self.environ)).name
        return TerraformError(
            f"{name} {arguments[0]} failed in {self.directory.name} (exit code {code}).",
            code,
            interrupted=interruption.happened,
        )


def after_interrupt(directory: Path) -> str:
    """What happens after Ctrl-C in the folder of a stack, and how long it takes at most."""
    text = (
        "Interrupted. Terraform finishes the calls that it has started, saves the state and "
        "releases its lock. Wait for it: a second Ctrl-C ends it at once, and what it was "
        "making is lost."
    )
    seconds = _longest_wait(directory)
    if seconds:
        text += (
            f" Helm does not stop waiting for a release: that takes {seconds // 60} minutes at "
            "most. If it is ended before, the release stays locked: `make unlock ENV=...`."
        )
    return text


def _longest_wait(directory: Path) -> int:
    """The longest time-out of the stack's Helm releases, in seconds; 0 if it has none."""
    try:
        document = json.loads((directory / "cdk.tf.json").read_text())
    except (OSError, ValueError):
        return 0
    releases: dict[str, Any] = document.get("resource", {}).get("helm_release", {})
    return max((release.get("timeout", 300) for release in releases.values()), default=0)


def _exit_code(code: int) -> int:
    """Exit code as a shell gives it: 128 plus the number of the signal that ended the process."""
    return code if code >= 0 else 128 - code
