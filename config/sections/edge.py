"""The `edge` section: the load balancer of the platform, its certificate and DNS records."""

from typing import Annotated, Literal

from pydantic import Field

from config.sections.edge_internal import InternalLoadBalancer
from config.sections.edge_load_balancers import (
    LoadBalancerType,
    Nlb,
    TargetGroup,
    Tls,
    passes_tls_through,
    target_groups,
)
from config.sections.network import SubnetCidrs
from config.settings import Settings
from config.types.aws import Cidr, EnvironmentName, RetentionDays
from config.types.edge import (
    CertificateArn,
    DomainName,
    HealthCheckPath,
    HostedZoneId,
    HttpHeader,
    Port,
    RuleGroup,
    RuleName,
    ZoneName,
)


class Targets(Settings):
    """The pods behind the load balancer, if they are not those of the ingress controller.

    Defaults: the ports and the path of the chosen ingress controller, which are 80, 443, 80 and
    /nginx-health for `nginx`.
    """

    http_port: Port | None = None
    """Port for plain HTTP: ACME challenges, and all requests if there is no certificate."""

    https_port: Port | None = None
    """Port for HTTPS."""

    health_check_port: Port | None = None
    """Port of the health check, which always uses plain HTTP."""

    health_check_path: HealthCheckPath | None = None
    """Path of the health check, which must return status 200 for any host."""


class HostedZone(Settings):
    """The existing Route 53 zone of the platform's domain names."""

    id: HostedZoneId
    """Id of the zone."""

    name: ZoneName
    """Name of the zone."""

    private: bool = False
    """The zone is private, so that ACM cannot validate certificates with it."""


class AccessLogs(Settings):
    """Access logs of the load balancer, in a separate bucket."""

    enabled: bool = True
    """Write access logs. AWS writes none for an NLB with TLS passthrough; use the VPC flow logs
    there."""

    retention_days: Annotated[int, Field(ge=1, le=3653)] = 365
    """Retention of the logs, in days."""


class Waf(Settings):
    """AWS WAF for the Application Load Balancer."""

    enabled: bool = False
    """Create the web ACL."""

    mode: Literal["block", "count"] = "block"
    """Block requests that match a rule, or only count them, for a trial."""

    rule_groups: list[RuleGroup] = ["common", "known_bad_inputs", "ip_reputation", "sql"]
    """AWS managed rule groups."""

    count_rules: dict[RuleGroup, list[RuleName]] = {}
    """Rules of a group that only count, for example `common: [SizeRestrictions_BODY]` if users
    upload files."""

    rate_limit: Annotated[int, Field(ge=10, le=2_000_000_000)] | None = 2000
    """Maximum requests from one IP address in five minutes; null for no limit."""

    log_retention_days: RetentionDays = 365
    """Retention of the web ACL logs, in days."""


class Inspection(Settings):
    """A Gateway Load Balancer for firewall appliances, with an endpoint in each zone.

    Created: the load balancer, its target group, the endpoint service, and in each zone a subnet,
    its route table, the endpoint, and a route table of the public subnet. Not created: the
    appliances, which you register with the target group. Traffic is inspected with `routes: true`.
    """

    enabled: bool = False
    """Create these resources."""

    subnets: SubnetCidrs = {}
    """CIDR blocks of the endpoint subnets, by zone letter. A /28 is sufficient."""

    target_type: Literal["instance", "ip"] = "instance"
    """How appliances are registered: by instance or by IP address. A change replaces the target
    group."""

    health_check_port: Port = 80
    """TCP port of the appliances' health check."""

    routes: bool = False
    """Route traffic between the internet and the public subnets through the endpoints. Set `true`
    when the target group has healthy appliances: without them AWS drops this traffic, which
    includes that of the NAT gateways."""


