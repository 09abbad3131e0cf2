"""A life of an environment in which every request is compared with the roles of its pipelines."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from runner import stages
from runner.manifest import Stack
from support.iam_evaluator import Check, allowed
from support.iam_requests import Requests
from support.lifecycle import Lifecycle
from support.provider import SharedProvider
from tools.emulator import LocalAws

BUILD_SERVER: Final = "arn:aws:iam::123456789012:role/build-server"


def role_for_each(stacks: Sequence[str]) -> dict[str, Any]:
    """`ci_roles` with a role that plans and one that applies, for each stack alone."""
    return {
        f"{stack}-{access}": {"access": access, "stacks": [stack], "principals": [BUILD_SERVER]}
        for stack in stacks
        for access in ("plan", "apply")
    }


class PipelineLifecycle(Lifecycle):
    """Runs one stack at a time, and looks whether its role allows what was asked of AWS.

    Attributes:
        refused: what a role does not allow, with the stack and the command.
        checked: what was compared.
    """

    def __init__(
        self,
        aws: LocalAws,
        provider: SharedProvider,
        environment: Path,
        outdir: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        super().__init__(aws, provider, environment, outdir, monkeypatch)
        self.refused: list[str] = []
        self.checked: list[Check] = []
        self._aws = aws
        self._requests = Requests()

    def documents(self, role: str) -> list[str]:
        """The policies of a role of `ci_roles`, as the state stack makes them."""
        prefix = f"ci_{role.replace('-', '_')}_"
        made = self.state.document["resource"]["aws_iam_policy"]
        return [body["policy"] for name, body in made.items() if name.startswith(prefix)]

    def scanned(self, stacks: list[Stack]) -> list[Stack]:
        """Not the state stack, whose policies here are compared with requests instead.

        To the scanners each `*` is a finding, also where IAM knows no resource.
        """
        return [stack for stack in stacks if stack != self.state]

    def has_changes(self, stack: Stack) -> bool:
        with self._compared(stack, "plan"):
            return super().has_changes(stack)

    def _side_by_side(
        self, command: Callable[[stages.Run], object], stacks: Sequence[Stack]
    ) -> None:
        for stack in stacks:
            with self._compared(stack, "apply"):
                super()._side_by_side(command, [stack])

    @contextmanager
    def _compared(self, stack: Stack, access: str) -> Iterator[None]:
        self._aws.record_requests()
        yield
        recorded = self._aws.recorded_requests()
        # The state stack is an administrator's.
        if stack == self.state:
            return
        policies = self.documents(f"{stack.short_name}-{access}")
        checks = [check for each in recorded for check in self._requests.checks(each)]
        self.checked += checks
        self.refused += [
            f"{stack.name} {access}: {each}" for each in checks if not allowed(policies, each)
        ]
