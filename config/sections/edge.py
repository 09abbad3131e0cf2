"""The `edge` section: the front door of the platform, owned by Terraform."""

from typing import Annotated, Literal

from pydantic import Field

from config.sections.network import SubnetCidrs
from config.settings import Settings
from config.types.aws import Cidr, RetentionDays
from config.types.edge import (
    CertificateArn,
    DomainName,
    HealthCheckPath,
    HostedZoneId,
    Port,
    RuleGroup,
    RuleName,
    ZoneName,
)

TargetGroup = Literal["http", "https"]

Tls = Literal["terminated", "passed_through", "none"]


class Targets(Settings):
    """The pods behind the load balancer, where they are not the ingress controller's.

    Default of each: where the chosen ingress controller listens, which is 80, 443, 80 and
    /nginx-health with `nginx`.
    """

    http_port: Port | None = None
    """Port of plain HTTP: ACME challenges, and everything where there is no certificate."""

    https_port: Port | None = None
    """Port of HTTPS."""

    health_check_port: Port | None = None
    """Port of the health check, which is always plain HTTP."""

    health_check_path: HealthCheckPath | None = None
    """Path of the health check, which has to answer with status 200 whatever the host is."""


class HostedZone(Settings):
    """The Route 53 zone that the platform's names are in. It exists already."""

    id: HostedZoneId
    """Id of the zone."""

    name: ZoneName
    """Name of the zone."""

    private: bool = False
    """The zone answers inside its VPCs only. ACM cannot validate a certificate through it."""


class AccessLogs(Settings):
    """The load balancer's log of requests, in a bucket of its own."""

    enabled: bool = True
    """Keep the log. AWS writes none for an NLB that passes TLS through; there the VPC's flow logs
    have to do."""

    retention_days: Annotated[int, Field(ge=1, le=3653)] = 365
    """Days that the log is kept."""


class Nlb(Settings):
    """What only a Network Load Balancer has."""

    tls: Literal["passthrough", "terminate"] = "passthrough"
    """Pass TLS through to the pods, whose certificate the user then sees, or terminate it with the
    certificate of ACM and encrypt anew."""

    cross_zone: bool = True
    """Spread connections over the pods of all zones. AWS charges for traffic between zones; without
    it a zone's share of the users reaches that zone's pods only."""


class Waf(Settings):
    """A web application firewall in front of the Application Load Balancer."""

    enabled: bool = False
    """Put it there."""

    mode: Literal["block", "count"] = "block"
    """Block what the rules match, or only count it, to see what they would do."""

    rule_groups: list[RuleGroup] = ["common", "known_bad_inputs", "ip_reputation", "sql"]
    """Rule groups that AWS manages and keeps up to date."""

    count_rules: dict[RuleGroup, list[RuleName]] = {}
    """Single rules of a group that only count, for example `common: [SizeRestrictions_BODY]` where
    users upload files."""

    rate_limit: Annotated[int, Field(ge=10, le=2_000_000_000)] | None = 2000
    """Requests of one address within five minutes above which it is blocked; null for no limit."""

    log_retention_days: RetentionDays = 365
    """Days that the log of requests which a rule matched or did not is kept."""


class Inspection(Settings):
    """A Gateway Load Balancer for firewall appliances, with an endpoint in each zone.

    What is made: the load balancer, its target group, the endpoint service, and in each zone a
    subnet, its route table and the endpoint. What is not made: the appliances, which are registered
    with the target group from outside, and the routes that send traffic through the endpoints.
    Until there are routes nothing is inspected. docs/edge.md lists them.
    """

    enabled: bool = False
    """Make it."""

    subnets: SubnetCidrs = {}
    """CIDR block of each zone's endpoint subnet, by the zone's letter. A /28 is enough."""

    target_type: Literal["instance", "ip"] = "instance"
    """How appliances are registered: by instance or by address. A change replaces the target
    group."""

    health_check_port: Port = 80
    """TCP port on which an appliance says that it lives."""


class Edge(Settings):
    """The load balancer between the internet and the ingress controller, its certificate and names.

    With a hosted zone or a certificate the load balancer speaks HTTPS and redirects HTTP to it.
    With neither, an Application Load Balancer speaks plain HTTP, under the name that AWS gives it:
    enough to try the platform without a domain, and nothing for real users.
    """

    enabled: bool = True
    """Make the front door. Switching it off takes the load balancer away: apply the cluster stack
    before the edge stack then, because the nodes' rules name the load balancer's group."""

    load_balancer: Literal["alb", "nlb"] = "alb"
    """Application or Network Load Balancer. A change replaces it, and its DNS name."""

    cidrs: Annotated[list[Cidr], Field(min_length=1, max_length=25)] = Field(
        default=["0.0.0.0/0"],  # pyright: ignore[reportAssignmentType]
        validate_default=True,
    )
    """Address blocks that may reach ports 80 and 443. Let's Encrypt's HTTP-01 challenge comes from
    anywhere; with narrower blocks use DNS-01."""

    targets: Targets = Targets()
    """Ports and health check of the ingress controller's pods."""

    hosted_zone: HostedZone | None = None
    """The zone for alias records and, unless `certificate_arn` is given, for the validation of a
    certificate."""

    domain_names: list[DomainName] = []
    """Names in the zone that lead to the load balancer; its certificate is for them."""

    certificate_arn: CertificateArn | None = None
    """A certificate of yours, in the account and region of the load balancer, instead of one for
    `domain_names`."""

    minimum_tls_version: Literal["1.2", "1.3"] = "1.3"
    """Oldest TLS version that the load balancer speaks with users: a browser from before 2019 needs
    1.2."""

    idle_timeout_seconds: Annotated[int, Field(ge=1, le=4000)] = 60
    """Seconds without a byte after which the Application Load Balancer closes a connection. The
    ingress controller waits as long for an answer, a minute at least."""

    deregistration_delay_seconds: Annotated[int, Field(ge=0, le=3600)] = 30
    """Seconds that a pod on its way out keeps its open requests."""

    deletion_protection: bool = False
    """Refuse to delete the load balancer, and to delete the access logs with their bucket. Apply
    `false` before a destroy."""

    access_logs: AccessLogs = AccessLogs()
    """The load balancer's log of requests."""

    nlb: Nlb = Nlb()
    """What only a Network Load Balancer has."""

    waf: Waf = Waf()
    """A web application firewall."""

    inspection: Inspection = Inspection()
    """A Gateway Load Balancer for firewall appliances."""

    @property
    def requests_certificate(self) -> bool:
        """Whether Terraform asks ACM for a certificate."""
        public = self.hosted_zone is not None and not self.hosted_zone.private
        return public and self.certificate_arn is None and not self._passes_tls_through

    @property
    def tls(self) -> Tls:
        """Where TLS of the users ends: at the load balancer, at the pods, or nowhere."""
        if self._passes_tls_through:
            return "passed_through"
        has_certificate = self.certificate_arn is not None or self.requests_certificate
        return "terminated" if has_certificate else "none"

    @property
    def target_groups(self) -> tuple[TargetGroup, ...]:
        """The target groups that there are; without TLS there is none for HTTPS."""
        return ("http",) if self.tls == "none" else ("http", "https")

    @property
    def writes_access_logs(self) -> bool:
        """Whether the load balancer writes an access log.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html
        """
        return self.access_logs.enabled and not self._passes_tls_through

    @property
    def _passes_tls_through(self) -> bool:
        return self.load_balancer == "nlb" and self.nlb.tls == "passthrough"
