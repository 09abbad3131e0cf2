"""Encryption between nodes in the `platform` section: Cilium, chained after the VPC CNI."""

from typing import Annotated

from pydantic import Field

from config.addon_settings import AddonSettings


class CiliumSettings(AddonSettings):
    """Cilium, chained after the VPC CNI, which encrypts what pods on different nodes say.

    The VPC CNI goes on giving pods their addresses. Network policies become Cilium's.
    """

    enabled: bool = False
    """Install it."""

    operator_replicas: Annotated[int, Field(ge=1, le=5)] = 2
    """Replicas of the operator, each on a node of its own; one works, the others wait."""

    hubble: bool = False
    """Show which pods talk to which: Hubble with its relay, and its metrics for Prometheus."""
