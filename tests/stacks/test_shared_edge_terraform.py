"""Real Terraform moves requests from one cluster to another, behind one load balancer."""

from typing import Any

import pytest

from support.edge import EdgeOnAws

pytestmark = [pytest.mark.terraform, pytest.mark.lifecycle]


def weights(on_aws: EdgeOnAws) -> dict[str, int]:
    """The weights of the target groups of the only listener, by the group's name."""
    elb = on_aws.client("elbv2")
    [balancer] = elb.describe_load_balancers()["LoadBalancers"]
    [listener] = elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    names: dict[str, str] = {
        each["TargetGroupArn"]: each["TargetGroupName"]
        for each in elb.describe_target_groups()["TargetGroups"]
    }
    [action] = listener["DefaultActions"]
    groups: list[dict[str, Any]] = action["ForwardConfig"]["TargetGroups"]
    return {names[each["TargetGroupArn"]]: each["Weight"] for each in groups}


def test_requests_move_to_the_other_cluster_and_back_in_place(on_aws: EdgeOnAws) -> None:
    blue, green = "test-http-http-80", "green-http-http-80"
    on_aws.remember()
    on_aws.synthesize()
    on_aws.initialize()
    on_aws.apply()

    # The other cluster is added without requests.
    on_aws.synthesize(member="green", weights={"test": 100, "green": 0}, test_header="X-Cluster")
    assert on_aws.plan() == {
        "aws_lb_target_group.green_http_targets": "create",
        "aws_lb_listener.http_listener": "update",
        "aws_lb_listener_rule.test_green": "create",
        "aws_lb_listener_rule.test_test": "create",
    }
    on_aws.apply()
    assert on_aws.plan() == {}
    assert weights(on_aws) == {blue: 100, green: 0}
    assert set(on_aws.outputs()["target_group_arns_green"]) == {"http"}

    # Nothing but weights changes when requests move.
    on_aws.synthesize(member="green", weights={"test": 0, "green": 100}, test_header="X-Cluster")
    assert on_aws.plan() == {"aws_lb_listener.http_listener": "update"}
    on_aws.apply()
    assert weights(on_aws) == {blue: 0, green: 100}

    # And without the other cluster, the listener leaves its target group first.
    on_aws.synthesize()
    changes = on_aws.apply()
    deleted = changes.index("delete aws_lb_target_group.green_http_targets")
    assert changes.index("update aws_lb_listener.http_listener") < deleted
    assert on_aws.plan() == {}
    on_aws.destroy()
    assert on_aws.inventory() == []
