"""The subnets of a tier, one in each Availability Zone."""

from functools import cached_property
from typing import Final

from cdktf_cdktf_provider_aws.ec2_subnet_cidr_reservation import Ec2SubnetCidrReservation
from cdktf_cdktf_provider_aws.subnet import Subnet
from constructs import Construct

from config.derived.ip_plan import IpPlan, PlannedSubnet, Tier
from config.environment import Environment
from modules.network.vpc import Vpc

CNI_TAG: Final = "kubernetes.io/role/cni"
"""With 1 the VPC CNI makes network interfaces of pods in a subnet. With 0 it gives pods no address
of the subnet, not even on the nodes' own interfaces, which are in private subnets.
https://docs.aws.amazon.com/eks/latest/userguide/cni-subnet-selection.html"""

ROLE_TAGS: Final[dict[Tier, dict[str, str]]] = {
    "public": {"kubernetes.io/role/elb": "1"},
    "private": {"kubernetes.io/role/internal-elb": "1", CNI_TAG: "0"},
    "database": {},
    "control_plane": {},
    "pods": {CNI_TAG: "1"},
}
"""Tags by which the AWS Load Balancer Controller and the VPC CNI find subnets.
https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html"""

DISCOVERY_TAG: Final = "karpenter.sh/discovery"
"""Tag by which Karpenter's EC2NodeClass finds subnets."""


class SubnetTier:
    """The subnets of a tier, by zone letter (A2, A3, A4, A9, A11).

    Attributes:
        tier: public, private, database, control_plane or pods.
        subnets: the subnets by zone letter.
    """

    def __init__(
        self, scope: Construct, environment: Environment, vpc: Vpc, tier: Tier, plan: IpPlan
    ) -> None:
        self.tier: Tier = tier
        self.subnets = {
            zone: self._subnet(scope, environment, vpc, planned)
            for zone, planned in plan.tier(tier).items()
        }

    @cached_property
    def ids(self) -> dict[str, str]:
        """The subnets' ids by zone letter."""
        return {zone: subnet.id for zone, subnet in self.subnets.items()}

    def _subnet(
        self, scope: Construct, environment: Environment, vpc: Vpc, planned: PlannedSubnet
    ) -> Subnet:
        id_ = f"{self.tier}_{planned.zone}"
        name = f"{environment.name}-{self.tier.replace('_', '-')}-{planned.zone}"
        tags = {"Name": name, **ROLE_TAGS[self.tier]}
        if self.tier == "private":
            tags[DISCOVERY_TAG] = environment.cluster_name
        if self.tier == "pods":
            tags |= pod_tags(environment)
        subnet = Subnet(
            scope,
            id_,
            vpc_id=vpc.id,
            availability_zone=f"{environment.region}{planned.zone}",
            cidr_block=str(planned.cidr),
            map_public_ip_on_launch=False,
            tags=tags,
            depends_on=vpc.secondary if self.tier == "pods" else None,
        )
        for block in planned.reservations:
            # Reserved for /28 prefixes: single addresses scattered over a subnet would leave the
            # VPC CNI no free prefix.
            # https://docs.aws.amazon.com/eks/latest/best-practices/prefix-mode-linux.html
            Ec2SubnetCidrReservation(
                scope,
                f"{id_}_prefixes_{block.prefixlen}",
                subnet_id=subnet.id,
                cidr_block=str(block),
                reservation_type="prefix",
                description="Prefixes of the VPC CNI",
            )
        return subnet


def pod_tags(environment: Environment) -> dict[str, str]:
    """The tag of pod subnets of this cluster: the VPC CNI of another one does not use them."""
    return {f"cni.networking.k8s.aws/cluster/{environment.cluster_name}": "shared"}
