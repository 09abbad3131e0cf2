"""Real Terraform applies a public and an internal load balancer, and takes the public one away.

The AWS provider waits for minutes for each load balancer.
"""

from typing import Any

import pytest

from support.edge import NAMES, EdgeOnAws

pytestmark = [pytest.mark.terraform, pytest.mark.lifecycle]

PRIVATE = "corp.platform.example.com"


def test_an_internal_alb_with_its_own_zone_and_certificate_outlives_the_public_one(
    on_aws: EdgeOnAws,
) -> None:
    zone = on_aws.make_zone()
    on_aws.remember()
    internal: dict[str, Any] = {
        "enabled": True,
        "cidrs": ["10.0.0.0/16"],
        "hosted_zone": {"name": PRIVATE},
        "domain_names": [PRIVATE, f"*.{PRIVATE}"],
        "validation_zone": zone,
    }
    public = {"hosted_zone": zone, "domain_names": NAMES}
    on_aws.synthesize(**public, internal=internal)
    on_aws.initialize()
    assert set(on_aws.plan().values()) == {"create"}
    on_aws.apply()

    assert on_aws.plan() == {}
    assert on_aws.aws.failures() == []
    outputs = on_aws.outputs()
    assert set(outputs["internal_target_group_arns"]) == {"http", "https"}
    elb = on_aws.client("elbv2")
    balancers = elb.describe_load_balancers()["LoadBalancers"]
    # The AWS provider names no scheme for the public one, and the local AWS has no default.
    schemes = {one["LoadBalancerName"]: one.get("Scheme") for one in balancers}
    assert schemes == {"test-edge": None, "test-edge-internal": "internal"}

    private = {"id": outputs["internal_hosted_zone_id"]}
    route53 = on_aws.client("route53")
    found = route53.get_hosted_zone(Id=private["id"])
    assert found["HostedZone"]["Config"]["PrivateZone"] is True
    assert len(found["VPCs"]) == 1
    assert on_aws.records(private) == {(PRIVATE, "A"), (f"*.{PRIVATE}", "A")}
    assert not {name for name, type_ in on_aws.records(zone) if type_ == "A"} & {PRIVATE}

    # external-dns makes records that Terraform does not know; they do not stop the destroy.
    record = {
        "Name": f"shop.{PRIVATE}",
        "Type": "A",
        "TTL": 60,
        "ResourceRecords": [{"Value": "10.0.11.9"}],
    }
    changes = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    route53.change_resource_record_sets(HostedZoneId=private["id"], ChangeBatch=changes)
    on_aws.synthesize(enabled=False, hosted_zone=zone, internal=internal)
    on_aws.apply()
    assert on_aws.plan() == {}
    [left] = elb.describe_load_balancers()["LoadBalancers"]
    assert left["LoadBalancerName"] == "test-edge-internal"
    assert {type_ for _, type_ in on_aws.records(zone)} == {"CNAME"}

    on_aws.destroy()
    assert on_aws.inventory() == []
    assert on_aws.records(zone) == set()
