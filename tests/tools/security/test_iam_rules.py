"""What the project promises of its IAM documents, and that the rules notice when it breaks."""

from collections.abc import Callable
from typing import Any

import pytest

from support.iam_documents import document
from tools.security import listed, policy_rules
from tools.security.documents import Document
from tools.security.parliament_library import only_reads_and_knows_no_resource

Rule = Callable[[Document], list[str]]
RULES: list[Rule] = [
    policy_rules.elements,
    policy_rules.principals,
    policy_rules.whole_services,
    policy_rules.wildcard_actions,
]


@pytest.mark.parametrize("rule", RULES)
def test_every_document_keeps_the_rule(documents: list[Document], rule: Rule) -> None:
    assert [problem for found in documents for problem in rule(found)] == []


def test_only_listed_actions_and_unscoped_reads_are_allowed_on_all_resources(
    documents: list[Document],
) -> None:
    found = [
        (action, where)
        for document in documents
        for action, where in policy_rules.unscoped(document)
        if not only_reads_and_knows_no_resource(action)
    ]
    assert [where for action, where in found if action not in listed.unscoped_actions()] == []
    assert listed.unscoped_actions() - {action for action, _ in found} == set()


def test_unscoped_reads_are_distinguished_from_other_actions() -> None:
    for action in ("pricing:GetProducts", "ec2:DescribeInstances"):
        assert only_reads_and_knows_no_resource(action)
    for action in ("s3:GetObject", "shield:CreateProtection", "s3:Nonsense", "nonsense:Read"):
        assert not only_reads_and_knows_no_resource(action)


def test_only_listed_managed_policies_are_attached(stacks: dict[str, dict[str, Any]]) -> None:
    attached = {
        policy for body in stacks.values() for policy in policy_rules.managed_policies(body)
    }
    assert attached == listed.managed_policies()


def test_nothing_depends_on_who_runs_terraform(stacks: dict[str, dict[str, Any]]) -> None:
    problems = [p for name, body in stacks.items() for p in policy_rules.callers(name, body)]
    assert problems == []


@pytest.mark.parametrize(
    ("terraform", "problem"),
    [
        ({"data": {"aws_caller_identity": {"me": {}}}}, "names aws_caller_identity"),
        ({"output": {"x": {"value": "${data.aws_iam_session_context.x}"}}}, "aws_iam_session_"),
        ({"resource": {"aws_eks_cluster": {"c": {}}}}, "makes its creator an administrator"),
        (
            {
                "resource": {
                    "aws_eks_cluster": {
                        "c": {
                            "access_config": {"bootstrap_cluster_creator_admin_permissions": True}
                        }
                    }
                }
            },
            "makes its creator an administrator",
        ),
    ],
)
def test_a_dependency_on_the_caller_is_found(terraform: dict[str, Any], problem: str) -> None:
    (found,) = policy_rules.callers("stack", terraform)
    assert problem in found


ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
TRUST = {
    "Effect": "Allow",
    "Action": "sts:AssumeRole",
    "Principal": {"Service": "ec2.amazonaws.com"},
}
ANYONE = {**ALLOW, "Principal": "*"}


@pytest.mark.parametrize(
    ("rule", "kind", "statement", "problem"),
    [
        (policy_rules.elements, "identity", ANYONE, "has a Principal"),
        (policy_rules.elements, "resource", ALLOW, "lacks a Principal"),
        (policy_rules.elements, "trust", {**TRUST, "Resource": "*"}, "has a Resource"),
        (policy_rules.elements, "identity", {**ALLOW, "NotAction": "s3:x"}, "NotAction"),
        (
            policy_rules.principals,
            "trust",
            {**TRUST, "Principal": {"Service": "ec2.amazonaws.com", "AWS": "arn:aws:iam::1:root"}},
            "names 2 types of principal",
        ),
        (policy_rules.principals, "trust", {**TRUST, "Principal": {}}, "names 0 types"),
        (policy_rules.principals, "trust", {**TRUST, "Principal": "*"}, "allows every principal"),
        (
            policy_rules.principals,
            "trust",
            {**TRUST, "Principal": {"AWS": "*"}},
            "allows every principal",
        ),
        (policy_rules.principals, "resource", ANYONE, "allows every principal"),
        (policy_rules.whole_services, "identity", {**ALLOW, "Action": "*"}, "allows *"),
        (policy_rules.whole_services, "identity", {**ALLOW, "Action": "*:*"}, "allows *:*"),
        (policy_rules.whole_services, "resource", {**ANYONE, "Action": "sqs:*"}, "allows sqs:*"),
        (
            policy_rules.whole_services,
            "key",
            {**ALLOW, "Action": "kms:*", "Principal": {"AWS": "arn:aws:iam::1:role/admin"}},
            "allows kms:*",
        ),
        (policy_rules.wildcard_actions, "identity", {**ALLOW, "Action": "s3:Get*"}, "s3:Get*"),
    ],
)
def test_a_broken_rule_is_found(
    rule: Rule, kind: str, statement: dict[str, Any], problem: str
) -> None:
    assert any(problem in found for found in rule(document(kind, statement)))


@pytest.mark.parametrize("resource", ["*", ["x", "*"], "arn:aws:s3:::*", "arn:aws:ec2:*:*:*/*"])
def test_an_action_on_all_resources_is_found_unless_it_has_a_condition(resource: Any) -> None:
    statement = {**ALLOW, "Resource": resource}
    assert [a for a, _ in policy_rules.unscoped(document("identity", statement))] == [
        "s3:GetObject"
    ]
    statement["Condition"] = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
    assert policy_rules.unscoped(document("identity", statement)) == []
    assert policy_rules.unscoped(document("identity", ALLOW)) == []


def test_the_account_may_own_its_key() -> None:
    root = {"AWS": "arn:aws:iam::123456789012:root"}
    owner = {**ALLOW, "Action": "kms:*", "Resource": "*", "Principal": root}
    assert policy_rules.whole_services(document("key", owner)) == []
    assert policy_rules.whole_services(document("resource", owner)) != []
