"""EC2: the sum of its gaps, since one class answers the whole service."""

from __future__ import annotations

from moto.ec2 import urls

from tools.emulator.gaps import security_group_rules
from tools.emulator.gaps.launch_templates import LaunchTemplates
from tools.emulator.gaps.moto_hooks import serve
from tools.emulator.gaps.route_tables import RouteTables
from tools.emulator.gaps.security_group_rules import SecurityGroupRules
from tools.emulator.gaps.subnet_cidr_reservations import SubnetCidrReservations
from tools.emulator.gaps.vpc_deletion import VpcDeletion
from tools.emulator.gaps.vpc_endpoints import VpcEndpoints


class Ec2(
    SubnetCidrReservations,
    SecurityGroupRules,
    LaunchTemplates,
    RouteTables,
    VpcDeletion,
    VpcEndpoints,
):
    """EC2 with everything that the platform needs and moto lacks."""


def install() -> None:
    """Puts this class in the place of moto's."""
    security_group_rules.install()
    serve(urls, Ec2)
