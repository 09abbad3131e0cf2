"""The `network` section: the VPC, its subnets, NAT gateways and endpoints."""

from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from config.reading.form import Form
from config.sections.network_existing import ExistingNetwork
from config.settings import Settings
from config.types.aws import Cidr, RetentionDays, ZoneLetter

SubnetPrefixLength = Annotated[int, Field(ge=16, le=28)]

SubnetCidrs = dict[ZoneLetter, Cidr]

EndpointService = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{1,62}$"),
    Form("the name of an interface endpoint's service without its region prefix"),
]


class Subnets(Settings):
    """The subnets of one tier, one in each Availability Zone."""

    cidrs: SubnetCidrs = {}
    """CIDR blocks by zone letter. Default: those of the IP plan."""


class PrivateSubnets(Subnets):
    """The private subnets, for nodes, internal load balancers and interface endpoints."""

    prefix_length: SubnetPrefixLength | None = None
    """Prefix length of each private subnet. Default: 8 more than that of the VPC, for example /24
    in a /16."""


class ControlPlaneSubnets(Subnets):
    """The subnets of the control plane's network interfaces."""

    zones: Annotated[list[ZoneLetter], Field(max_length=6)] = []
    """Zone letters, two or more. EKS never changes the zones of a cluster: before you add a zone to
    an environment, name those that it has. Default: all zones of the VPC."""


class PodSubnets(Subnets):
    """The subnets of pods, which the VPC CNI finds by their tags."""

    secondary_cidr: Cidr | None = None
    """A secondary CIDR block of the VPC for these subnets, /16 to /28, within 100.64.0.0/10,
    198.19.0.0/16 or the private range of `cidr`. Default: the subnets are in `cidr`. Traffic of
    pods to addresses outside the VPC has the address of their node, so that 100.64.0.0/10 needs no
    route anywhere else."""

    prefix_length: SubnetPrefixLength | None = None
    """Prefix length of each pod subnet. Default: 2 more than that of its block, for example /18 in
    a /16, which is enough for the zones a, b and c of `cidr`, or a to d of `secondary_cidr`."""

    prefix_reservation: Literal["none", "half", "three_quarters"] = "three_quarters"
    """Share of each pod subnet that is reserved for the /28 prefixes of the VPC CNI, so that single
    addresses do not fragment it."""


class FlowLogs(Settings):
    """VPC flow logs in an encrypted CloudWatch log group."""

    enabled: bool | None = None
    """Create flow logs. Default: true, and false in an existing VPC, whose owner decides."""

    traffic: Literal["ALL", "ACCEPT", "REJECT"] = "ALL"
    """Traffic to record."""

    retention_days: RetentionDays = 365
    """Retention of the records, in days."""


class Network(Settings):
    """The VPC: five tiers of subnets in two to six Availability Zones."""

    existing: ExistingNetwork | None = None
    """A VPC that others made. The settings of the VPC, its subnets and NAT gateways are left out
    then. Default: the network stack makes a VPC."""

    cidr: Annotated[Cidr, Field()] = Field(default="10.0.0.0/16", validate_default=True)  # pyright: ignore[reportAssignmentType]
    """CIDR block of the VPC, /16 to /28. Recommended: within 10.0.0.0/8, 172.16.0.0/12,
    192.168.0.0/16 or 100.64.0.0/10."""

    availability_zones: Annotated[list[ZoneLetter], Field(min_length=2, max_length=6)] = [
        "a",
        "b",
        "c",
    ]
    """Letters of the Availability Zones. A zone's addresses depend on its letter alone, so that
    adding a zone does not change others. The letters that exist depend on the region, and in the
    oldest regions, such as us-west-1 and ap-northeast-1, on the account: `aws ec2
    describe-availability-zones` lists them."""

    public_subnets: Subnets = Subnets()
    """The public subnets, for load balancers and NAT gateways."""

    private_subnets: PrivateSubnets = PrivateSubnets()
    """The private subnets, for nodes, internal load balancers and interface endpoints."""

    database_subnets: Subnets = Subnets()
    """The database subnets, which have no route to the internet."""

    control_plane_subnets: ControlPlaneSubnets = ControlPlaneSubnets()
    """The /28 subnets of the control plane's network interfaces. A change moves the interfaces;
    EKS accepts it in the same zones only."""

    pods: PodSubnets = PodSubnets()
    """The subnets of pods."""

    nat: Literal["per_az", "single", "regional", "none"] = "per_az"
    """NAT gateways: one in each zone; a single one for all zones, which is cheaper, but the failure
    of its zone interrupts internet access of all; one regional gateway for all zones (AWS provider
    6.24 or newer); or none, with `interface_endpoints: private_cluster`. Without NAT the cluster
    stack makes the instance profile of Karpenter's nodes, because IAM has no VPC endpoint, and
    Let's Encrypt cannot be used."""

    nat_zone: ZoneLetter | None = None
    """Zone letter of a `single` NAT gateway. A change replaces the gateway and its public address.
    Default: the first of `availability_zones`, so that inserting another first zone replaces the
    gateway."""

    interface_endpoints: Literal["none", "private_cluster"] = "none"
    """`private_cluster` creates endpoints for all AWS services that nodes need without internet
    access."""

    additional_interface_endpoints: list[EndpointService] = []
    """Additional services with an interface endpoint, for example `sns` or `athena`. The endpoint
    of `s3` is for networks outside the VPC; inside it, names still resolve to the gateway endpoint,
    which is free. The endpoint of `dynamodb` has no private DNS: use its own DNS names."""

    flow_logs: FlowLogs = FlowLogs()
    """VPC flow logs."""

    @property
    def cidrs(self) -> tuple[IPv4Network, ...]:
        """The CIDR blocks of the VPC: the primary one, and others, such as that of pods."""
        if self.existing is not None:
            return tuple(self.existing.cidrs)
        secondary = self.pods.secondary_cidr
        return (self.cidr,) if secondary is None else (self.cidr, secondary)

    @property
    def primary_cidr(self) -> IPv4Network:
        """The primary CIDR block of the VPC."""
        return self.cidrs[0]

    @property
    def without_internet(self) -> str | None:
        """The setting by which private subnets do not reach the internet; None where they do."""
        if self.existing is not None:
            access = self.existing.internet_access
            return None if access else "network.existing.internet_access is false"
        return "network.nat is none" if self.nat == "none" else None

    @property
    def writes_flow_logs(self) -> bool:
        """Whether flow logs are made: by their own setting, else in a VPC of the network stack."""
        own = self.flow_logs.enabled
        return self.existing is None if own is None else own
