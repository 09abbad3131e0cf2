"""What is legal but unwise in a fleet."""

from support.environments import warned

PUBLIC = {"endpoint": {"public": True, "public_access_cidrs": ["203.0.113.0/24"]}}


def test_the_hub_needs_access_to_a_public_api() -> None:
    path = ("cluster", "endpoint", "public_access_cidrs")
    found = warned(fleet={"hub": "hub"}, cluster=PUBLIC)
    assert found[path] == "must have the output nat_public_ips of the network stack of the hub hub"
    assert path not in warned(fleet={"spokes": ["one"]}, cluster=PUBLIC)
    assert path not in warned(fleet={"hub": "hub"})


def test_a_large_fleet_is_better_connected_by_a_transit_gateway() -> None:
    path = ("fleet", "spokes")
    message = "makes a peering connection for each spoke; use a transit gateway for so many"
    assert warned(fleet={"spokes": ["one", "two", "three"]})[path] == message
    assert path not in warned(fleet={"spokes": ["one", "two"]})
