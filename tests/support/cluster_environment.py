"""An environment whose cluster is, or was, applied, for tests of its end."""

from dataclasses import dataclass
from typing import Final

from runner.backend.location import Location
from runner.destroy.target import Target
from runner.destroy.waiting import Waits
from runner.manifest import Stack
from tools.emulator import LocalAws

QUICK: Final = Waits(
    poll=0.01,
    report=0.01,
    applications=0.3,
    load_balancers=0.3,
    grace=0.3,
    machines=0.3,
    claims=0.3,
    sweep=2,
)
"""Time for a few looks, which are enough where nothing but the test changes anything."""

CLUSTER: Final = "dev"


@dataclass
class Environment:
    """State, network, edge, cluster and platform of dev, all applied, and a VPC."""

    aws: LocalAws
    stacks: list[Stack]
    vpc: str

    @property
    def target(self) -> Target:
        found = Target.of(self.stacks, Location.of(self.stacks[0]))
        assert found is not None
        return found
