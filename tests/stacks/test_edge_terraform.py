"""Real Terraform applies a front door with HTTPS, finds no changes, and destroys it.

The AWS provider waits for minutes for each load balancer. The Network Load Balancer has a separate
file, so that two workers run them in parallel.
"""

import pytest

from support.edge import NAMES, EdgeOnAws

pytestmark = [pytest.mark.terraform, pytest.mark.lifecycle]


def test_an_alb_with_certificate_records_and_waf_is_applied_unchanged_and_destroyed(
    on_aws: EdgeOnAws,
) -> None:
    zone = on_aws.make_zone()
    on_aws.remember()
    firewall = {"enabled": True, "count_rules": {"common": ["SizeRestrictions_BODY"]}}
    on_aws.synthesize(hosted_zone=zone, domain_names=NAMES, waf=firewall)
    on_aws.initialize()
    assert set(on_aws.plan().values()) == {"create"}
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
    found = on_aws.records(zone)
    assert {name for name, type_ in found if type_ == "A"} == set(NAMES)
    assert sum(type_ == "CNAME" for _, type_ in found) == 1

    on_aws.destroy()
    assert on_aws.inventory() == []
    assert on_aws.records(zone) == set()
