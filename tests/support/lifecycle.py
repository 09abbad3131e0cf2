"""An environment's whole life on the local AWS, through the commands that a user types."""

import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from runner.manifest import STATE, Stack, on_aws_alone, read_manifest, select, waves
from support.plan_gate import SAVED_PLAN, security_problems
from tools.emulator import LocalAws

PROJECT: Final = Path(__file__).parents[2]


class Commands:
    """The runner's commands for one environment, in processes of their own.

    Attributes:
        environment: name of the environment, or path of its file.
        outdir: the output folder.
    """

    def __init__(self, aws: LocalAws, environment: str, outdir: Path) -> None:
        self.environment = environment
        self.outdir = outdir
        self._variables = aws.process_environment(os.environ) | {"CDKTF_OUTDIR": str(outdir)}

    def run(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs `python -m runner COMMAND ENVIRONMENT` whatever its exit code is."""
        return subprocess.run(
            [sys.executable, "-m", "runner", command, self.environment, *arguments],
            cwd=PROJECT,
            env=self._variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def check(self, command: str, *arguments: str) -> str:
        """Runs a command that has to succeed, and gives what it printed."""
        done = self.run(command, *arguments)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def side_by_side(self, command: str, stacks: Sequence[Stack]) -> None:
        """Runs a command that has to succeed for stacks that need nothing of each other."""
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda stack: self.check(command, stack.short_name, "--yes"), stacks))


def live_and_die(aws: LocalAws, environment: str, outdir: Path, regions: tuple[str, ...]) -> None:
    """Takes an environment from nothing to nothing; every second plan has to be empty.

    The platform stack is not among its stacks: it needs a Kubernetes API.
    """
    commands = Commands(aws, environment, outdir)
    commands.check("bootstrap", "--yes")
    stacks = read_manifest(outdir)
    applied = on_aws_alone(stacks)
    for wave in waves(applied):
        commands.side_by_side("apply", wave)
    for stack in [select(stacks, STATE), *applied]:
        # With -detailed-exitcode Terraform ends with 2 where a plan is not empty.
        arguments = ("-detailed-exitcode", "-no-color", f"-out={SAVED_PLAN}")
        second = commands.check("plan", stack.short_name, "--", *arguments)
        assert "No changes." in second
    assert aws.failures() == []
    problems = security_problems(aws, [select(stacks, STATE), *applied])
    assert not problems, "\n".join(problems)
    for wave in reversed(waves(applied)):
        commands.side_by_side("destroy", wave)
    commands.check("bootstrap-destroy", "--yes")
    assert aws.inventory(regions) == []
