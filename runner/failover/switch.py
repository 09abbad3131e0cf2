"""The switches that turn regions off."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from runner.backend.location import Location
from runner.backend.remote_state import read_state
from runner.errors import RunnerError
from runner.failover.regions import edges
from runner.manifest import Stack

AWAY: Final = "200"
"""The switch's status with which Route 53 leads no requests to the region."""

NORMAL: Final = "404"

_SWITCH: Final = "routing_switch"
_RULE: Final = "aws_lb_listener_rule"


@dataclass(frozen=True)
class Switch:
    """The listener rule that turns a region off.

    Attributes:
        region: code of the region.
        arn: the rule, in the load balancer of another region.
        location: the state backend of that other region.
    """

    region: str
    arn: str
    location: Location

    @property
    def status(self) -> str:
        """What it answers now.

        Raises:
            ClientError: AWS rejected the call.
        """
        [rule] = self._elb.describe_rules(RuleArns=[self.arn])["Rules"]
        return rule["Actions"][0]["FixedResponseConfig"]["StatusCode"]

    def set(self, status: str) -> None:
        """Changes what it answers.

        Raises:
            ClientError: AWS rejected the call.
        """
        response = {"StatusCode": status, "ContentType": "text/plain"}
        action = {"Type": "fixed-response", "FixedResponseConfig": response}
        self._elb.modify_rule(RuleArn=self.arn, Actions=[action])

    @property
    def _elb(self) -> Any:
        return self.location.client("elbv2")


@dataclass(frozen=True)
class Switches:
    """The applied switches.

    Attributes:
        found: each is in the load balancer of another region than its own.
        unread: why the switches in a region are not known, by the region's environment.
    """

    found: list[Switch]
    unread: dict[str, str]


def switches(stacks: Sequence[Stack]) -> Switches:
    """Finds the switches in the states of the edge stacks; a region may be out of reach."""
    found: list[Switch] = []
    unread: dict[str, str] = {}
    for edge in edges(stacks):
        location = Location.of(edge)
        try:
            state = read_state(location, edge.backend["key"])
        except (BotoCoreError, ClientError, RunnerError) as error:
            unread[edge.environment] = str(error)
            continue
        rule = state.resources.get(f"{_RULE}.{_SWITCH}") if state else None
        if rule is not None:
            [condition] = edge.document["resource"][_RULE][_SWITCH]["condition"]
            path: str = condition["path_pattern"]["values"][0]
            found.append(Switch(path.rpartition("/")[2], rule["arn"], location))
    return Switches(found, unread)
