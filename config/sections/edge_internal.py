"""`edge.internal`: a second load balancer, which only the VPC and connected networks reach."""

from typing import Annotated

from pydantic import Field

from config.sections.edge_load_balancers import (
    LoadBalancerType,
    Nlb,
    TargetGroup,
    Tls,
    passes_tls_through,
    target_groups,
)
from config.settings import Settings
from config.types.aws import Cidr
from config.types.edge import (
    CertificateArn,
    CertificateAuthorityArn,
    DomainName,
    HostedZoneId,
    ZoneName,
)

PRIVATE_BLOCKS = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")


class PrivateZone(Settings):
    """The private Route 53 zone of the internal domain names."""

    id: HostedZoneId | None = None
    """Id of an existing private zone. Without it the edge stack creates the zone, for this VPC."""

    name: ZoneName
    """Name of the zone."""


class ValidationZone(Settings):
    """An existing public zone, in which ACM validates a public certificate."""

    id: HostedZoneId
    """Id of the zone."""

    name: ZoneName
    """Name of the zone: that of the internal names or of a domain above them."""


class InternalLoadBalancer(Settings):
    """A load balancer in the private subnets, with an ingress controller of its own.

    Its IngressClass has the name of the public one with `-internal` at the end. It has the TLS
    version, timeouts, targets, access logs and protection of `edge`. With `edge.enabled: false` it
    is the only load balancer. Its certificate is `certificate_arn`, one of
    `certificate_authority_arn`, or one that ACM validates in `validation_zone`.
    """

    enabled: bool = False
    """Create it. Apply `false` to the platform stack before the edge stack (docs/edge.md)."""

    load_balancer: LoadBalancerType = "alb"
    """Application or Network Load Balancer. A change replaces it and its DNS name."""

    cidrs: Annotated[list[Cidr], Field(min_length=1, max_length=25)] = Field(
        default=list(PRIVATE_BLOCKS),  # pyright: ignore[reportAssignmentType]
        validate_default=True,
    )
    """Address blocks that may reach ports 80 and 443: the VPC's own and those of connected
    networks. Default: the private blocks of RFC 1918."""

    hosted_zone: PrivateZone | None = None
    """The private zone for alias records, of applications too if `platform.external_dns` is
    enabled."""

    domain_names: list[DomainName] = []
    """Names in the zone that resolve to the load balancer, and the names of its certificate. None
    is one of `edge.domain_names`."""

    certificate_arn: CertificateArn | None = None
    """An existing certificate in the account and region of the load balancer."""

    certificate_authority_arn: CertificateAuthorityArn | None = None
    """A certificate authority of AWS Private CA, which issues a certificate for `domain_names`."""

    validation_zone: ValidationZone | None = None
    """A public zone, in which ACM validates a public certificate for `domain_names`."""

    plain_http: bool = False
    """Serve plain HTTP with an Application Load Balancer that has no certificate."""

    nlb: Nlb = Nlb()
    """Settings of a Network Load Balancer."""

    @property
    def creates_zone(self) -> bool:
        """Whether the edge stack creates the private zone."""
        return self.enabled and self.hosted_zone is not None and self.hosted_zone.id is None

    @property
    def requests_certificate(self) -> bool:
        """Whether Terraform requests a certificate from ACM."""
        source = self.validation_zone or self.certificate_authority_arn
        return source is not None and self.tls == "terminated" and self.certificate_arn is None

    @property
    def tls(self) -> Tls:
        """Where TLS is terminated: at the load balancer, at the pods, or nowhere."""
        if passes_tls_through(self.load_balancer, self.nlb):
            return "passed_through"
        given = self.certificate_arn or self.certificate_authority_arn or self.validation_zone
        return "none" if given is None else "terminated"

    @property
    def target_groups(self) -> tuple[TargetGroup, ...]:
        """The target groups."""
        return target_groups(self.tls)
