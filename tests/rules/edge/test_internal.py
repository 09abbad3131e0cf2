"""Accepted settings of the internal load balancer, and what is advised against. For refused ones
see bad_input/internal.txt."""

from typing import Any

import pytest

from rules.load import EXAMPLES
from support.edge import WITH_DOMAIN
from support.environments import environment, example, problems, warned

INTERNAL: dict[str, Any] = {"enabled": True, "load_balancer": "nlb"}


@pytest.mark.parametrize("name", ["intranet", "corporate"])
def test_the_examples_have_neither_errors_nor_warnings(name: str) -> None:
    assert (EXAMPLES / f"{name}.yaml").is_file()
    settings = example(name)
    assert settings.edge.internal.enabled
    assert not problems(settings)


def test_blocks_that_are_not_private_are_advised_against() -> None:
    cidrs = ["10.0.0.0/16", "100.64.0.0/16", "0.0.0.0/0", "192.0.2.0/24"]
    found = warned(edge={**WITH_DOMAIN, "internal": {**INTERNAL, "cidrs": cidrs}})
    assert {path[-1] for path in found if path[:3] == ("edge", "internal", "cidrs")} == {2, 3}


def test_settings_have_no_effect_while_it_is_off() -> None:
    found = warned(edge={"internal": {"domain_names": ["corp.example.com"]}})
    message = found["edge", "internal", "domain_names"]
    assert message == "has no effect, since edge.internal.enabled is false"


def test_shared_settings_of_a_disabled_public_one_are_used() -> None:
    shared = {"minimum_tls_version": "1.2", "access_logs": {"retention_days": 7}}
    alone = {"enabled": False, "internal": INTERNAL, **shared}
    assert not {path for path in warned(edge=alone) if path[0] == "edge"}
    neither = warned(edge={"enabled": False, **shared})
    assert ("edge", "minimum_tls_version") in neither
    assert ("edge", "access_logs") in neither


def test_alone_it_needs_private_subnets_and_no_public_ones() -> None:
    def refused(**edge: Any) -> set[Any]:
        existing = {
            "vpc_id": "vpc-0a1b2c3d4e5f60001",
            "cidrs": ["10.40.0.0/16"],
            "private": {
                zone: {"id": f"subnet-0a1b2c3d4e5f6002{zone}", "cidr": f"10.40.{block}.0/22"}
                for zone, block in (("a", 16), ("b", 20))
            },
        }
        network = {"availability_zones": ["a", "b"], "existing": existing}
        acme = {"cert_manager": {"lets_encrypt": {"enabled": False}}}
        found = problems(environment(network=network, edge=edge, platform=acme))
        return {problem.path for problem in found if problem.path[0] == "network"}

    public = ("network", "existing", "public")
    assert refused(enabled=True, internal=INTERNAL) == {public}
    assert refused(enabled=False, internal=INTERNAL) == set()


def test_the_certificate_of_several_regions_is_given() -> None:
    internal = {
        "enabled": True,
        "hosted_zone": {"name": "corp.example.com"},
        "domain_names": ["corp.example.com"],
        "validation_zone": {"id": "Z0123456789ABCDEFGHIK", "name": "example.com"},
    }
    two = environment(edge={**WITH_DOMAIN, "internal": internal}, regions={})
    assert not [each for each in problems(two) if each.path[:2] == ("edge", "internal")]
    regions = {"eu-west-1": {"code": "euw1"}, "eu-central-1": {"code": "euc1"}}
    two = environment(edge={**WITH_DOMAIN, "internal": internal}, regions=regions)
    [problem] = [each for each in problems(two) if each.path[:2] == ("edge", "internal")]
    assert problem.path == ("edge", "internal", "validation_zone")
