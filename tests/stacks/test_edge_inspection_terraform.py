"""Real Terraform makes a Network Load Balancer with inspection, and takes both away."""

from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest

from support.edge import NAMES, EdgeOnAws

pytestmark = [pytest.mark.terraform, pytest.mark.lifecycle]

SUBNETS = {"a": "10.0.31.0/28", "b": "10.0.31.16/28"}
CLIENT = IPv4Address("203.0.113.7")

EFFECTIVE = {
    "aws_route_table_association.inspection_gateway_association",
    *(
        f"aws_route.inspection_{letter}_outbound_{half}"
        for letter in "ab"
        for half in ("lower", "upper")
    ),
}
"""What changes the way of traffic; everything before has no effect yet."""

NEEDED = ("_inbound", "_internet", "_endpoint", "_a_association", "_b_association", "n_listener")
"""Parts of the addresses of what inspected traffic needs."""

TABLE_ROUTE = {letter: f"aws_route.public_{letter}_internet" for letter in "ab"}
MOVED = {letter: f"aws_route_table_association.public_{letter}_association" for letter in "ab"}


class Routes:
    """The ways between the internet and the public subnets."""

    def __init__(self, on_aws: EdgeOnAws) -> None:
        self._on_aws = on_aws
        network = on_aws.outputs("network")
        self._vpc: str = network["vpc_id"]
        self._gateway: str = network["internet_gateway_id"]
        self._subnets: dict[str, str] = network["public_subnet_ids"]
        self.direct = dict.fromkeys(self._subnets, ("local", self._gateway))

    def current(self) -> dict[str, tuple[str, str]]:
        """What a packet takes to and from each public subnet, by zone letter."""
        ec2 = self._on_aws.client("ec2")
        of_vpc = [{"Name": "vpc-id", "Values": [self._vpc]}]
        tables = {
            association.get("SubnetId") or association["GatewayId"]: table["Routes"]
            for table in ec2.describe_route_tables(Filters=of_vpc)["RouteTables"]
            for association in table["Associations"]
            if not association["Main"]
        }
        subnets = {
            each["SubnetId"]: IPv4Network(each["CidrBlock"])
            for each in ec2.describe_subnets(Filters=of_vpc)["Subnets"]
        }
        inbound = tables.get(self._gateway, [])
        return {
            letter: (target(inbound, subnets[id_][4]), target(tables[id_], CLIENT))
            for letter, id_ in self._subnets.items()
        }


def target(routes: list[dict[str, Any]], address: IPv4Address) -> str:
    """The target of the most specific route; local where there is none."""
    blocks = [
        (IPv4Network(route["DestinationCidrBlock"]), route["GatewayId"])
        for route in routes
        if "DestinationCidrBlock" in route
    ]
    matching = [(block.prefixlen, to) for block, to in blocks if address in block]
    return max(matching, default=(0, "local"))[1]


def test_an_nlb_with_inspection_is_applied_unchanged_and_destroyed_without_interruption(
    on_aws: EdgeOnAws,
) -> None:
    zone = on_aws.make_zone()
    on_aws.remember()
    settings: dict[str, Any] = {
        "load_balancer": "nlb",
        "hosted_zone": zone,
        "domain_names": NAMES,
        "network": {"nat": "none", "flow_logs": {"enabled": False}},
    }
    inspection = {"enabled": True, "subnets": SUBNETS}
    on_aws.synthesize(**settings)
    on_aws.initialize("network")
    on_aws.apply("network")

    # A network that exists: each public subnet gets a table that leads to the internet already.
    on_aws.synthesize(**settings, inspection=inspection)
    assert set(on_aws.plan("network").values()) == {"create", "update"}
    done = on_aws.apply("network")
    for letter in "ab":
        assert done.index(f"create {TABLE_ROUTE[letter]}") < done.index(f"update {MOVED[letter]}")

    on_aws.initialize()
    assert set(on_aws.plan().values()) == {"create"}
    on_aws.apply()
    assert on_aws.plan() == {}
    assert on_aws.aws.failures() == []
    assert_load_balancers(on_aws)
    endpoints = on_aws.outputs()["inspection_endpoint_ids"]
    assert set(endpoints) == {"a", "b"}
    assert all(endpoint.startswith("vpce-") for endpoint in endpoints.values())
    routes = Routes(on_aws)
    assert routes.current() == routes.direct

    # The edge stack alone routes traffic, in its last step.
    on_aws.synthesize(**settings, inspection={**inspection, "routes": True})
    assert on_aws.plan("network") == {}
    done = on_aws.apply()
    assert set(done[-len(EFFECTIVE) :]) == {f"create {address}" for address in EFFECTIVE}
    assert routes.current() == {letter: (id_, id_) for letter, id_ in endpoints.items()}
    assert on_aws.plan() == {}

    # The end: traffic is direct before what it needed on the other way is deleted.
    done = on_aws.destroy()
    needed = [change for change in done if any(part in change for part in NEEDED)]
    last = max(done.index(f"delete {address}") for address in EFFECTIVE)
    assert len(needed) == 10
    assert last < min(map(done.index, needed))
    assert routes.current() == routes.direct
    on_aws.synthesize(**settings)
    done = on_aws.apply("network")
    for letter in "ab":
        assert done.index(f"update {MOVED[letter]}") < done.index(f"delete {TABLE_ROUTE[letter]}")
    assert routes.current() == routes.direct
    assert on_aws.plan("network") == {}

    on_aws.destroy("network")
    assert on_aws.inventory() == []
    assert on_aws.records(zone) == set()


def assert_load_balancers(on_aws: EdgeOnAws) -> None:
    listed = on_aws.client("elbv2").describe_load_balancers()["LoadBalancers"]
    by_type = {balancer["Type"]: balancer for balancer in listed}
    assert set(by_type) == {"network", "gateway"}
    assert len(by_type["network"]["SecurityGroups"]) == 1
