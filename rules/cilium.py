"""Rules of Cilium and the VPC CNI."""

from collections.abc import Iterator
from typing import Final

from config import versions
from config.environment import Environment
from config.problem import Path, Problem
from rules.registry import rule

VPC_CNI: Final[Path] = ("cluster", "addons", "vpc-cni")

OLDEST_VPC_CNI: Final = (1, 11, 2)
"""https://docs.cilium.io/en/stable/installation/cni-chaining-aws-cni/"""


@rule("cluster", "platform")
def only_cilium_enforces_network_policies(environment: Environment) -> Iterator[Problem]:
    """With Cilium the VPC CNI's network policy agent is off: both would enforce the same policies.

    https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html
    """
    if not environment.platform.cilium.enabled:
        return
    key, values = "enableNetworkPolicy", environment.cluster.addon("vpc-cni").values
    if str(values.get(key, "false")).lower() != "false":
        message = "lets the VPC CNI enforce network policies, which platform.cilium does"
        yield Problem((*VPC_CNI, "values", key), message, values[key], '"false", or nothing')


@rule("cluster", "platform")
def vpc_cni_can_be_chained(environment: Environment) -> Iterator[Problem]:
    """Cilium requires a VPC CNI that supports chaining."""
    version = environment.cluster.addon("vpc-cni").version
    if not environment.platform.cilium.enabled or version is None:
        return
    if versions.number(version)[:3] < OLDEST_VPC_CNI:
        message = "is older than what platform.cilium can be chained after"
        yield Problem((*VPC_CNI, "version"), message, version, "v1.11.2 or newer")
