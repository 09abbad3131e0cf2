"""Leads requests away from regions by hand, and back (K2), without Terraform or Route 53's API."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from runner.backend.location import Location
from runner.backend.remote_state import read_state
from runner.errors import RunnerError
from runner.manifest import Stack

AWAY: Final = "200"
"""The switch's status with which Route 53 leads no requests to the region."""

NORMAL: Final = "404"

_SWITCH: Final = "routing_switch"
_RULE: Final = "aws_lb_listener_rule"
_TARGETS: Final = "aws_lb_target_group.http_targets"

Confirm = Callable[[str], bool]
Say = Callable[[str], None]


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


def failover(stacks: Sequence[Stack], to: str, *, force: bool, confirm: Confirm, say: Say) -> None:
    """Leads all requests to one region.

    Args:
        stacks: the stacks of all regions.
        to: code or name of the region, or name of its environment.
        force: go on although that region looks unable to serve.

    Raises:
        RunnerError: there is no such region or no switch, or the region cannot serve.
        ClientError: AWS rejected a call.
    """
    edges = _edges(stacks)
    target = _chosen(edges, to)
    switches = list(_switches(edges))
    others = [each for each in switches if each.region != _code(target)]
    if not others:
        raise RunnerError(
            f"No region can be turned off in favour of {target.environment}: there is no applied "
            "switch. Two regions with Application Load Balancers and routing.policy have one each."
        )
    problems = list(_problems(target, switches))
    for problem in problems:
        say(f"{target.environment}: {problem}")
    if problems and not force:
        raise RunnerError(
            f"{target.environment} cannot serve. Nothing was changed. --force goes on regardless."
        )
    _turn(others, AWAY, f"Requests go to {target.environment} only.", confirm, say)


def failback(stacks: Sequence[Stack], *, confirm: Confirm, say: Say) -> None:
    """Turns all switches off, so that health alone decides.

    Raises:
        RunnerError: no switch is applied.
        ClientError: AWS rejected a call.
    """
    switches = list(_switches(_edges(stacks)))
    if not switches:
        raise RunnerError("There is no applied switch.")
    _turn(switches, NORMAL, "Route 53 leads requests by the health of the regions.", confirm, say)


def _turn(switches: Sequence[Switch], status: str, effect: str, confirm: Confirm, say: Say) -> None:
    changed = [each for each in switches if each.status != status]
    if not changed:
        say(f"Nothing to change. {effect}")
        return
    for each in changed:
        say(f"Switch of {each.region}: status {each.status} -> {status}, in {each.location.region}")
    if not confirm("Change it?"):
        say("Nothing was changed.")
        return
    for each in changed:
        each.set(status)
    say(f"{effect} Route 53 follows when its health checks have changed.")


def _problems(edge: Stack, switches: Sequence[Switch]) -> Iterator[str]:
    """Why a region cannot serve."""
    location = Location.of(edge)
    own = [each for each in switches if each.region == _code(edge)]
    try:
        if any(each.status == AWAY for each in own):
            yield "is turned off itself; `make failback` turns it on"
    except (BotoCoreError, ClientError) as error:
        yield f"its switch cannot be read: {error}"
    state = read_state(location, edge.backend["key"])
    targets = state.resources.get(_TARGETS) if state else None
    if targets is None:
        yield "its edge stack is not applied"
        return
    health = location.client("elbv2").describe_target_health(TargetGroupArn=targets["arn"])
    states = [each["TargetHealth"]["State"] for each in health["TargetHealthDescriptions"]]
    if "healthy" not in states:
        found = ", ".join(sorted(set(states))) or "none is registered"
        yield f"no pod of the ingress controller is healthy behind its load balancer ({found})"


def _edges(stacks: Sequence[Stack]) -> list[Stack]:
    return [stack for stack in stacks if stack.short_name == "edge"]


def _switches(edges: Sequence[Stack]) -> Iterator[Switch]:
    """The applied switches, each in the load balancer of another region than its own."""
    for edge in edges:
        location = Location.of(edge)
        state = read_state(location, edge.backend["key"])
        rule = state.resources.get(f"{_RULE}.{_SWITCH}") if state else None
        if rule is not None:
            [condition] = edge.document["resource"][_RULE][_SWITCH]["condition"]
            path: str = condition["path_pattern"]["values"][0]
            yield Switch(path.rpartition("/")[2], rule["arn"], location)


def _code(edge: Stack) -> str:
    """The code of an edge's region, which the edge stack has as an output."""
    return edge.document["output"]["region_code"]["value"]


def _chosen(edges: Sequence[Stack], wanted: str) -> Stack:
    known: list[str] = []
    for edge in edges:
        if "region_code" not in edge.document["output"]:
            continue
        names = (_code(edge), edge.environment, Location.of(edge).region)
        if wanted in names:
            return edge
        known.append(names[0])
    if not known:
        raise RunnerError("This environment has no `regions` with a routing.policy.", 2)
    raise RunnerError(f"There is no region {wanted!r}. The regions are {', '.join(known)}.", 2)
