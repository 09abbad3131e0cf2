"""The `routing` section: how requests reach the regions of a platform in several regions."""

from typing import Annotated, Final, Literal

from pydantic import Field

from config.settings import Settings
from config.types.aws import Region
from config.types.email import EmailAddress

CheckerRegion = Literal[
    "us-east-1",
    "us-west-1",
    "us-west-2",
    "eu-west-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-northeast-1",
    "sa-east-1",
]
"""Regions in which Route 53 has health checkers.
https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html"""

Weight = Annotated[int, Field(ge=0, le=255)]

DEFAULT_WEIGHT: Final = 100


class HealthCheck(Settings):
    """How Route 53 decides whether a region can serve requests.

    It requests the ingress controller's health check over plain HTTP: the checkers do not support
    TLS 1.3, and a redirect to HTTPS would count as healthy without any pod.
    """

    interval_seconds: Literal[10, 30] = 10
    """Seconds between two requests of one checker. AWS charges more for 10."""

    failure_threshold: Annotated[int, Field(ge=1, le=10)] = 3
    """Number of consecutive requests after which a checker changes its result."""

    regions: Annotated[list[CheckerRegion], Field(min_length=3)] = [
        "eu-west-1",
        "us-east-1",
        "ap-southeast-1",
    ]
    """Where the checkers are, three or more."""


class Routing(Settings):
    """DNS records, health checks and certificates of a platform in several regions."""

    policy: Literal["none", "failover", "latency", "weighted", "accelerator"] = "none"
    """How requests are distributed. `failover`: to the primary region as long as it is healthy;
    `latency`: to the healthy region with the lowest latency; `weighted`: by `weights`;
    `accelerator`: AWS Global Accelerator, with the same two addresses for all regions. A change
    interrupts nothing. `none`: each region has domain names of its own."""

    primary: Region | None = None
    """The region that serves requests with `failover`. Default: the first of `regions`."""

    weights: dict[Region, Weight] = {}
    """Share of each region's requests with `weighted`, and its traffic dial in percent with
    `accelerator`. Default: 100 for each."""

    state_region: Region | None = None
    """The region with the routing stack, and with the records that validate certificates: one that
    works when the primary does not. Default: the last of `regions`. Set it before you add a region:
    a change moves these states (docs/regions.md)."""

    health_check: HealthCheck = HealthCheck()
    """The health check of each region."""

    emails: Annotated[list[EmailAddress], Field(max_length=10)] = []
    """E-mail addresses that are notified when a region becomes unhealthy or healthy."""

    adopt_records: bool = False
    """Overwrite existing records of `edge.domain_names` and of their certificate's validation: set
    it once, for the apply that moves an environment which serves these names to `regions`."""
