"""NAT gateways: internet access of the private subnets."""

from cdktf_cdktf_provider_aws.eip import Eip
from cdktf_cdktf_provider_aws.nat_gateway import NatGateway
from constructs import Construct

from config.environment import Environment
from modules.network.subnets import SubnetTier
from modules.network.vpc import Vpc


class NatGateways:
    """One NAT gateway in each zone, a single or regional one for all, or none (A6).

    Attributes:
        by_zone: the gateway of each zone's private subnet, by zone letter.
        addresses: the Elastic IP of each zonal gateway, by zone letter; AWS assigns those of a
            regional gateway.
    """

    def __init__(
        self, scope: Construct, environment: Environment, vpc: Vpc, public: SubnetTier
    ) -> None:
        """Makes the gateways of `network.nat`.

        A single gateway is in `network.nat_zone`, by default the first of
        `network.availability_zones`.
        """
        self._scope, self._environment, self._vpc, self._public = scope, environment, vpc, public
        self.addresses: dict[str, Eip] = {}
        zones = environment.network.availability_zones
        zone = environment.network.nat_zone or zones[0]
        match environment.network.nat:
            case "per_az":
                self.by_zone = {zone: self._zonal(zone) for zone in sorted(zones)}
            case "single":
                self.by_zone = dict.fromkeys(sorted(zones), self._zonal(zone))
            case "regional":
                self.by_zone = dict.fromkeys(sorted(zones), self._regional())
            case "none":
                self.by_zone = {}

    def _zonal(self, zone: str) -> NatGateway:
        name = f"{self._environment.name}-nat-{zone}"
        address = Eip(self._scope, f"nat_{zone}_address", domain="vpc", tags={"Name": name})
        self.addresses[zone] = address
        return NatGateway(
            self._scope,
            f"nat_{zone}",
            subnet_id=self._public.ids[zone],
            allocation_id=address.id,
            tags={"Name": name},
            # https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
            depends_on=[self._vpc.internet_gateway],
        )

    def _regional(self) -> NatGateway:
        # https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
        return NatGateway(
            self._scope,
            "nat_regional",
            availability_mode="regional",
            vpc_id=self._vpc.id,
            tags={"Name": f"{self._environment.name}-nat"},
            depends_on=[self._vpc.internet_gateway],
        )
