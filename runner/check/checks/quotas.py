"""Whether the quotas of the account have room for what the stacks make."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from runner.check.context import CheckContext
from runner.check.finding import Finding, each
from runner.check.ours import tags_of


@dataclass(frozen=True)
class AccountQuota:
    """A quota that is counted per region.

    Attributes:
        service: the service, as Service Quotas names it.
        needed: how many the stacks make.
        used: how many others have.
    """

    title: str
    service: str
    code: str
    needed: Callable[[CheckContext], int]
    used: Callable[[CheckContext], int]


def limit(context: CheckContext, service: str, code: str) -> float:
    """The value of a quota: that of the account, or AWS's default.

    Raises:
        NotCheckedError: AWS does not say it.
    """
    given = {"ServiceCode": service, "QuotaCode": code}
    found = context.aws.find("service-quotas", "get_service_quota", **given)
    if found is None:
        found = context.aws.call("service-quotas", "get_aws_default_service_quota", **given)
    return float(found["Quota"]["Value"])


def increase(context: CheckContext, service: str, code: str, value: float) -> str:
    """How to request a larger quota."""
    return (
        "request a larger quota: `aws service-quotas request-service-quota-increase "
        f"--region {context.aws.region} --service-code {service} --quota-code {code} "
        f"--desired-value {value:.0f}`"
    )


def find(context: CheckContext) -> Iterator[Finding]:
    """Compares each quota that the stacks need, and the roles and policies of IAM."""
    needed = [quota for quota in QUOTAS if quota.needed(context)]
    yield from each(needed, lambda quota: quota.title, lambda quota: _quota(context, quota))
    yield from each(
        ["Roles", "Policies"], lambda kind: f"IAM {kind.lower()}", lambda kind: _iam(context, kind)
    )


def _quota(context: CheckContext, quota: AccountQuota) -> Iterator[Finding]:
    needed = quota.needed(context)
    value = limit(context, quota.service, quota.code)
    used = quota.used(context)
    request = increase(context, quota.service, quota.code, used + needed)
    yield _compared(quota.title, value, used, needed, request)


def _iam(context: CheckContext, kind: str) -> Iterator[Finding]:
    type_ = {"Roles": "aws_iam_role", "Policies": "aws_iam_policy"}[kind]
    needed = len([each for each in context.needs.of(type_) if not _exists(context, type_, each)])
    summary = context.aws.call("iam", "get_account_summary")["SummaryMap"]
    value, used = summary[f"{kind}Quota"], summary[kind]
    code = {"Roles": "L-FE177D64", "Policies": "L-E95E4862"}[kind]
    # The quotas of IAM are those of its home region.
    request = increase(context, "iam", code, used + needed).replace(
        f"--region {context.aws.region}", "--region us-east-1"
    )
    yield _compared(f"IAM {kind.lower()}", value, used, needed, request)


def _exists(context: CheckContext, type_: str, resource: Any) -> bool:
    return context.ours.is_recorded(type_, resource.literal("name") or "")


def _compared(title: str, value: float, used: int, needed: int, request: str) -> Finding:
    found = f"{used} of {value:.0f} used by others"
    if used + needed > value:
        return Finding("error", title, found, str(needed), f"Delete unused ones, or {request}.")
    return Finding("ok", title, found, str(needed))


def _made(*types: str, **arguments: str) -> Callable[[CheckContext], int]:
    """How many resources of some types, with certain arguments, the stacks make in the region."""

    def count(context: CheckContext) -> int:
        return sum(
            all(resource.attributes.get(key) == value for key, value in arguments.items())
            for resource in context.needs.of(*types)
            if resource.region == context.environment.region
        )

    return count


def _addresses(context: CheckContext) -> int:
    """Elastic IPs, and those that AWS allocates to a regional NAT gateway: one in each zone."""
    regional = _made("aws_nat_gateway", availability_mode="regional")(context)
    return _made("aws_eip")(context) + regional * len(
        context.environment.network.availability_zones
    )


def _gateways_per_zone(context: CheckContext) -> int:
    return min(1, _made("aws_nat_gateway")(context))


def _others(context: CheckContext, items: Sequence[dict[str, Any]]) -> int:
    return sum(not context.ours.has_tags(tags_of(item.get("Tags", ()))) for item in items)


def _described(operation: str, key: str, **given: Any) -> Callable[[CheckContext], int]:
    """How many EC2 describes that have not the environment's tags."""
    return lambda context: _others(context, context.aws.pages("ec2", operation, key, **given))


