"""`platform.ingress`: the ingress controller."""

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import Field

from config.addon_settings import AddonSettings
from config.settings import Settings
from config.types.email import EmailAddress
from config.types.kubernetes import ObjectName

Controller = Literal["nginx", "traefik", "haproxy", "ingress-nginx"]

INTERNAL_ISSUER: Final = "internal-ca"
"""The ClusterIssuer of the platform's internal CA."""


@dataclass(frozen=True)
class ControllerPorts:
    """Container ports and health check of a controller.

    Attributes:
        health_check_path: returns status 200 for any host.
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
"""The defaults of the charts."""

RETIRED: Final[dict[Controller, str]] = {
    "ingress-nginx": (
        "the community's ingress-nginx is retired: since March 2026 it gets no release, no bug "
        "fix and no security fix (https://www.kubernetes.io/blog/2025/11/11/"
        "ingress-nginx-retirement/); nginx, traefik and haproxy are maintained"
    )
}
"""Controllers that are no longer maintained, and the source of that."""


class TraefikAcme(Settings):
    """Traefik's own ACME client with TLS-ALPN-01, which cert-manager does not support.

    Traefik stores the certificates in a file on one volume, so that it runs as a single pod. It
    needs a Network Load Balancer with TLS passthrough.
    """

    enabled: bool = False
    """Enable it. Ingresses select it with the annotation
    `traefik.ingress.kubernetes.io/router.tls.certresolver: letsencrypt`."""

    email: EmailAddress | None = None
    """E-mail address of the Let's Encrypt account."""

    staging: bool = False
    """Use the staging environment of Let's Encrypt, whose certificates browsers do not trust."""


class IngressSettings(AddonSettings):
    """The ingress controller behind the front door."""

    controller: Controller = "nginx"
    """`nginx` is the maintained NGINX controller of F5; `traefik` and `haproxy` are alternatives.
    `ingress-nginx` is the retired controller of the Kubernetes community, for migrations only. The
    load balancer's target groups use the ports of the controller."""

    min_replicas: Annotated[int, Field(ge=1, le=100)] | None = None
    """Minimum replicas. Default: one in each Availability Zone, and at least two."""

    max_replicas: Annotated[int, Field(ge=1, le=100)] = 12
    """Maximum replicas."""

    target_cpu_utilization: Annotated[int, Field(ge=10, le=95)] = 70
    """Target CPU utilization of the HorizontalPodAutoscaler, in percent of the requests."""

    default_class: bool = True
    """Make it the default IngressClass."""

    minimum_tls_version: Literal["1.2", "1.3"] = "1.3"
    """Minimum TLS version of the controller. A load balancer that terminates TLS uses 1.3 to
    connect to it if `edge.minimum_tls_version` allows 1.3."""

    certificate_issuer: ObjectName = INTERNAL_ISSUER
    """ClusterIssuer of the default certificate: `internal-ca`, `letsencrypt-staging` or
    `letsencrypt-production`. Load balancers that re-encrypt accept any certificate. Let's Encrypt
    must be able to validate `edge.domain_names` with DNS-01, because the controller waits for the
    certificate."""

    traefik_acme: TraefikAcme = TraefikAcme()
    """Traefik's own ACME client."""

    @property
    def class_name(self) -> str:
        """Name of the IngressClass."""
        return "nginx" if self.controller == "ingress-nginx" else self.controller
