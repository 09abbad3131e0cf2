"""Whether the VPC of `network.existing` and its subnets are as written, and have addresses."""

from collections.abc import Iterator
from typing import Any, Final

from config.derived import ip_plan
from config.derived.ip_plan import PlannedSubnet, Tier
from config.sections.network_existing import ExistingNetwork
from runner.check.context import CheckContext
from runner.check.finding import Finding, each

FEWEST_FREE: Final[dict[Tier, int]] = {"public": 8, "private": 16, "control_plane": 6, "pods": 16}
"""Free addresses that a first apply needs in a subnet of each tier. Recommended for the control
plane are 16. https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html"""


def find(context: CheckContext) -> Iterator[Finding]:
    """Looks at the VPC, and then at each subnet."""
    existing = context.environment.network.existing
    if existing is None:
        return
    yield from _vpc(context, existing)
    subnets = ip_plan.plan(context.environment.network).subnets
    yield from each(subnets, lambda subnet: subnet.id, lambda subnet: _subnet(context, subnet))


def _vpc(context: CheckContext, existing: ExistingNetwork) -> Iterator[Finding]:
    id_ = existing.vpc_id
    answer = context.aws.find("ec2", "describe_vpcs", VpcIds=[id_])
    if answer is None:
        action = "Correct `network.existing.vpc_id`, or ask its owner to share its subnets."
        yield Finding("error", id_, "does not exist in the account and region", "exists", action)
        return
    (vpc,) = answer["Vpcs"]
    blocks = {every["CidrBlock"] for every in vpc.get("CidrBlockAssociationSet", ())}
    missing = [str(cidr) for cidr in existing.cidrs if str(cidr) not in blocks]
    if missing:
        needed = ", ".join(map(str, existing.cidrs))
        action = "Correct `network.existing.cidrs`."
        yield Finding("error", id_, f"has {', '.join(sorted(blocks))}", needed, action)
    owner = existing.owner or context.environment.account
    if vpc["OwnerId"] != owner:
        action = f'Set `network.existing.owner: "{vpc["OwnerId"]}"`.'
        yield Finding("error", id_, f"belongs to account {vpc['OwnerId']}", owner, action)
    off = [
        name for name in ("enableDnsSupport", "enableDnsHostnames") if not _on(context, id_, name)
    ]
    if off:
        action = "Switch them on: nodes do not join the cluster without."
        yield Finding("error", id_, f"{' and '.join(off)} off", "on", action)
    if not (missing or off or vpc["OwnerId"] != owner):
        yield Finding("ok", id_, "as written, with DNS", ", ".join(map(str, existing.cidrs)))


def _on(context: CheckContext, vpc: str, attribute: str) -> bool:
    answer = context.aws.call("ec2", "describe_vpc_attribute", VpcId=vpc, Attribute=attribute)
    return answer[attribute[0].upper() + attribute[1:]]["Value"]


def _subnet(context: CheckContext, subnet: PlannedSubnet) -> Iterator[Finding]:
    setting = f"network.existing.{subnet.tier}.{subnet.zone}"
    answer = context.aws.find("ec2", "describe_subnets", SubnetIds=[subnet.id])
    if answer is None:
        action = f"Correct `{setting}`, or ask its owner to share it."
        yield Finding("error", subnet.id, "does not exist", setting, action)
        return
    (found,) = answer["Subnets"]
    wrong = list(_differences(context, subnet, found))
    if wrong:
        yield Finding("error", subnet.id, ", ".join(wrong), setting, f"Correct `{setting}`.")
        return
    free, fewest = found["AvailableIpAddressCount"], FEWEST_FREE.get(subnet.tier, 0)
    needed = f"{setting}, {fewest} free addresses" if fewest else setting
    if free < fewest:
        # An environment that is applied has addresses of the subnet itself.
        action = f"Free addresses, or name a larger subnet in `{setting}`."
        yield Finding("warning", subnet.id, f"{free} addresses are free", needed, action)
    else:
        yield Finding("ok", subnet.id, f"{free} addresses are free", needed)


def _differences(
    context: CheckContext, subnet: PlannedSubnet, found: dict[str, Any]
) -> Iterator[str]:
    existing = context.environment.network.existing
    if existing is not None and found["VpcId"] != existing.vpc_id:
        yield f"is in {found['VpcId']}"
    if found["AvailabilityZone"] != f"{context.environment.region}{subnet.zone}":
        yield f"is in {found['AvailabilityZone']}"
    if found["CidrBlock"] != str(subnet.cidr):
        yield f"has the CIDR block {found['CidrBlock']}"
