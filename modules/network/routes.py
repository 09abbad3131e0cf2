"""Route tables: which subnets have internet access, and through which gateway."""

from collections.abc import Mapping
from typing import Final

from cdktf_cdktf_provider_aws.route import Route
from cdktf_cdktf_provider_aws.route_table import RouteTable
from cdktf_cdktf_provider_aws.route_table_association import RouteTableAssociation
from constructs import Construct

from config.derived.ip_plan import Tier
from config.environment import Environment
from modules.network.nat import NatGateways
from modules.network.subnets import SubnetTier
from modules.network.vpc import Vpc

INTERNET: Final = "0.0.0.0/0"


class RouteTables:
    """One table for the public subnets, and one per zone for private and for database subnets (A7).

    A zone's control-plane and pod subnets use the table of its private subnet, so that a route to
    another network leads from all of them. Database tables have no route to the internet (A4).
    Routes are separate resources, so that another stack can add a route to a table without
    conflict.

    Attributes:
        public: the table of all public subnets.
        private: the tables of the private, control-plane and pod subnets, by zone letter.
        database: the tables of the database subnets, by zone letter.
    """

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        vpc: Vpc,
        nat: NatGateways,
        tiers: Mapping[Tier, SubnetTier],
    ) -> None:
        self._scope, self._environment, self._vpc = scope, environment, vpc
        self.public = self._table("public")
        Route(
            scope,
            "public_internet",
            route_table_id=self.public.id,
            destination_cidr_block=INTERNET,
            gateway_id=vpc.internet_gateway.id,
        )
        for zone in tiers["public"].subnets:
            self._associate(tiers["public"], zone, self.public)
        self.private = self._tables(tiers["private"])
        for tier in (tiers["control_plane"], tiers["pods"]):
            for zone in tier.subnets:
                self._associate(tier, zone, self.private[zone])
        for zone, gateway in nat.by_zone.items():
            Route(
                scope,
                f"private_{zone}_internet",
                route_table_id=self.private[zone].id,
                destination_cidr_block=INTERNET,
                nat_gateway_id=gateway.id,
            )
        self.database = self._tables(tiers["database"])

    def _tables(self, tier: SubnetTier) -> dict[str, RouteTable]:
        tables = {zone: self._table(f"{tier.tier}_{zone}") for zone in tier.subnets}
        for zone, table in tables.items():
            self._associate(tier, zone, table)
        return tables

    def _table(self, key: str) -> RouteTable:
        name = f"{self._environment.name}-{key.replace('_', '-')}"
        return RouteTable(self._scope, f"{key}_routes", vpc_id=self._vpc.id, tags={"Name": name})

    def _associate(self, tier: SubnetTier, zone: str, table: RouteTable) -> None:
        RouteTableAssociation(
            self._scope,
            f"{tier.tier}_{zone}_association",
            subnet_id=tier.ids[zone],
            route_table_id=table.id,
        )
