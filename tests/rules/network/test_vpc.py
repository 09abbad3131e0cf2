"""Zones and instance types that a region or an account may lack are warned of."""

from importlib import import_module
from typing import Any

import pytest

from config.derived import offerings
from config.types.regions import PARTITION_OF
from config.types.zones import zones_of
from support.environments import refused, warned

ZONES = ("network", "availability_zones")


def test_the_zones_of_an_account_are_in_the_table() -> None:
    """moto has the zones of one account."""
    models = import_module("moto.ec2.models.availability_zones_and_regions")
    for region in PARTITION_OF:
        table, zones = zones_of(region), models.RegionsAndZonesBackend.zones.get(region, [])
        letters = {zone.name[-1] for zone in zones}
        assert letters <= set(table.letters + table.some), region
        assert set(table.letters) <= letters or not letters, region
        assert len(letters) <= table.count, region


@pytest.mark.parametrize(
    ("region", "zones", "words"),
    [
        ("us-east-1", "abc", "may contain use1-az3"),
        ("ca-central-1", "ab", "may contain cac1-az3"),
        ("ap-northeast-1", "abc", "names b, which not every account has"),
    ],
)
def test_zones_that_depend_on_the_account_are_warned_of(
    region: str, zones: str, words: str
) -> None:
    network = {"availability_zones": list(zones)}
    assert refused(region=region, network=network) == {}
    assert words in warned(region=region, network=network)[ZONES]


def test_images_from_the_internet_are_warned_of_without_internet_access() -> None:
    place = ("platform", "charts", "image_registry")
    isolated = {"nat": "none", "interface_endpoints": "private_cluster"}
    off = {"cert_manager": {"lets_encrypt": {"enabled": False}}}
    assert place in warned(network=isolated, platform=off)
    registry = {"charts": {"image_registry": "registry.example.com"}}
    assert place not in warned(network=isolated, platform={**off, **registry})


def test_zones_of_every_account_are_not() -> None:
    assert warned(region="eu-west-1") == {}
    assert warned(region="ap-northeast-1", network={"availability_zones": ["a", "c", "d"]}) == {}


def nodes(instance_type: str, **more: Any) -> dict[str, Any]:
    return {"node_groups": {"own": {"instance_types": [instance_type], **more}}}


def test_an_instance_type_that_the_region_lacks_is_warned_of() -> None:
    place = ("cluster", "node_groups", "own", "instance_types", 0)
    of_group = warned(cluster=nodes("c9g.large"))
    assert of_group == {place: "is not offered in eu-west-1, as far as is known"}
    assert warned(region="mx-central-1", cluster=nodes("c9g.large")) == {}
    pool = {"instance_families": ["c9g"], "architectures": ["arm64"]}
    of_pool = warned(platform={"karpenter": {"node_pools": {"own": pool}}})
    assert list(of_pool) == [("platform", "karpenter", "node_pools", "own", "instance_families", 0)]


def test_a_zone_without_an_instance_type_is_warned_of_where_it_must_be_used() -> None:
    x86 = {"architecture": "x86_64"}
    [words] = warned(cluster=nodes("c8a.large", **x86)).values()
    assert words.startswith("is offered in 2 of the 3 zones of eu-west-1")
    assert warned(cluster=nodes("c8a.large", **x86, zones=["a", "b"])) == {}


def test_what_is_not_in_the_table_of_offerings_is_not_known() -> None:
    assert offerings.zones_with("m7g.large", "eu-west-1") == (3, 3)
    assert offerings.zones_with("m7g", "mx-central-1") is None
    assert offerings.zones_with("m99g.large", "eu-west-1") is None
