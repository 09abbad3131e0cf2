"""A VPC that others made: data sources that check it, and tags on request."""

from collections.abc import Iterator
from typing import Final

from cdktf import Postcondition, Precondition, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.data_aws_route_table import DataAwsRouteTable
from cdktf_cdktf_provider_aws.data_aws_route_tables import (
    DataAwsRouteTables,
    DataAwsRouteTablesFilter,
)
from cdktf_cdktf_provider_aws.data_aws_subnet import DataAwsSubnet
from cdktf_cdktf_provider_aws.data_aws_vpc import DataAwsVpc
from cdktf_cdktf_provider_aws.ec2_tag import Ec2Tag
from constructs import Construct

from config.derived.ip_plan import IpPlan, PlannedSubnet, Tier
from config.environment import Environment
from config.sections.network_existing import ExistingNetwork

LOAD_BALANCER_TAGS: Final[dict[Tier, str]] = {
    "public": "kubernetes.io/role/elb",
    "private": "kubernetes.io/role/internal-elb",
}
"""Tags with the value 1 by which the AWS Load Balancer Controller finds subnets.
https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/subnet_discovery/"""

FREE_ADDRESSES: Final[dict[Tier, tuple[int, str]]] = {
    "public": (8, "a load balancer needs 8 to scale"),
    "control_plane": (5, "EKS needs 5 to upgrade the control plane"),
}
"""Addresses that must stay free in subnets that pods and nodes do not fill, and their reason.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html,
https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html"""

INTERNET: Final = "0.0.0.0/0"


