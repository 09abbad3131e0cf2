"""`platform.network_policies`: the network policies of the add-ons' namespaces."""

from typing import Annotated

from pydantic import Field

from config.settings import Settings
from config.types.aws import Cidr
from config.types.edge import Port
from config.types.kubernetes import Namespace


class AllowedEgress(Settings):
    """An address block that pods of an add-on's namespace may connect to."""

    cidr: Cidr
    """CIDR block."""

    ports: Annotated[list[Port], Field(min_length=1, max_length=20)]
    """TCP ports."""


class AdditionalTraffic(Settings):
    """Traffic of an add-on's namespace in addition to what the platform needs."""

    from_namespaces: list[Namespace] = []
    """Namespaces whose pods may connect to these pods."""

    to_namespaces: list[Namespace] = []
    """Namespaces whose pods these pods may connect to."""

    egress: Annotated[list[AllowedEgress], Field(max_length=50)] = []
    """Address blocks that these pods may connect to, for example of a Git server or a mail server
    in the company's network."""


class NetworkPoliciesSettings(Settings):
    """Network policies in the namespaces of add-ons.

    They refuse all connections but those that the add-ons need (docs/network-policies.md). The
    namespaces of teams have their own, in `teams.<team>.namespaces.<namespace>.traffic`.
    """

    enabled: bool = True
    """Make them."""

    allow: Annotated[dict[Namespace, AdditionalTraffic], Field(max_length=50)] = {}
    """Additional traffic, by the namespace of an add-on."""
