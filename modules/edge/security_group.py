"""The load balancer's security group."""

from typing import Final

from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from config.derived import edge_names, shared_edge
from config.derived.front_doors import FrontDoor

HTTP: Final = 80
HTTPS: Final = 443

CIDR_BLOCKS: Final = ("", "secondary_", "third_", "fourth_", "fifth_")
"""The CIDR blocks of a VPC in ids."""


class LoadBalancerSecurityGroup:
    """Allows users on the listeners' ports, and egress to the VPC on the targets' ports (C9).

    Egress rules name the VPC's CIDR blocks instead of the nodes' group, which belongs to the
    cluster stack: edge and cluster do not depend on each other.

    Attributes:
        id: the group's id.
    """

    def __init__(self, scope: Construct, door: FrontDoor, vpc_id: str) -> None:
        name = edge_names.security_group(door)
        kind = "Internal load balancer" if door.is_internal else "Load balancer"
        group = SecurityGroup(
            scope,
            door.prefixed("load_balancer_security_group"),
            name=name,
            description=f"{kind} in front of the ingress controller",
            vpc_id=vpc_id,
            tags={"Name": name},
        )
        self.id = group.id
        listeners = (
            {"http": HTTP} if door.settings.tls == "none" else {"http": HTTP, "https": HTTPS}
        )
        for cidr in map(str, door.settings.cidrs):
            for protocol, port in listeners.items():
                VpcSecurityGroupIngressRule(
                    scope,
                    door.prefixed(f"load_balancer_from_{_key(cidr)}_{protocol}"),
                    security_group_id=self.id,
                    description=f"{protocol.upper()} from users",
                    cidr_ipv4=cidr,
                    ip_protocol="tcp",
                    from_port=port,
                    to_port=port,
                )
        behind = (door, *shared_edge.members(door))
        for port in sorted({port for each in behind for port in each.target_ports}):
            for block, cidr in zip(CIDR_BLOCKS, door.environment.network.cidrs, strict=False):
                id_ = door.prefixed(f"load_balancer_to_{block}targets_{port}")
                VpcSecurityGroupEgressRule(
                    scope,
                    id_,
                    security_group_id=self.id,
                    description="Ingress controller: requests or health checks",
                    cidr_ipv4=str(cidr),
                    ip_protocol="tcp",
                    from_port=port,
                    to_port=port,
                )


def _key(cidr: str) -> str:
    return cidr.replace(".", "_").replace("/", "_")