class ExistingVpc:
    """The VPC of `network.existing`, which each plan and apply checks (L1).

    Nothing of it is a resource of the stack, so that no destroy touches it.

    Attributes:
        id: the VPC's id, from the data source with the checks.
        cidr: the primary CIDR block.
    """

    def __init__(
        self, scope: Construct, environment: Environment, existing: ExistingNetwork, plan: IpPlan
    ) -> None:
        self._scope, self._environment, self._existing = scope, environment, existing
        self.cidr = str(plan.cidr)
        vpc = DataAwsVpc(
            scope,
            "vpc",
            id=existing.vpc_id,
            lifecycle=_checked(*self._vpc_conditions()),
        )
        self.id = vpc.id
        self._subnets = {
            (subnet.tier, subnet.zone): self._subnet(subnet) for subnet in plan.subnets
        }
        if existing.check_routes:
            self._routes(plan)
        if existing.tag_subnets:
            self._tags(plan)

    def ids(self, plan: IpPlan, tier: Tier) -> dict[str, str]:
        """The ids of the subnets that a tier uses, by zone letter; of checked data sources."""
        return {
            zone: self._subnets[subnet.tier, zone].id for zone, subnet in plan.used(tier).items()
        }

    def _vpc_conditions(self) -> Iterator[Postcondition]:
        vpc, owner = self._existing.vpc_id, self._existing.owner or self._environment.account
        yield _that(
            "self.enable_dns_support && self.enable_dns_hostnames",
            f"DNS resolution or DNS host names are off in {vpc}. Nodes do not join a cluster "
            "without both: switch on enableDnsSupport and enableDnsHostnames.",
        )
        yield _that(
            f'self.owner_id == "{owner}"',
            f"{vpc} belongs to another account than {owner}. Write its owner to "
            "network.existing.owner.",
        )
        for cidr in self._existing.cidrs:
            yield _that(
                f'contains(self.cidr_block_associations[*].cidr_block, "{cidr}")',
                f"{vpc} has no CIDR block {cidr}. Correct network.existing.cidrs.",
            )

    def _subnet(self, subnet: PlannedSubnet) -> DataAwsSubnet:
        setting, zone = _setting(subnet), f"{self._environment.region}{subnet.zone}"
        conditions = [
            _that(
                f'self.vpc_id == "{self._existing.vpc_id}"',
                f"{subnet.id} is not in {self._existing.vpc_id}. Correct {setting}.id.",
            ),
            _that(
                f'self.availability_zone == "{zone}"',
                f"{subnet.id} is not in {zone}. Write it under the letter of its zone instead of "
                f"{setting}.",
            ),
            _that(
                f'self.cidr_block == "{subnet.cidr}"',
                f"{subnet.id} has another CIDR block than {subnet.cidr}. Correct {setting}.cidr.",
            ),
        ]
        if subnet.tier in FREE_ADDRESSES:
            free, reason = FREE_ADDRESSES[subnet.tier]
            conditions.append(
                _that(
                    f"self.available_ip_address_count >= {free}",
                    f"{subnet.id} has fewer than {free} free addresses, and {reason}. Free some, "
                    f"or write a larger subnet to {setting}.",
                )
            )
        return DataAwsSubnet(
            self._scope,
            f"{subnet.tier}_{subnet.zone}",
            id=subnet.id,
            lifecycle=_checked(*conditions),
        )

    def _routes(self, plan: IpPlan) -> None:
        """Checks default routes: a subnet without a table of its own uses the VPC's main table."""
        main = self._tables("main", "association.main", "true")
        for subnet in plan.subnets:
            condition = self._route_condition(subnet)
            if condition is None:
                continue
            id_ = f"{subnet.tier}_{subnet.zone}"
            own = self._tables(id_, "association.subnet-id", subnet.id)
            tables = f"concat({own.fqn}.ids, {main.fqn}.ids)"
            visible = Precondition(
                condition=f"${{length({tables}) > 0}}",
                error_message=(
                    f"AWS shows no route table of {subnet.id}. Set network.existing.check_routes: "
                    "false, and check its routes otherwise."
                ),
            )
            DataAwsRouteTable(
                self._scope,
                f"{id_}_routes",
                route_table_id=f"${{try({tables}[0], null)}}",
                lifecycle=TerraformResourceLifecycle(
                    precondition=[visible], postcondition=[condition]
                ),
            )

    def _route_condition(self, subnet: PlannedSubnet) -> Postcondition | None:
        default = f'r.cidr_block == "{INTERNET}"'
        to_gateway = 'startswith(r.gateway_id, "igw-")'
        if subnet.tier == "public":
            return _that(
                f"anytrue([for r in self.routes : {default} && {to_gateway}])",
                f"{subnet.id} has no default route to an internet gateway, which makes a subnet "
                f"public. Add the route, or correct {_setting(subnet)}.",
            )
        if subnet.tier not in ("private", "pods"):
            return None
        if self._existing.internet_access:
            return _that(
                f"anytrue([for r in self.routes : {default} && !{to_gateway}])",
                f"{subnet.id} has no default route to a NAT gateway, a transit gateway or the "
                "like. Add the route, or set network.existing.internet_access: false.",
            )
        return _that(
            f"alltrue([for r in self.routes : !({default} && {to_gateway})])",
            f"{subnet.id} has a default route to an internet gateway: it is a public subnet. "
            f"Correct {_setting(subnet)}.",
        )

    def _tables(self, id_: str, filter_: str, value: str) -> DataAwsRouteTables:
        return DataAwsRouteTables(
            self._scope,
            f"{id_}_tables",
            vpc_id=self._existing.vpc_id,
            filter=[DataAwsRouteTablesFilter(name=filter_, values=[value])],
        )

    def _tags(self, plan: IpPlan) -> None:
        for tier, key in LOAD_BALANCER_TAGS.items():
            for zone in plan.tier(tier):
                Ec2Tag(
                    self._scope,
                    f"{tier}_{zone}_load_balancer_tag",
                    resource_id=self._subnets[tier, zone].id,
                    key=key,
                    value="1",
                )


def _setting(subnet: PlannedSubnet) -> str:
    return f"network.existing.{subnet.tier}.{subnet.zone}"


def _that(condition: str, message: str) -> Postcondition:
    return Postcondition(condition=f"${{{condition}}}", error_message=message)


def _checked(*conditions: Postcondition) -> TerraformResourceLifecycle:
    return TerraformResourceLifecycle(postcondition=list(conditions))
