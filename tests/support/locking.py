"""A stack without resources of AWS, whose apply lasts until it is let go."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from runner.binary import binary

_LOCK_ID: Final = re.compile(r"ID:\s+([0-9a-f-]{36})")
_HOLD: Final = "echo holding > {folder}/holding && cat {folder}/release"


class Checkout:
    """One folder of a stack with the backend block of a synthesized one."""

    def __init__(self, folder: Path, terraform: dict[str, Any], environ: dict[str, str]) -> None:
        self.folder = folder
        self._environ = environ
        folder.mkdir(parents=True)
        for pipe in ("holding", "release"):
            os.mkfifo(folder / pipe)
        self.terraform = terraform
        self.write("first")

    def write(self, value: str, *, hold: bool = False, local: bool = False) -> None:
        """Writes the stack: one value, which an apply stores at once or holds on to."""
        resource: dict[str, Any] = {"input": value, "triggers_replace": value}
        if hold:
            command = _HOLD.format(folder=self.folder)
            resource["provisioner"] = [{"local-exec": {"command": command}}]
        terraform = {} if local else self.terraform
        document = {"terraform": terraform, "resource": {"terraform_data": {"value": resource}}}
        (self.folder / "cdk.tf.json").write_text(json.dumps(document))

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs terraform whatever its exit code is."""
        return subprocess.run(
            [binary(os.environ), *arguments, "-no-color"],
            cwd=self.folder,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def check(self, *arguments: str) -> str:
        """Runs terraform, which has to succeed."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Starts Terraform in a new process group."""
        return subprocess.Popen(
            [binary(os.environ), *arguments, "-no-color"],
            cwd=self.folder,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    @contextmanager
    def applying(self) -> Iterator["subprocess.Popen[str]"]:
        """An apply that holds the lock until `release`; killed at the end if it still runs."""
        self.write("held", hold=True)
        process = self.start("apply", "-auto-approve")
        try:
            assert (self.folder / "holding").read_text() == "holding\n"
            yield process
        finally:
            if process.poll() is None:
                kill(process)
            assert process.stdout
            process.stdout.close()

    def release(self) -> None:
        """Lets the apply go on."""
        (self.folder / "release").write_text("")


def kill(process: "subprocess.Popen[str]") -> None:
    """Kills terraform and what it started, as a crash or a lost machine would."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def lock_id(text: str) -> str:
    """The ID that a refusal prints."""
    found = _LOCK_ID.search(text)
    assert found, text
    return found[1]
