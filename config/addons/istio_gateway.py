"""`platform.istio_gateway`."""

from typing import Annotated

from pydantic import Field

from config.addon_settings import AddonSettings
from config.types.edge import ZoneName


class IstioGatewaySettings(AddonSettings):
    """Istio's gateway, through which requests from outside of the mesh come in.

    Pods of the mesh then need no `mesh.plain_ports` for them.
    """

    enabled: bool = False
    """Install it; `platform.istio` has to be on."""

    replicas: Annotated[int, Field(ge=1, le=50)] = 2
    """Fewest replicas."""

    max_replicas: Annotated[int, Field(ge=1, le=100)] = 5
    """Most replicas; their number follows their load."""

    hosts: list[ZoneName] = []
    """Names that the ingress controller hands on to it, for example `shop.example.com`. The front
    door has to serve them. Which Service answers is a VirtualService's to say."""
