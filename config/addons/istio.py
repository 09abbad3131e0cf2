"""The service mesh in the `platform` section: Istio."""

from typing import Annotated, Literal

from pydantic import Field

from config.addon_settings import AddonSettings
from config.types.kubernetes import Quantity


class IstioSettings(AddonSettings):
    """Istio, which encrypts what pods of teams say to each other, and proves who says it.

    Namespaces of teams join unless their `mesh.enabled` says otherwise.
    """

    enabled: bool = False
    """Install it."""

    replicas: Annotated[int, Field(ge=1, le=10)] = 2
    """Fewest replicas of the control plane. While none answers, no pod of the mesh starts."""

    max_replicas: Annotated[int, Field(ge=1, le=50)] = 5
    """Most replicas; their number follows their load."""

    mtls: Literal["STRICT", "PERMISSIVE"] = "STRICT"
    """Whether pods of the mesh refuse what is not encrypted. `PERMISSIVE` takes both, for the time
    in which not all callers have a sidecar yet."""

    proxy_cpu: Quantity = "50m"
    """Processor share that each pod's sidecar asks for."""

    proxy_memory: Quantity = "128Mi"
    """Memory that each pod's sidecar asks for, and the most that it gets."""