class Edge(Settings):
    """The load balancer in front of the ingress controller (the front door).

    With a hosted zone or a certificate the load balancer serves HTTPS and redirects HTTP to it.
    With neither, an Application Load Balancer is refused unless `plain_http` is true.
    """

    enabled: bool = True
    """Create the public load balancer. Apply `false` to the platform stack before the edge stack:
    the platform stack has the nodes' security group rules that refer to the load balancer's
    security group, and the bindings to its target groups (docs/edge.md)."""

    plain_http: bool = False
    """Serve plain HTTP under the AWS DNS name of an Application Load Balancer, if there is neither
    a hosted zone nor a certificate: for trials without a domain, not for production."""

    load_balancer: LoadBalancerType = "alb"
    """Application or Network Load Balancer. A change replaces it and its DNS name."""

    cidrs: Annotated[list[Cidr], Field(min_length=1, max_length=25)] = Field(
        default=["0.0.0.0/0"],  # pyright: ignore[reportAssignmentType]
        validate_default=True,
    )
    """Address blocks that may reach ports 80 and 443. Let's Encrypt sends HTTP-01 challenges from
    any address; with narrower blocks use DNS-01."""

    targets: Targets = Targets()
    """Ports and health check of the ingress controller's pods."""

    hosted_zone: HostedZone | None = None
    """The zone for alias records and, unless `certificate_arn` is set, for certificate
    validation."""

    domain_names: list[DomainName] = []
    """Names in the zone that resolve to the load balancer, and the names of its certificate."""

    certificate_arn: CertificateArn | None = None
    """An existing certificate in the account and region of the load balancer, instead of a new one
    for `domain_names`."""

    owner: EnvironmentName | None = None
    """The environment whose load balancer this one uses instead of one of its own, for blue/green
    deployments of whole clusters. Its file is in the same folder, its `edge.weights` name this
    environment, and both are in one VPC (docs/blue-green.md)."""

    weights: Annotated[
        dict[EnvironmentName, Annotated[int, Field(ge=0, le=999)]], Field(max_length=5)
    ] = {}
    """The environments behind this load balancer, this one among them, each with the weight of its
    target groups: its share of the requests is its weight divided by the sum. Those with weight 0
    get none. Default: this environment alone."""

    test_header: HttpHeader | None = None
    """A request header whose value is the name of one of the environments of `edge.weights`: such
    requests go to that environment, whatever its weight. For tests of a cluster before it gets
    requests; anyone who may reach the load balancer can send it."""

    minimum_tls_version: Literal["1.2", "1.3"] = "1.3"
    """Minimum TLS version for clients. Browsers from before 2019 need 1.2."""

    idle_timeout_seconds: Annotated[int, Field(ge=1, le=4000)] = 60
    """Seconds without data after which the Application Load Balancer closes a connection. The
    ingress controller waits as long for a response, and at least one minute."""

    deregistration_delay_seconds: Annotated[int, Field(ge=0, le=3600)] = 30
    """Seconds that a terminating pod has to complete open requests."""

    deletion_protection: bool | None = None
    """Let AWS refuse to delete the load balancers, and Terraform to destroy them and the bucket of
    the access logs. Without it a destroy deletes both. Apply `false` before a destroy. Default: the
    value of `cluster.deletion_protection`."""

    zonal_shift: bool = False
    """Let Amazon Application Recovery Controller shift traffic of the load balancer away from an
    impaired zone."""

    access_logs: AccessLogs = AccessLogs()
    """Access logs of the load balancer."""

    nlb: Nlb = Nlb()
    """Settings of a Network Load Balancer."""

    waf: Waf = Waf()
    """AWS WAF."""

    inspection: Inspection = Inspection()
    """A Gateway Load Balancer for firewall appliances."""

    internal: InternalLoadBalancer = InternalLoadBalancer()
    """A second load balancer, in the private subnets."""

    @property
    def inspects(self) -> bool:
        """Whether there is a Gateway Load Balancer."""
        return self.enabled and self.inspection.enabled

    @property
    def requests_certificate(self) -> bool:
        """Whether Terraform requests a certificate from ACM."""
        public = self.hosted_zone is not None and not self.hosted_zone.private
        return public and self.certificate_arn is None and not self._passes_tls_through

    @property
    def tls(self) -> Tls:
        """Where TLS is terminated: at the load balancer, at the pods, or nowhere."""
        if self._passes_tls_through:
            return "passed_through"
        has_certificate = self.certificate_arn is not None or self.requests_certificate
        return "terminated" if has_certificate else "none"

    @property
    def target_groups(self) -> tuple[TargetGroup, ...]:
        """The target groups; without TLS there is none for HTTPS."""
        return target_groups(self.tls)

    @property
    def _passes_tls_through(self) -> bool:
        return passes_tls_through(self.load_balancer, self.nlb)
