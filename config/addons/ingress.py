"""`platform.ingress`: the ingress controller."""

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import Field

from config.addon_settings import AddonSettings
from config.settings import Settings
from config.types.edge import DomainName
from config.types.email import EmailAddress
from config.types.kubernetes import ChartVersion, Namespace, ObjectName

Controller = Literal["nginx", "traefik", "haproxy", "ingress-nginx", "envoy-gateway"]

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
    # Envoy listens 10,000 above ports below 1024. Its readiness has a port of its own, so that no
    # path of an application is taken for it.
    # https://github.com/envoyproxy/gateway/blob/v1.9.0/internal/xds/bootstrap/bootstrap.go
    "envoy-gateway": ControllerPorts(10080, 10443, 19003, "/ready"),
}
"""The defaults of the charts."""

WITH_GATEWAY: Final[tuple[Controller, ...]] = ("traefik", "envoy-gateway")
"""Controllers that serve the Gateway API."""

GATEWAY_ONLY: Final[tuple[Controller, ...]] = ("envoy-gateway",)
"""Controllers that serve nothing else: they read no Ingress."""

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


class GatewayApi(Settings):
    """The Gateway API: a Gateway behind the front door, to which teams attach their routes.

    Needs `controller: traefik`, which serves Ingresses beside it, or `controller: envoy-gateway`.
    `make fetch-charts` makes the chart of its CRDs of a file of its release, once.
    """

    enabled: bool = False
    """Install the CRDs of its standard channel, and a GatewayClass and a Gateway."""

    version: ChartVersion | None = None
    """Version of the Gateway API, 1.6.0 or newer. Default: the version in config/versions.yaml."""

    hosts: list[DomainName] = []
    """Host names with a listener and a certificate of `certificate_issuer` of their own, where the
    default certificate does not have them."""

    namespaces: list[Namespace] = []
    """Namespaces whose routes the Gateway accepts, besides those of teams and of the platform."""


class IngressSettings(AddonSettings):
    """The ingress controller behind the front door."""

    controller: Controller = "nginx"
    """`nginx` is the maintained NGINX controller of F5; `traefik` and `haproxy` are alternatives.
    `envoy-gateway` serves the Gateway API and no Ingresses. `ingress-nginx` is the retired
    controller of the Kubernetes community, for migrations only. The load balancer's target groups
    use the ports of the controller."""

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

    gateway_api: GatewayApi = GatewayApi()
    """The Gateway API."""

    traefik_acme: TraefikAcme = TraefikAcme()
    """Traefik's own ACME client."""

    @property
    def class_name(self) -> str:
        """Name of the IngressClass, or of the GatewayClass of what reads no Ingress."""
        return "nginx" if self.controller == "ingress-nginx" else self.controller

    @property
    def has_gateway(self) -> bool:
        """Whether there is a Gateway."""
        return self.enabled and self.gateway_api.enabled

    @property
    def reads_ingresses(self) -> bool:
        """Whether the controller serves Ingresses."""
        return self.controller not in GATEWAY_ONLY
