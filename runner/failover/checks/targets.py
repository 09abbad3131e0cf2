"""Whether pods of the ingress controller are healthy behind the load balancer."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from runner.check.finding import Finding, NotCheckedError
from runner.failover.standby import Standby

_TARGETS: Final = "aws_lb_target_group.http_targets"
_SUBJECT: Final = "pods of the ingress controller"
_ACTION: Final = "See the targets of the load balancer in EC2, and the pods of its controller."


def find(standby: Standby) -> Iterator[Finding]:
    """The states of the targets; without an answer the region counts as unable to serve."""
    try:
        yield _targets(standby)
    except NotCheckedError as error:
        yield Finding("error", _SUBJECT, error.reason, action=error.action)


def _targets(standby: Standby) -> Finding:
    group = standby.edge_resources.get(_TARGETS)
    if group is None:
        apply = f"`make apply ENV={standby.name} STACK=edge`."
        return Finding("error", standby.edge.name, "is not applied", action=apply)
    answer = standby.aws.call("elbv2", "describe_target_health", TargetGroupArn=group["arn"])
    states = Counter(each["TargetHealth"]["State"] for each in answer["TargetHealthDescriptions"])
    if not states["healthy"]:
        known = ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
        found = f"none is healthy behind the load balancer ({known or 'none is registered'})"
        return Finding("error", _SUBJECT, found, action=_ACTION)
    found = f"{states['healthy']} of {states.total()} are healthy behind the load balancer"
    if states["healthy"] < states.total():
        return Finding("warning", _SUBJECT, found, action=_ACTION)
    return Finding("ok", _SUBJECT, found)
