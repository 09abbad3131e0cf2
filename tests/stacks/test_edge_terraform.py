"""Real Terraform makes the front door, finds nothing to change, and takes it away."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import emulator
from support.edge import NAMES, ZONE_NAME, EdgeOnAws

SUBNETS = {"a": "10.0.31.0/28", "b": "10.0.31.16/28"}


@pytest.fixture
def on_aws(tmp_path: Path) -> Iterator[EdgeOnAws]:
    with emulator.start() as aws:
        yield EdgeOnAws(aws, tmp_path)


def hosted_zone(on_aws: EdgeOnAws) -> dict[str, Any]:
    made = on_aws.client("route53").create_hosted_zone(Name=ZONE_NAME, CallerReference="test")
    return {"id": made["HostedZone"]["Id"].rsplit("/", 1)[-1], "name": ZONE_NAME}


def records(on_aws: EdgeOnAws, zone: dict[str, Any]) -> set[tuple[str, str]]:
    listed = on_aws.client("route53").list_resource_record_sets(HostedZoneId=zone["id"])
    own = {"SOA", "NS"}
    return {
        (entry["Name"].replace("\\052", "*").rstrip("."), entry["Type"])
        for entry in listed["ResourceRecordSets"]
        if entry["Type"] not in own
    }


@pytest.mark.terraform
def test_an_alb_with_certificate_names_and_firewall_comes_stays_and_goes(
    on_aws: EdgeOnAws,
) -> None:
    zone = hosted_zone(on_aws)
    on_aws.remember()
    firewall = {"enabled": True, "count_rules": {"common": ["SizeRestrictions_BODY"]}}
    on_aws.synthesize(hosted_zone=zone, domain_names=NAMES, waf=firewall)
    on_aws.apply()

    assert on_aws.plan() == {}
    assert on_aws.aws.failures() == []
    assert set(on_aws.outputs()["target_group_arns"]) == {"http", "https"}
    elb = on_aws.client("elbv2")
    [balancer] = elb.describe_load_balancers()["LoadBalancers"]
    assert balancer["Type"] == "application"
    listeners = elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    by_port = {one["Port"]: one for one in listeners}
    assert {port: one["Protocol"] for port, one in by_port.items()} == {80: "HTTP", 443: "HTTPS"}
    assert by_port[443]["SslPolicy"] == "ELBSecurityPolicy-TLS13-1-3-2021-06"
    found = records(on_aws, zone)
    assert {name for name, type_ in found if type_ == "A"} == set(NAMES)
    assert sum(type_ == "CNAME" for _, type_ in found) == 1

    on_aws.destroy()
    assert on_aws.inventory() == []
    assert records(on_aws, zone) == set()


@pytest.mark.terraform
def test_an_nlb_and_a_gateway_for_inspection_come_stay_and_go(on_aws: EdgeOnAws) -> None:
    zone = hosted_zone(on_aws)
    on_aws.remember()
    on_aws.synthesize(
        load_balancer="nlb",
        hosted_zone=zone,
        domain_names=NAMES,
        inspection={"enabled": True, "subnets": SUBNETS},
    )
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
    assert records(on_aws, zone) == set()
