"""The region that requests are led to, as the checks see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from runner.backend.location import Location
from runner.backend.remote_state import read_state
from runner.check.aws import AwsReader
from runner.check.finding import NotCheckedError
from runner.check.needs import Needs, Resource
from runner.failover.switch import Switches
from runner.manifest import Stack


@dataclass(frozen=True)
class Standby:
    """The region that requests are led to.

    Attributes:
        edge: its edge stack.
        stacks: the stacks of all regions.
        switches: those of all regions.
        aws: the region's AWS API.
    """

    edge: Stack
    stacks: Sequence[Stack]
    switches: Switches
    aws: AwsReader

    @property
    def name(self) -> str:
        """Name of the region's environment."""
        return self.edge.environment

    @cached_property
    def edge_resources(self) -> dict[str, dict[str, Any]]:
        """The resources in the state of the edge stack, by address; none before it is applied.

        Raises:
            NotCheckedError: the state cannot be read.
        """
        try:
            state = read_state(Location.of(self.edge), self.edge.backend["key"])
        except (BotoCoreError, ClientError) as error:
            raise NotCheckedError(f"the state of {self.edge.name}: {error}") from error
        return state.resources if state else {}

    def own(self, *types: str) -> list[Resource]:
        """The resources of some types that the region's stacks make."""
        own = [stack for stack in self.stacks if stack.environment == self.name]
        return Needs(own).of(*types)

    def elsewhere(self, *types: str) -> list[Resource]:
        """The resources of some types that the stacks of other regions make."""
        others = [stack for stack in self.stacks if stack.environment != self.name]
        return Needs(others).of(*types)
