"""Rules of Cilium and the VPC CNI."""

from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from config.problem import Path, Problem
from rules.registration import rule

VPC_CNI: Final[Path] = ("cluster", "addons", "vpc-cni")


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
