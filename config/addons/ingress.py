"""The ingress controller in the `platform` section."""

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import Field

from config.addon_settings import AddonSettings
from config.settings import Settings
from config.types.email import EmailAddress
from config.types.kubernetes import ObjectName

Controller = Literal["nginx", "traefik", "haproxy", "ingress-nginx"]

INTERNAL_ISSUER: Final = "internal-ca"
"""The ClusterIssuer for names inside the platform."""


@dataclass(frozen=True)
class ControllerPorts:
    """Where a controller's pods listen, and how they say that they are well.

    Attributes:
        http_port: the pods' port of plain HTTP.
        https_port: their port of HTTPS.
        health_check_port: the port of their health check.
        health_check_path: its path, which answers 200 whatever the host is.
    """

    http_port: int
    https_port: int
    health_check_port: int
    health_check_path: str


ENDPOINTS: Final[dict[Controller, ControllerPorts]] = {
    "nginx": ControllerPorts(80, 443, 80, "/nginx-health"),
    "traefik": ControllerPorts(8000, 8443, 8080, "/ping"),
    "haproxy": ControllerPorts(8080, 8443, 1042, "/healthz"),
    "ingress-nginx": ControllerPorts(80, 443, 10254, "/healthz"),
}
"""By the charts' own defaults."""

RETIRED: Final[dict[Controller, str]] = {
    "ingress-nginx": (
        "the community's ingress-nginx is retired: since March 2026 it gets no release, no bug "
        "fix and no security fix (https://www.kubernetes.io/blog/2025/11/11/"
        "ingress-nginx-retirement/); nginx, traefik and haproxy are maintained"
    )
}
"""Controllers that nobody maintains, and who says so."""


class TraefikAcme(Settings):
    """Traefik's own Let's Encrypt client with TLS-ALPN-01, a challenge that cert-manager lacks.

    The certificates are in one file on one volume, so that Traefik runs as a single pod, and TLS
    has to reach it: with a Network Load Balancer that passes TLS through.
    """

    enabled: bool = False
    """Use it. Ingresses ask for it with the annotation
    `traefik.ingress.kubernetes.io/router.tls.certresolver: letsencrypt`."""

    email: EmailAddress | None = None
    """Where Let's Encrypt can reach you."""

    staging: bool = False
    """Use Let's Encrypt's staging, whose certificates no browser trusts, to try it out."""


class IngressSettings(AddonSettings):
    """The ingress controller behind the front door."""

    controller: Controller = "nginx"
    """`nginx` is F5's maintained NGINX controller, `traefik` and `haproxy` are alternatives.
    `ingress-nginx` is the community's retired one, for migrations only. The front door's target
    groups follow it."""

    min_replicas: Annotated[int, Field(ge=1, le=100)] | None = None
    """Fewest pods. Default: one in each Availability Zone, and two at least."""

    max_replicas: Annotated[int, Field(ge=1, le=100)] = 12
    """Most pods."""

    target_cpu_utilization: Annotated[int, Field(ge=10, le=95)] = 70
    """Share of the requested CPU in use, in percent, that the number of pods follows."""

    default_class: bool = True
    """Serve Ingresses that name no class."""

    minimum_tls_version: Literal["1.2", "1.3"] = "1.3"
    """Oldest TLS version that the controller speaks. A load balancer that terminates TLS speaks 1.3
    with it when `edge.minimum_tls_version` lets it."""

    certificate_issuer: ObjectName = INTERNAL_ISSUER
    """ClusterIssuer of the certificate for names that have none of their own: `internal-ca`,
    `letsencrypt-staging` or `letsencrypt-production`. Load balancers that encrypt anew accept any.
    Let's Encrypt has to be able to prove `edge.domain_names` with DNS-01, because the controller
    waits for the certificate."""

    traefik_acme: TraefikAcme = TraefikAcme()
    """Traefik's own Let's Encrypt client."""

    @property
    def class_name(self) -> str:
        """Name of the IngressClass."""
        return "nginx" if self.controller == "ingress-nginx" else self.controller
