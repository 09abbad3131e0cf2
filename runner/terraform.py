"""The terraform binary, run in one stack's folder."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from runner.errors import RunnerError, TerraformError
from runner.signals import left_to

Version = tuple[int, int]

MINIMUM_VERSION: Final[Version] = (1, 9)
LOCKFILE_VERSION: Final[Version] = (1, 10)
"""`use_lockfile` of the S3 backend came with Terraform 1.10."""

CHANGES: Final = 2
"""Exit code of `plan -detailed-exitcode` when there is something to do."""


def terraform_environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Gives the environment in which Terraform runs.

    Args:
        environ: the environment to start from; this process's own by default.

    Returns:
        A copy without calls home, and without the hints that would name other commands than
        the runner's.
    """
    base = dict(os.environ if environ is None else environ)
    return base | {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}


@dataclass(frozen=True)
class Terraform:
    """Terraform in a stack's folder.

    What it prints goes straight to the terminal, questions reach the user, and its exit code
    is passed on.

    Attributes:
        directory: the folder with the stack's `cdk.tf.json`.
        environ: the environment of the process.
        inherit: file descriptors that live on in Terraform, so that a lock on one of them
            lasts as long as Terraform runs, even where this process is killed.
    """

    directory: Path
    environ: Mapping[str, str] = field(default_factory=terraform_environment, repr=False)
    inherit: tuple[int, ...] = ()

    def run(self, *arguments: str) -> int:
        """Runs terraform and gives its exit code, whatever it is.

        Args:
            arguments: the command line after `terraform`.

        Returns:
            The exit code; 128 plus the signal's number where a signal ended it.

        Raises:
            RunnerError: there is no terraform on the PATH.
        """
        process = self._start(arguments)
        with left_to(process):
            return _exit_code(process.wait())

    def check(self, *arguments: str) -> None:
        """Runs terraform and stops at a failure.

        Args:
            arguments: the command line after `terraform`.

        Raises:
            TerraformError: terraform ended with another exit code than 0, which the error carries.
            RunnerError: there is no terraform on the PATH.
        """
        code = self.run(*arguments)
        if code:
            raise self._failed(arguments, code)

    def capture(self, *arguments: str) -> str:
        """Runs terraform and gives what it writes to standard output.

        Args:
            arguments: the command line after `terraform`.

        Returns:
            Standard output; standard error goes to the terminal.

        Raises:
            TerraformError: terraform ended with another exit code than 0, which the error carries.
            RunnerError: there is no terraform on the PATH.
        """
        process = self._start(arguments, stdout=subprocess.PIPE)
        with left_to(process):
            output, _ = process.communicate()
        if process.returncode:
            raise self._failed(arguments, _exit_code(process.returncode))
        return output

    def init(self, *arguments: str) -> None:
        """Initializes the folder. Never asks; raises as `check` does."""
        self.check("init", "-input=false", *arguments)

    def plan(self, *arguments: str) -> None:
        """Plans. Raises as `check` does."""
        self.check("plan", "-input=false", *arguments)

    def has_changes(self, *arguments: str) -> bool:
        """Plans, and says whether there is anything to do. Raises as `check` does."""
        command = ("plan", "-input=false", "-detailed-exitcode", *arguments)
        code = self.run(*command)
        if code not in (0, CHANGES):
            raise self._failed(command, code)
        return code == CHANGES

    def apply(self, *arguments: str, approve: bool = False) -> None:
        """Applies; Terraform asks unless `approve` is set. Raises as `check` does."""
        self.check("apply", *(["-auto-approve"] if approve else []), *arguments)

    def destroy(self, *arguments: str, approve: bool = False) -> None:
        """Destroys; Terraform asks unless `approve` is set. Raises as `check` does."""
        self.check("destroy", *(["-auto-approve"] if approve else []), *arguments)

    def output(self) -> dict[str, Any]:
        """Gives the outputs' values by name. Raises as `capture` does."""
        outputs = json.loads(self.capture("output", "-json"))
        return {name: entry["value"] for name, entry in outputs.items()}

    def state_list(self) -> list[str]:
        """Gives the addresses in the state, sorted. Raises as `capture` does."""
        return sorted(self.capture("state", "list").splitlines())

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
        )

    def _failed(self, arguments: Sequence[str], code: int) -> TerraformError:
        return TerraformError(
            f"terraform {arguments[0]} failed in {self.directory.name} (exit code {code}).", code
        )


def binary(environ: Mapping[str, str]) -> str:
    """Finds terraform on the PATH.

    Args:
        environ: the environment that has the PATH.

    Returns:
        The path of the binary.

    Raises:
        RunnerError: there is none.
    """
    found = shutil.which("terraform", path=environ.get("PATH"))
    if found is None:
        raise RunnerError(
            "terraform is not on the PATH. Install Terraform "
            f"{_text(MINIMUM_VERSION)} or newer: https://developer.hashicorp.com/terraform/install"
        )
    return found


def require_version(
    minimum: Version = MINIMUM_VERSION,
    reason: str = "this project",
    environ: Mapping[str, str] | None = None,
) -> None:
    """Checks that terraform is new enough.

    Args:
        minimum: the oldest version that will do.
        reason: what needs it.
        environ: the environment that has the PATH; this process's own by default.

    Raises:
        RunnerError: there is no terraform, an older one, or a program that is not Terraform.
    """
    environ = os.environ if environ is None else environ
    path = binary(environ)
    found = version(path, environ)
    if found < minimum:
        raise RunnerError(
            f"{path} is Terraform {_text(found)}, but {reason} needs {_text(minimum)} or newer. "
            "Install a newer one: https://developer.hashicorp.com/terraform/install"
        )


def version(path: str, environ: Mapping[str, str]) -> Version:
    """Asks a terraform binary for its version.

    Args:
        path: the binary.
        environ: the environment to ask it in.

    Returns:
        Major and minor version.

    Raises:
        RunnerError: the program at the path does not answer as Terraform does.
    """
    answer = subprocess.run(
        [path, "version", "-json"],
        capture_output=True,
        text=True,
        check=False,
        env={**environ, "CHECKPOINT_DISABLE": "1"},
    )
    try:
        major, minor = json.loads(answer.stdout)["terraform_version"].split(".")[:2]
        return int(major), int(minor)
    except (ValueError, KeyError, TypeError) as error:
        raise RunnerError(
            f"{path} does not answer `version -json` as Terraform does: "
            f"{(answer.stderr or answer.stdout).strip()}"
        ) from error


def _exit_code(code: int) -> int:
    """A shell's exit code: 128 plus the number of the signal that ended a process."""
    return code if code >= 0 else 128 - code


def _text(numbers: Version) -> str:
    return ".".join(map(str, numbers))
