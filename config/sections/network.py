"""The `network` section: the VPC, its subnets and their ways out."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from config.reading.form import Form
from config.settings import Settings
from config.types.aws import Cidr, RetentionDays, ZoneLetter

SubnetCidrs = dict[ZoneLetter, Cidr]

EndpointService = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{1,62}$"),
    Form("the name of an interface endpoint's service without its region prefix"),
]


class Subnets(Settings):
    """The subnets of one tier, one in each Availability Zone."""

    cidrs: SubnetCidrs = {}
    """CIDR block of each zone, by the zone's letter. Default: the address plan's own."""


class PrivateSubnets(Subnets):
    """The private subnets: nodes and pods live here."""

    prefix_length: Annotated[int, Field(ge=16, le=28)] | None = None
    """Size of each private subnet, as a prefix length. Default: 8 bits longer than the VPC's,
    the /24 of the reference plan in a /16."""

    prefix_reservation: Literal["none", "half", "three_quarters"] = "half"
    """Share of each private subnet that is kept for the VPC CNI's /28 prefixes, so that single
    addresses cannot fragment it."""


class FlowLogs(Settings):
    """VPC flow logs in an encrypted CloudWatch log group."""

    enabled: bool = True
    """Record the traffic of the VPC."""

    traffic: Literal["ALL", "ACCEPT", "REJECT"] = "ALL"
    """Which traffic to record."""

    retention_days: RetentionDays = 365
    """Days that the records are kept."""


class Network(Settings):
    """The VPC: three tiers of subnets in two to six Availability Zones."""

    cidr: Annotated[Cidr, Field()] = Field(default="10.0.0.0/16", validate_default=True)  # pyright: ignore[reportAssignmentType]
    """Address block of the VPC, a /16 to a /28. Recommended: within 10.0.0.0/8, 172.16.0.0/12,
    192.168.0.0/16 or 100.64.0.0/10."""

    availability_zones: Annotated[list[ZoneLetter], Field(min_length=2, max_length=6)] = [
        "a",
        "b",
        "c",
    ]
    """Letters of the Availability Zones. A zone's addresses depend on its letter alone, so that
    adding a zone changes no other. Which letters there are depends on the region, and in the oldest
    regions, such as us-west-1 and ap-northeast-1, on the account:
    `aws ec2 describe-availability-zones` lists yours."""

    public_subnets: Subnets = Subnets()
    """Load balancers and NAT gateways."""

    private_subnets: PrivateSubnets = PrivateSubnets()
    """Nodes and pods."""

    database_subnets: Subnets = Subnets()
    """Databases: no route to the internet."""

    nat: Literal["per_az", "single", "regional", "none"] = "per_az"
    """NAT gateways: one in each zone, a single one that all zones share (cheaper, and one zone's
    failure takes the internet from all), one regional gateway that follows the zones (AWS provider
    6.24 or newer), or none."""

    nat_zone: ZoneLetter | None = None
    """Letter of the zone that a `single` NAT gateway lives in. Another zone means another gateway,
    with another public address. Default: the first of `availability_zones`, so that a zone named
    before it moves the gateway."""

    interface_endpoints: Literal["none", "private_cluster"] = "none"
    """`private_cluster` gives the nodes every AWS service they need without the internet."""

    additional_interface_endpoints: list[EndpointService] = []
    """Further services that get an interface endpoint, for example `sns` or `athena`. That of `s3`
    stands beside the gateway endpoint and serves networks outside the VPC; inside it, names still
    lead to the gateway, which costs nothing. That of `dynamodb` is reached by its own names alone:
    AWS has no private DNS for it."""

    flow_logs: FlowLogs = FlowLogs()
    """VPC flow logs."""
