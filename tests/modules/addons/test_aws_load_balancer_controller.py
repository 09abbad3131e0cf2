"""The AWS Load Balancer Controller (F1): permissions and webhooks."""

import json
import re
from typing import Any

import pytest

from config.derived import limits
from config.derived.edge_names import target_group
from config.derived.front_doors import public
from modules.addons.aws_load_balancer_controller.policy import policies
from modules.addons.catalog import rendered
from modules.identity.policy import Statement, policy_document
from support.environments import environment
from support.platform import Releases

NAME = "aws-load-balancer-controller"


WHOLE = {"aws_load_balancer_controller": {"load_balancers": True}}


def statements(**settings: Any) -> tuple[Statement, ...]:
    """Its permissions; those to make load balancers by default."""
    return tuple(policies(environment(**(settings or {"platform": WHOLE})))["elb"])


def values(**settings: Any) -> dict[str, Any]:
    """Its values with custom settings."""
    made = rendered(environment(platform={"aws_load_balancer_controller": settings}))
    return made[NAME].values


def test_ingresses_cannot_bypass_the_front_door_by_default() -> None:
    for wanted in (False, True):
        found = values(**({"ingresses": True} if wanted else {}))
        assert found["createIngressClassResource"] is wanted
        assert found["ingressClassParams"] == {"create": wanted}
        assert found["disableIngressClassAnnotation"] is not wanted


def test_it_only_registers_pods_with_the_front_door_by_default() -> None:
    describe, targets = statements(name="shop")
    assert all(re.match(r"[a-z0-9]+:(Describe|Get)", action) for action in describe.actions)
    assert targets.actions == [
        "elasticloadbalancing:DeregisterTargets",
        "elasticloadbalancing:RegisterTargets",
    ]
    [groups] = targets.resources
    prefix = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/"
    assert groups == f"{prefix}shop-*/*"
    for name in ("shop", "a" * 20):
        named = environment(name=name)
        assert target_group(public(named), "https", "HTTPS", 8443).startswith(f"{name}-")


def test_it_makes_load_balancers_where_something_asks_for_them() -> None:
    namespace = {"shop": {"quota": {"load_balancers": 1}}}
    for settings in (
        {"platform": {"aws_load_balancer_controller": {"ingresses": True}}},
        {"teams": {"shop": {"namespaces": namespace}}},
    ):
        assert statements(**settings) == statements(platform=WHOLE)


def test_the_policy_is_as_long_as_the_one_that_the_project_publishes() -> None:
    """16 statements; without sids, as upstream, 5,196 characters."""
    document = json.loads(policy_document(*statements()))
    for statement in document["Statement"]:
        del statement["Sid"]
        # Upstream also writes single actions as lists.
        if isinstance(statement["Action"], str):
            statement["Action"] = [statement["Action"]]
    text = json.dumps(document, separators=(",", ":"))
    assert len(document["Statement"]) == 16
    assert len(text) == 5196


def test_the_policy_fits_iam_in_every_partition() -> None:
    for region in ("eu-west-1", "us-gov-west-1", "cn-north-1"):
        partition = environment().partition
        settings = environment(
            region=region,
            admins=[f"arn:{_partition(region)}:iam::123456789012:role/admin"],
            platform=WHOLE,
        )
        document = policy_document(*policies(settings)["elb"])
        assert limits.policy_length(document) <= limits.POLICY_LENGTH
        if _partition(region) != partition:
            assert f'"arn:{partition}:' not in document


def _partition(region: str) -> str:
    return {"us": "aws-us-gov", "cn": "aws-cn"}.get(region[:2], "aws")


def test_changes_of_load_balancers_require_the_controllers_tag() -> None:
    bound = {"Own", "CreateTagged", "Tag", "TagNew", "OwnSecurityGroup", "TagSecurityGroup"}
    for statement in statements():
        if statement.sid in bound:
            assert "elbv2.k8s.aws/cluster" in json.dumps(statement.conditions), statement.sid


@pytest.mark.parametrize(
    "action",
    [
        "ec2:GetSecurityGroupsForVpc",
        "elasticloadbalancing:DescribeListenerAttributes",
        "elasticloadbalancing:ModifyCapacityReservation",
        "elasticloadbalancing:SetRulePriorities",
        "elasticloadbalancing:RegisterTargets",
    ],
)
def test_permissions_of_newer_versions_are_included(action: str) -> None:
    assert action in {action for statement in statements() for action in statement.actions}


def test_statement_ids_are_valid_and_unique() -> None:
    names = [statement.sid for statement in statements()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[A-Za-z0-9]+", name) for name in names)


def test_its_absence_blocks_neither_services_nor_other_ingresses() -> None:
    values = rendered(environment())[NAME].values
    assert values["enableServiceMutatorWebhook"] is False
    assert values["webhookConfig"]["ingressValdationFailurePolicy"] == "Ignore"


def test_it_needs_no_instance_metadata() -> None:
    made = Releases(environment())
    values = made.values(NAME)
    assert values["region"] == "eu-west-1"
    assert values["vpcId"] == "${data.terraform_remote_state.cluster.outputs.vpc_id}"


def test_it_survives_a_node_and_a_zone() -> None:
    values = rendered(environment())[NAME].values
    assert values["replicaCount"] == 2
    assert values["podDisruptionBudget"] == {"maxUnavailable": 1}
    [spread] = values["topologySpreadConstraints"]
    assert spread["topologyKey"] == "topology.kubernetes.io/zone"
    assert values["tolerations"][0]["key"] == "CriticalAddonsOnly"


def test_its_webhook_certificate_does_not_change_with_every_upgrade() -> None:
    assert rendered(environment())[NAME].values["keepTLSSecret"] is True


def test_its_load_balancers_use_tls_1_3_and_have_the_tags() -> None:
    values = rendered(environment(tags={"team": "platform"}))[NAME].values
    assert values["defaultSSLPolicy"] == "ELBSecurityPolicy-TLS13-1-3-2021-06"
    assert values["defaultTags"]["team"] == "platform"


def test_its_pods_have_their_permissions_before_they_start() -> None:
    made = Releases(environment())
    association = f"{NAME.replace('-', '_')}_role_association"
    body = made.of("aws_eks_pod_identity_association")[association]
    assert (body["namespace"], body["service_account"]) == ("kube-system", NAME)
    assert f"aws_eks_pod_identity_association.{association}" in made.before(NAME)
