"""An environment's whole life on the local AWS: through the runner's commands, or its functions."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest

from rules.load import load
from runner import stages
from runner.backend.bootstrap import bootstrap
from runner.backend.teardown import bootstrap_destroy
from runner.manifest import STATE, Stack, on_aws_alone, read_manifest, select, waves
from support.output import synthesized_output
from support.plan_gate import SAVED_PLAN, security_problems
from support.provider import SharedProvider
from tools.emulator import LocalAws

PROJECT: Final = Path(__file__).parents[2]


class Commands:
    """The runner's commands for one environment, in processes of their own.

    Attributes:
        environment: path of the environment's file.
        outdir: the output folder.
        variables: their environment.
    """

    def __init__(self, aws: LocalAws, environment: Path, outdir: Path) -> None:
        self.environment = environment
        self.outdir = outdir
        self.variables = aws.process_environment(os.environ) | {"CDKTF_OUTDIR": str(outdir)}

    def check(self, command: str, *arguments: str) -> str:
        """Runs `eks-platform COMMAND ENVIRONMENT`, which has to succeed."""
        code, text = self.run(command, *arguments)
        assert code == 0, text
        return text

    def run(self, command: str, *arguments: str) -> tuple[int, str]:
        """Runs `eks-platform COMMAND ENVIRONMENT`; its exit code and what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "runner", command, str(self.environment), *arguments],
            cwd=PROJECT,
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout


class Lifecycle:
    """The steps of an environment's life, in this process.

    The platform stack is not among its stacks: it needs a Kubernetes API.
    """

    def __init__(
        self,
        aws: LocalAws,
        provider: SharedProvider,
        environment: Path,
        outdir: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        self._outdir = outdir
        self.configure(environment)
        reached = aws.process_environment(os.environ) | {"CDKTF_OUTDIR": str(outdir)}
        reached |= provider.variables()
        for name in os.environ.keys() - reached.keys():
            monkeypatch.delenv(name)
        for name, value in reached.items():
            monkeypatch.setenv(name, value)

    def configure(self, environment: Path) -> None:
        """Synthesizes the environment of a file."""
        synthesized_output(self._outdir, *load([environment]))
        self.all_stacks = read_manifest(self._outdir)
        self.state = select(self.all_stacks, STATE)
        self.applied = on_aws_alone(self.all_stacks)

    def stack(self, name: str) -> Stack:
        """One stack, by its name within the environment."""
        return select(self.all_stacks, name)

    def bootstrap(self) -> None:
        """Makes the state backend."""
        bootstrap(self.state, self._outdir, approve=True, report=_report)

    def apply(self, *stacks: Stack) -> None:
        """Applies all other stacks, or some; those that need nothing of each other in parallel."""
        for wave in waves(stacks or self.applied):
            self._side_by_side(stages.apply, wave)

    def scanned(self, stacks: list[Stack]) -> list[Stack]:
        """The stacks whose plans the scanners read."""
        return stacks

    def has_changes(self, stack: Stack) -> bool:
        """Plans and keeps the plan."""
        extra = ("-detailed-exitcode", "-no-color", f"-out={SAVED_PLAN}")
        return stages.plan(stages.Run(self.all_stacks, stack.short_name, extra)) != 0

    def destroy(self) -> None:
        """Destroys all stacks but the state stack."""
        for wave in reversed(waves(self.applied)):
            self._side_by_side(stages.destroy, wave)

    def bootstrap_destroy(self) -> None:
        """Destroys the state backend."""
        bootstrap_destroy(self.state, self._outdir, approve=True, confirmed=None, report=_report)

    def _side_by_side(
        self, command: Callable[[stages.Run], object], stacks: Sequence[Stack]
    ) -> None:
        with ThreadPoolExecutor() as pool:
            # The cluster of the local AWS has no Kubernetes API.
            runs = [
                stages.Run(self.all_stacks, each.short_name, approve=True, without_kubernetes=True)
                for each in stacks
            ]
            list(pool.map(command, runs))


def full_lifecycle(life: Lifecycle, aws: LocalAws, regions: Sequence[str]) -> None:
    """Takes an environment from nothing to nothing; every second plan has to be empty."""
    before = aws.inventory(regions)
    applied_unchanged(life, aws)
    life.destroy()
    life.bootstrap_destroy()
    assert aws.inventory(regions) == before


def applied_unchanged(life: Lifecycle, aws: LocalAws) -> None:
    """Applies an environment that is new; then every plan has to be empty."""
    life.bootstrap()
    life.apply()
    stacks = [life.state, *life.applied]
    assert [stack.name for stack in stacks if life.has_changes(stack)] == []
    assert aws.failures() == []
    problems = security_problems(life.scanned(stacks))
    assert not problems, "\n".join(problems)


def _report(step: object) -> None:
    print(step)
