"""`platform.cilium`: Cilium, chained to the VPC CNI."""

from typing import Annotated

from pydantic import Field

from config.addon_settings import AddonSettings


class CiliumSettings(AddonSettings):
    """Cilium, chained to the VPC CNI, which encrypts pod-to-pod traffic between nodes.

    The VPC CNI still assigns pod addresses. Cilium enforces network policies.
    """

    enabled: bool = False
    """Install it."""

    operator_replicas: Annotated[int, Field(ge=1, le=5)] = 2
    """Replicas of the operator, on different nodes; one is the leader."""

    hubble: bool = False
    """Install Hubble and its relay, which show connections between pods, and its Prometheus
    metrics."""
