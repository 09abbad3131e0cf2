"""Route tables: which subnets have internet access, and through which gateway."""

from collections.abc import Mapping, Sequence
from typing import Final

from cdktf import TerraformResourceLifecycle
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

    With `edge.inspection` each zone's public subnet has a table of its own, with the same route to
    the internet gateway, so that the edge stack can add routes through the zone's endpoint. The
    common table stays, without a subnet: Terraform would delete it before the subnets have their
    new tables, and for that time they would have no route to the internet.

    Attributes:
        public: the table of all public subnets, or of none with `edge.inspection`.
        public_by_zone: the tables of the public subnets by zone letter, with `edge.inspection`.
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
        self._internet("public", self.public)
        self.public_by_zone: dict[str, RouteTable] = {}
        for zone in tiers["public"].subnets:
            if environment.edge.inspects:
                self._inspected(tiers["public"], zone)
            else:
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

    def _inspected(self, tier: SubnetTier, zone: str) -> None:
        key = f"{tier.tier}_{zone}"
        # Terraform deletes such a resource after it has updated what referred to it: without
        # inspection the subnet has its former table before this one is deleted.
        lifecycle = TerraformResourceLifecycle(create_before_destroy=True)
        table = self.public_by_zone[zone] = self._table(key, lifecycle)
        route = self._internet(key, table, lifecycle)
        self._associate(tier, zone, table, depends_on=[route])

    def _internet(
        self, key: str, table: RouteTable, lifecycle: TerraformResourceLifecycle | None = None
    ) -> Route:
        return Route(
            self._scope,
            f"{key}_internet",
            route_table_id=table.id,
            destination_cidr_block=INTERNET,
            gateway_id=self._vpc.internet_gateway.id,
            lifecycle=lifecycle,
        )

    def _tables(self, tier: SubnetTier) -> dict[str, RouteTable]:
        tables = {zone: self._table(f"{tier.tier}_{zone}") for zone in tier.subnets}
        for zone, table in tables.items():
            self._associate(tier, zone, table)
        return tables

    def _table(self, key: str, lifecycle: TerraformResourceLifecycle | None = None) -> RouteTable:
        return RouteTable(
            self._scope,
            f"{key}_routes",
            vpc_id=self._vpc.id,
            tags={"Name": f"{self._environment.name}-{key.replace('_', '-')}"},
            lifecycle=lifecycle,
        )

    def _associate(
        self,
        tier: SubnetTier,
        zone: str,
        table: RouteTable,
        depends_on: Sequence[Route] = (),
    ) -> None:
        RouteTableAssociation(
            self._scope,
            f"{tier.tier}_{zone}_association",
            subnet_id=tier.ids[zone],
            route_table_id=table.id,
            depends_on=depends_on or None,
        )
