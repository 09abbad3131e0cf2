"""Names in the edge stack: within the lengths that AWS allows, and different where required."""

import re

import pytest

from config.derived import edge_names
from config.derived.front_doors import internal, public
from config.environment import Environment
from modules.edge.record_ids import record_id
from support.environments import environment

LONGEST = "a" * 20


@pytest.mark.parametrize("name", ["dev", LONGEST])
def test_names_of_load_balancers_and_target_groups_are_valid_in_aws(name: str) -> None:
    settings = environment(name=name)
    made = {edge_names.gateway_load_balancer(settings), edge_names.appliance_target_group(settings)}
    for door in (public(settings), internal(settings)):
        made |= {
            edge_names.load_balancer(door),
            edge_names.target_group(door, "http", "HTTP", 80),
            edge_names.target_group(door, "https", "HTTPS", 65535),
        }
    assert len(made) == 8
    for one in made:
        assert re.fullmatch(r"[a-z0-9](-?[a-z0-9])*", one), one
        assert len(one) <= 32, one


def test_a_target_group_that_cannot_change_in_place_gets_another_name() -> None:
    settings = environment(name=LONGEST)
    named = [
        edge_names.target_group(public(settings), "https", protocol, port)
        for protocol, port in [("HTTPS", 443), ("HTTPS", 8443), ("TCP", 443), ("TLS", 443)]
    ]
    assert len(set(named)) == len(named)


def test_the_buckets_name_fits_for_the_longest_environment_and_region() -> None:
    settings: Environment = environment(name=LONGEST, region="ap-northeast-1")
    assert len(edge_names.access_log_bucket(settings)) <= 63


def test_no_two_domain_names_share_an_id() -> None:
    domains = ["a.b.example.com", "a-b.example.com", "*.example.com", "wildcard.example.com"]
    ids = {record_id("alias", domain) for domain in domains}
    assert len(ids) == len(domains)
    assert all(re.fullmatch(r"[a-z][a-z0-9_-]*", id_) for id_ in ids)
