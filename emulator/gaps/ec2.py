"""EC2: the sum of its gaps, since one class answers the whole service."""

from __future__ import annotations

from moto.ec2 import urls

from emulator.gaps import security_group_rules
from emulator.gaps.launch_templates import LaunchTemplates
from emulator.gaps.moto_hooks import serve
from emulator.gaps.security_group_rules import SecurityGroupRules
from emulator.gaps.subnet_cidr_reservations import SubnetCidrReservations
from emulator.gaps.vpc_deletion import VpcDeletion
from emulator.gaps.vpc_endpoints import VpcEndpoints


class Ec2(SubnetCidrReservations, SecurityGroupRules, LaunchTemplates, VpcDeletion, VpcEndpoints):
    """EC2 with everything that the platform needs and moto lacks."""


def install() -> None:
    """Puts this class in the place of moto's."""
    security_group_rules.install()
    serve(urls, Ec2)
