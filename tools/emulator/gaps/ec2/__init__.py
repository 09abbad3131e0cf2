"""EC2: the sum of its gaps, since one class answers the whole service."""

from __future__ import annotations

from moto.ec2 import urls

from tools.emulator.gaps.ec2 import fresh, security_group_rules
from tools.emulator.gaps.ec2.launch_templates import LaunchTemplates
from tools.emulator.gaps.ec2.route_tables import RouteTables
from tools.emulator.gaps.ec2.security_group_rules import SecurityGroupRules
from tools.emulator.gaps.ec2.subnet_cidr_reservations import SubnetCidrReservations
from tools.emulator.gaps.ec2.vpc_deletion import VpcDeletion
from tools.emulator.gaps.ec2.vpc_endpoints import VpcEndpoints
from tools.emulator.gaps.moto_hooks import serve


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
    fresh.install()
    security_group_rules.install()
    serve(urls, Ec2)
