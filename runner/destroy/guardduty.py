"""The VPC endpoint and the security group that GuardDuty's runtime monitoring puts into a VPC.

Source: https://docs.aws.amazon.com/guardduty/latest/ug/runtime-monitoring-agent-resource-clean-up.html
"""

from collections.abc import Iterator
from typing import Final

from runner.destroy.leftover import Leftover, LeftoverKind, pages
from runner.destroy.networking import delete_security_group
from runner.destroy.target import Target

_MANAGED: Final = {"Name": "tag:GuardDutyManaged", "Values": ["true"]}


def _endpoints(target: Target) -> Iterator[Leftover]:
    if target.vpc is None:
        return
    chosen = [{"Name": "vpc-id", "Values": [target.vpc]}, _MANAGED]
    for endpoint in pages(
        target.client("ec2"), "describe_vpc_endpoints", "VpcEndpoints", Filters=chosen
    ):
        if endpoint["State"].lower() not in ("deleting", "deleted"):
            yield Leftover(endpoint["VpcEndpointId"], endpoint["ServiceName"])


def _delete_endpoint(target: Target, endpoint: Leftover) -> None:
    target.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[endpoint.id])


def _groups(target: Target) -> Iterator[Leftover]:
    if target.vpc is None:
        return
    chosen = [
        {"Name": "vpc-id", "Values": [target.vpc]},
        {"Name": "group-name", "Values": [f"GuardDutyManagedSecurityGroup-{target.vpc}"]},
    ]
    for group in pages(
        target.client("ec2"), "describe_security_groups", "SecurityGroups", Filters=chosen
    ):
        yield Leftover(group["GroupId"], group["GroupName"])


ENDPOINTS: Final = LeftoverKind("GuardDuty endpoint", _endpoints, _delete_endpoint)
GROUPS: Final = LeftoverKind("GuardDuty security group", _groups, delete_security_group)
