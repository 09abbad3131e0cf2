"""Load balancers and target groups that the AWS Load Balancer Controller or Auto Mode made.

Those of Terraform have none of these tags.

Source: https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/deploy/tracking/provider.go
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

from runner.destroy.leftover import Leftover, LeftoverKind, pages
from runner.destroy.target import Target

CLUSTER: Final = "elbv2.k8s.aws/cluster"

AUTO_MODE_CLUSTER: Final = "eks:eks-cluster-name"
"""Tag of EKS Auto Mode. Target groups of Terraform have it too, so that it is not enough."""

AUTO_MODE_OBJECTS: Final = tuple(
    f"{kind}/{part}"
    for kind in (
        "service.eks.amazonaws.com",
        "ingress.eks.amazonaws.com",
        "gateway.eks.amazonaws.com.alb",
        "gateway.eks.amazonaws.com.nlb",
    )
    for part in ("stack", "resource")
)
"""Tags of what Auto Mode makes for an object, of which each has one at least.
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEKSLoadBalancingPolicy.html"""

_TAGS_PER_CALL: Final = 20


def load_balancers(target: Target) -> Iterator[Leftover]:
    """Load balancers of Services, Ingresses and Gateways: also those in the classic API."""
    elbv2 = target.client("elbv2")
    made = pages(elbv2, "describe_load_balancers", "LoadBalancers")
    named = {each["LoadBalancerArn"]: each for each in made}
    for arn, tags in _tags(elbv2, list(named)):
        if _is_made_for(target, tags):
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
        if _is_made_for(target, tags):
            yield Leftover(arn, _of(tags))


def _delete_target_group(target: Target, group: Leftover) -> None:
    target.client("elbv2").delete_target_group(TargetGroupArn=group.id)


def _is_made_for(target: Target, tags: dict[str, str]) -> bool:
    if tags.get(CLUSTER) == target.name:
        return True
    by_auto_mode = any(key in tags for key in AUTO_MODE_OBJECTS)
    return by_auto_mode and tags.get(AUTO_MODE_CLUSTER) == target.name


def _of(tags: dict[str, str]) -> str:
    """The object that it was made for: `service.k8s.aws/stack: web/shop` is Service web/shop."""
    for key, value in sorted(tags.items()):
        kind, _, rest = key.partition(".")
        if rest.endswith("/stack") and rest.startswith(("k8s.aws/", "eks.amazonaws.com")):
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