def _allocated(context: CheckContext) -> int:
    return _others(context, context.aws.call("ec2", "describe_addresses")["Addresses"])


def _fullest_zone(context: CheckContext) -> int:
    """NAT gateways of others in the zone that has most of them."""
    ours, zones = context.ours, {}
    subnets = context.aws.pages("ec2", "describe_subnets", "Subnets")
    zone_of = {subnet["SubnetId"]: subnet["AvailabilityZone"] for subnet in subnets}
    for gateway in context.aws.pages("ec2", "describe_nat_gateways", "NatGateways"):
        if gateway["State"] in ("pending", "available") and not ours.has_tags(
            tags_of(gateway.get("Tags", ()))
        ):
            zone = zone_of.get(gateway.get("SubnetId", ""), "")
            zones[zone] = zones.get(zone, 0) + 1
    return max(zones.values(), default=0)


def _clusters(context: CheckContext) -> int:
    own = set(context.needs.values("aws_eks_cluster", "name"))
    return len(set(context.aws.pages("eks", "list_clusters", "clusters")) - own)


def _balancers(kind: str) -> Callable[[CheckContext], int]:
    def count(context: CheckContext) -> int:
        own = set(context.needs.values("aws_lb", "name"))
        found = context.aws.pages("elbv2", "describe_load_balancers", "LoadBalancers")
        return sum(each["Type"] == kind and each["LoadBalancerName"] not in own for each in found)

    return count


def _gateway_endpoints(context: CheckContext) -> int:
    filters = [{"Name": "vpc-endpoint-type", "Values": ["Gateway"]}]
    found = context.aws.pages("ec2", "describe_vpc_endpoints", "VpcEndpoints", Filters=filters)
    return _others(context, found)


QUOTAS: Final = (
    AccountQuota("Elastic IPs", "ec2", "L-0263D0A3", _addresses, _allocated),
    AccountQuota(
        "VPCs", "vpc", "L-F678F1CE", _made("aws_vpc"), _described("describe_vpcs", "Vpcs")
    ),
    AccountQuota(
        "internet gateways",
        "vpc",
        "L-A4707A72",
        _made("aws_internet_gateway"),
        _described("describe_internet_gateways", "InternetGateways"),
    ),
    AccountQuota("NAT gateways in a zone", "vpc", "L-FE5A380F", _gateways_per_zone, _fullest_zone),
    AccountQuota(
        "gateway endpoints",
        "vpc",
        "L-1B52E74A",
        _made("aws_vpc_endpoint", vpc_endpoint_type="Gateway"),
        _gateway_endpoints,
    ),
    AccountQuota(
        "interface endpoints of the VPC",
        "vpc",
        "L-29B6F2EB",
        _made("aws_vpc_endpoint", vpc_endpoint_type="Interface"),
        lambda _: 0,
    ),
    AccountQuota("EKS clusters", "eks", "L-1194D53C", _made("aws_eks_cluster"), _clusters),
    AccountQuota(
        "Application Load Balancers",
        "elasticloadbalancing",
        "L-53DA6B97",
        _made("aws_lb", load_balancer_type="application"),
        _balancers("application"),
    ),
    AccountQuota(
        "Network Load Balancers",
        "elasticloadbalancing",
        "L-69A177A2",
        _made("aws_lb", load_balancer_type="network"),
        _balancers("network"),
    ),
)
"""https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html"""
