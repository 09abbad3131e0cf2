"""Real Terraform makes a Network Load Balancer with inspection, and takes both away."""

import pytest

from support.edge import NAMES, EdgeOnAws

pytestmark = pytest.mark.terraform

SUBNETS = {"a": "10.0.31.0/28", "b": "10.0.31.16/28"}


def test_an_nlb_with_inspection_is_applied_unchanged_and_destroyed(on_aws: EdgeOnAws) -> None:
    zone = on_aws.make_zone()
    on_aws.remember()
    on_aws.synthesize(
        load_balancer="nlb",
        hosted_zone=zone,
        domain_names=NAMES,
        inspection={"enabled": True, "subnets": SUBNETS},
    )
    on_aws.initialize()
    assert set(on_aws.plan().values()) == {"create"}
    on_aws.apply()

    assert on_aws.plan() == {}
    assert on_aws.aws.failures() == []
    listed = on_aws.client("elbv2").describe_load_balancers()["LoadBalancers"]
    by_type = {balancer["Type"]: balancer for balancer in listed}
    assert set(by_type) == {"network", "gateway"}
    assert len(by_type["network"]["SecurityGroups"]) == 1
    endpoints = on_aws.outputs()["inspection_endpoint_ids"]
    assert set(endpoints) == {"a", "b"}
    assert all(endpoint.startswith("vpce-") for endpoint in endpoints.values())

    on_aws.destroy()
    assert on_aws.inventory() == []
    assert on_aws.records(zone) == set()
