"""`platform.istio_gateway`."""

from typing import Annotated

from pydantic import Field

from config.addon_settings import AddonSettings
from config.types.edge import Scheme, ZoneName


class IstioGatewaySettings(AddonSettings):
    """Istio's ingress gateway, for requests from outside the mesh.

    With it, pods in the mesh need no `mesh.plain_ports` for these requests.
    """

    enabled: bool = False
    """Install it. It requires `platform.istio`."""

    replicas: Annotated[int, Field(ge=1, le=50)] = 2
    """Minimum replicas."""

    max_replicas: Annotated[int, Field(ge=1, le=100)] = 5
    """Maximum replicas; they scale with the load."""

    hosts: list[ZoneName] = []
    """Host names that the ingress controller forwards to it, for example `shop.example.com`. They
    must be names of the front door. VirtualServices route them to Services."""

    load_balancer: Scheme | None = None
    """The load balancer that serves them: `public`, or `internal` for that of
    `edge.internal`. Default: `public`, unless it is switched off and the internal one is not."""
