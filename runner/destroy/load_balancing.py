"""Load balancers and target groups that the AWS Load Balancer Controller made.

Those of Terraform have none of these tags.

Source: https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/deploy/tracking/provider.go
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

from runner.destroy.leftover import Leftover, LeftoverKind, pages
from runner.destroy.target import Target

CLUSTER: Final = "elbv2.k8s.aws/cluster"

_TAGS_PER_CALL: Final = 20


def load_balancers(target: Target) -> Iterator[Leftover]:
    """Load balancers of Services, Ingresses and Gateways: also those in the classic API."""
    elbv2 = target.client("elbv2")
    made = pages(elbv2, "describe_load_balancers", "LoadBalancers")
    named = {each["LoadBalancerArn"]: each for each in made}
    for arn, tags in _tags(elbv2, list(named)):
        if tags.get(CLUSTER) == target.name:
            yield Leftover(arn, f"{named[arn]['Type']}, {_of(tags)}")
    elb = target.client("elb")
    classic = [
        each["LoadBalancerName"]
        for each in pages(elb, "describe_load_balancers", "LoadBalancerDescriptions")
    ]
    for names in _batches(classic):
        for each in elb.describe_tags(LoadBalancerNames=names)["TagDescriptions"]:
            tags = {tag["Key"]: tag["Value"] for tag in each["Tags"]}
            if tags.get(f"kubernetes.io/cluster/{target.name}") == "owned":
                service = tags.get("kubernetes.io/service-name", "")
                yield Leftover(each["LoadBalancerName"], f"classic, Service {service}")


def _delete_load_balancer(target: Target, found: Leftover) -> None:
    if found.id.startswith("arn:"):
        target.client("elbv2").delete_load_balancer(LoadBalancerArn=found.id)
    else:
        target.client("elb").delete_load_balancer(LoadBalancerName=found.id)


def _target_groups(target: Target) -> Iterator[Leftover]:
    elbv2 = target.client("elbv2")
    groups = pages(elbv2, "describe_target_groups", "TargetGroups")
    for arn, tags in _tags(elbv2, [group["TargetGroupArn"] for group in groups]):
        if tags.get(CLUSTER) == target.name:
            yield Leftover(arn, _of(tags))


def _delete_target_group(target: Target, group: Leftover) -> None:
    target.client("elbv2").delete_target_group(TargetGroupArn=group.id)


def _of(tags: dict[str, str]) -> str:
    """The object that it was made for: `service.k8s.aws/stack: web/shop` is Service web/shop."""
    for key, value in sorted(tags.items()):
        kind, _, name = key.partition(".k8s.aws/")
        if name == "stack":
            return f"{kind.capitalize()} {value}"
    return "no object named in its tags"


def _tags(elbv2: Any, arns: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
    for chosen in _batches(arns):
        for each in elbv2.describe_tags(ResourceArns=chosen)["TagDescriptions"]:
            yield each["ResourceArn"], {tag["Key"]: tag["Value"] for tag in each["Tags"]}


def _batches(items: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(items)
    while batch := list(islice(rest, _TAGS_PER_CALL)):
        yield batch


LOAD_BALANCERS: Final = LeftoverKind("load balancer", load_balancers, _delete_load_balancer)
TARGET_GROUPS: Final = LeftoverKind("target group", _target_groups, _delete_target_group)
