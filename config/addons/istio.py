"""`platform.istio`: the service mesh."""

from typing import Annotated, Literal

from pydantic import Field

from config.addon_settings import AddonSettings
from config.types.kubernetes import Cpu, Memory


class IstioSettings(AddonSettings):
    """Istio, the service mesh, with mutual TLS between the pods of teams.

    All namespaces of teams are in the mesh unless their `mesh.enabled` is false.
    """

    enabled: bool = False
    """Install it."""

    replicas: Annotated[int, Field(ge=1, le=10)] = 2
    """Minimum replicas of istiod. Pods in the mesh cannot start while none is available."""

    max_replicas: Annotated[int, Field(ge=1, le=50)] = 5
    """Maximum replicas; they scale with the load."""

    mtls: Literal["STRICT", "PERMISSIVE"] = "STRICT"
    """Whether pods in the mesh refuse plain text. `PERMISSIVE` accepts both, for migrations during
    which some clients have no sidecar."""

    proxy_cpu: Cpu = "50m"
    """CPU request of each sidecar."""

    proxy_memory: Memory = "128Mi"
    """Memory request and limit of each sidecar."""
