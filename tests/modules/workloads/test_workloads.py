"""Pods of teams have AWS permissions of their own (L4)."""

import json
from typing import Any

from config.derived.providers import aws_constraint
from config.derived.workloads import workload_roles
from config.environment import Environment
from modules.remote_state import RemoteOutputs
from modules.workloads.workloads import WorkloadRoles
from support.environments import environment, example, problems
from support.one_module import Resources, resources_of
from support.output import Output

QUEUE = "arn:aws:sqs:eu-west-1:123456789012:orders"
READ = {"Read": {"actions": ["sqs:ReceiveMessage"], "resources": [QUEUE]}}
ELSEWHERE = "arn:aws:iam::210987654321:role/orders"


def made(found: Environment) -> Resources:
    return resources_of(lambda stack: WorkloadRoles(stack, found, RemoteOutputs(stack, found)))


def with_team(**workload: Any) -> Environment:
    """An environment whose team `shop` has one workload, `orders`."""
    cluster = workload.pop("cluster", {})
    team = {"namespaces": {"shop": {}, "shop-test": {}}, "workloads": {"orders": workload}}
    return environment(teams={"shop": team}, cluster=cluster)


def test_pods_of_one_service_account_have_the_statements_and_no_others() -> None:
    resources = made(with_team(statements=READ))
    [role] = resources["aws_iam_role"].values()
    [association] = resources["aws_eks_pod_identity_association"].values()
    [policy] = resources["aws_iam_policy"].values()
    assert role["name"] == "test.shop.orders"
    [trust] = json.loads(role["assume_role_policy"])["Statement"]
    tags = trust["Condition"]["StringEquals"]
    assert tags["aws:RequestTag/kubernetes-namespace"] == "shop"
    assert tags["aws:RequestTag/kubernetes-service-account"] == "orders"
    assert (association["namespace"], association["service_account"]) == ("shop", "orders")
    assert json.loads(policy["policy"])["Statement"] == [
        {"Sid": "Read", "Effect": "Allow", "Action": "sqs:ReceiveMessage", "Resource": QUEUE}
    ]


def test_with_irsa_the_role_trusts_the_service_account_and_there_is_no_association() -> None:
    resources = made(with_team(statements=READ, cluster={"identity": "irsa"}))
    assert "aws_eks_pod_identity_association" not in resources
    [role] = resources["aws_iam_role"].values()
    assert "system:serviceaccount:shop:orders" in role["assume_role_policy"]


def test_a_role_of_another_account_is_assumed_by_eks_with_permission_to_do_so() -> None:
    found = with_team(target_role_arn=ELSEWHERE, namespace="shop-test", service_account="import")
    resources = made(found)
    [association] = resources["aws_eks_pod_identity_association"].values()
    assert association["target_role_arn"] == ELSEWHERE
    assert (association["namespace"], association["service_account"]) == ("shop-test", "import")
    [policy] = resources["aws_iam_policy"].values()
    [statement] = json.loads(policy["policy"])["Statement"]
    assert set(statement["Action"]) == {"sts:AssumeRole", "sts:TagSession"}
    assert statement["Resource"] == ELSEWHERE
    assert aws_constraint(found) == ">= 6.2, < 7.0"


def test_without_another_account_an_older_provider_is_enough() -> None:
    assert aws_constraint(with_team(statements=READ)) == ">= 5.95, < 7.0"


def test_policies_that_exist_and_conditions_reach_the_role() -> None:
    arns = ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]
    condition = {"StringEquals": {"aws:SourceVpce": ["vpce-1", "vpce-2"]}}
    denied = {"effect": "Deny", "actions": ["s3:*"], "resources": ["*"], "conditions": condition}
    resources = made(with_team(policy_arns=arns, statements={"Outside": denied}))
    attached = {each["policy_arn"] for each in resources["aws_iam_role_policy_attachment"].values()}
    assert arns[0] in attached
    assert len(attached) == 2
    [policy] = resources["aws_iam_policy"].values()
    assert json.loads(policy["policy"])["Statement"] == [
        {
            "Sid": "Outside",
            "Effect": "Deny",
            "Action": "s3:*",
            "Resource": "*",
            "Condition": condition,
        }
    ]


def test_two_workloads_never_have_one_role() -> None:
    """Whatever their names, and those of their teams, have in common."""
    permission = {"statements": READ}
    teams = {
        team: {"namespaces": {f"{team}-web": {}}, "workloads": dict.fromkeys(names, permission)}
        for team, names in {"a": ["b-c", "b"], "a-b": ["c"], "a--b": ["c"]}.items()
    }
    own = {"a-b-c": permission | {"namespace": "tools"}}
    found = environment(teams=teams, workloads=own)
    assert problems(found) == []
    roles = workload_roles(found)
    assert len(roles) == 5
    assert len({each.name for each in roles}) == len({each.id for each in roles}) == 5


def test_pods_of_teams_start_after_their_associations_and_end_before_them(output: Output) -> None:
    """A pod that starts without its association never gets credentials."""
    stack = output.stack("queue-workers-platform")
    associations = {
        f"aws_eks_pod_identity_association.{name}"
        for name in stack.resources("aws_eks_pod_identity_association")
        if name.startswith("workload_")
    }
    assert len(associations) == 3
    releases, namespaces = stack.resources("helm_release"), "kubernetes_namespace_v1"
    waiting = [
        stack.resources(namespaces)["namespace_shop"],
        stack.resources(namespaces)["namespace_shop_test"],
        releases["argo_cd_resources"],
    ]
    for each in waiting:
        assert associations <= set(each["depends_on"])


def test_the_arns_of_the_roles_are_outputs_by_service_account(output: Output) -> None:
    value = output.stack("queue-workers-platform").json["output"]["workload_role_arns"]["value"]
    assert set(value) == {"shop/orders", "shop-test/stock", "shop/inventory"}
    roles = output.stack("queue-workers-platform").resources("aws_iam_role")
    assert value["shop/orders"] == "${aws_iam_role.workload_shop__orders_role.arn}"
    for each in workload_roles(example("queue-workers")):
        arn = each.role_arn(example("queue-workers"))
        assert arn.endswith(f":role/{roles[f'{each.id}_role']['name']}")


def test_an_environment_without_workloads_has_no_output_for_them(output: Output) -> None:
    assert "output" not in output.stack("dev-platform").json
