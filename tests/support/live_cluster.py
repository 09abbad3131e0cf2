"""The cluster stack of a small environment, applied by real Terraform on the emulator."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any, Final

from emulator import LocalAws
from runner.terraform import terraform_environment
from support.environments import environment
from support.output import Stack, synthesized_output
from support.premade import make_network, make_states

SMALL: Final[dict[str, Any]] = {"availability_zones": ["a", "b"]}

_COUNTS: Final = re.compile(r"Plan: (\d+) to add, (\d+) to change, (\d+) to destroy")


class LiveCluster:
    """A cluster stack with its backend; what it builds upon is made without Terraform."""

    def __init__(self, aws: LocalAws, folder: Path, **cluster: Any) -> None:
        """Synthesizes the stack and makes VPC, backend and upstream states.

        Args:
            aws: the account; emptied first.
            folder: an empty folder.
            cluster: the `cluster` settings.
        """
        aws.reset()
        self.aws, self._folder = aws, folder
        self.stack = self.configure(**cluster)
        settings = environment(network=SMALL, cluster=cluster)
        make_states(aws, settings, self.stack.text, make_network(aws, settings))
        self.check("init", "-input=false")

    def configure(self, **cluster: Any) -> Stack:
        """Synthesizes the stack with other `cluster` settings."""
        settings = environment(network=SMALL, cluster=cluster)
        output = synthesized_output(self._folder, settings)
        self.stack = output.stack("test-cluster")
        return self.stack

    def terraform(self, *arguments: str) -> tuple[int, str]:
        """Runs terraform in the stack's folder, whatever its exit code is."""
        done = subprocess.run(
            ["terraform", *arguments, "-no-color"],
            cwd=self.stack.path,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    @property
    def environ(self) -> dict[str, str]:
        """The environment in which terraform reaches the emulator."""
        return terraform_environment(self.aws.process_environment())

    def check(self, *arguments: str) -> str:
        """Runs terraform, which has to succeed, and gives what it printed."""
        code, text = self.terraform(*arguments)
        assert code == 0, text
        return text

    def apply(self) -> tuple[int, str]:
        """Applies, whatever the exit code is."""
        return self.terraform("apply", "-auto-approve", "-input=false")

    def plan(self) -> tuple[int, int, int] | None:
        """What a plan would add, change and destroy; None where it is empty."""
        code, text = self.terraform("plan", "-detailed-exitcode", "-input=false")
        assert code in (0, 2), text
        if code == 0:
            return None
        counts = _COUNTS.search(text)
        assert counts, text
        add, change, destroy = map(int, counts.groups())
        return add, change, destroy

    def destroys(self) -> list[str]:
        """Addresses that applying would destroy or replace."""
        self.check("plan", "-input=false", "-out=plan")
        plan = json.loads(self.check("show", "-json", "plan"))
        return [
            change["address"]
            for change in plan["resource_changes"]
            if "delete" in change["change"]["actions"]
        ]
