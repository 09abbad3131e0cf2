"""Permissions of workloads that are legal but unwise are warned of (L4)."""

from typing import Any

import pytest

from support.environments import refused, warned

READ = {"Read": {"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::orders/*"]}}


def of(**permissions: Any) -> dict[str, Any]:
    """Settings with one workload in a team's namespace."""
    return {
        "teams": {"shop": {"namespaces": {"shop": {}}, "hosts": ["shop.example.com"]}},
        "workloads": {"orders": {"namespace": "shop", **permissions}},
    }


def statement(*actions: str, **more: Any) -> dict[str, Any]:
    return of(statements={"All": {"actions": list(actions), "resources": ["*"], **more}})


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ("*", "allows everything in the account"),
        ("*:*", "allows everything in the account"),
        ("s3:*", "allows everything with all resources of s3"),
        ("iam:PassRole", "lets the pods give any role"),
    ],
)
def test_permissions_for_everything_are_warned_of(action: str, message: str) -> None:
    [(path, said)] = warned(**statement(action)).items()
    assert path == ("workloads", "orders", "statements", "All", "actions", 0)
    assert said.startswith(message)


def test_narrow_permissions_denials_and_conditions_are_not() -> None:
    assert warned(**of(statements=READ)) == {}
    assert warned(**statement("*", effect="Deny")) == {}
    condition = {"StringEquals": {"aws:ResourceTag/team": ["shop"]}}
    assert warned(**statement("ec2:*", conditions=condition)) == {}
    assert warned(**statement("s3:ListAllMyBuckets")) == {}


def test_administrator_access_is_warned_of() -> None:
    arn = "arn:aws:iam::aws:policy/AdministratorAccess"
    assert list(warned(**of(policy_arns=[arn]))) == [("workloads", "orders", "policy_arns", 0)]


def test_a_namespace_that_the_file_does_not_make_is_warned_of() -> None:
    settings = of(statements=READ)
    settings["workloads"]["orders"]["namespace"] = "shpo"
    assert list(warned(**settings)) == [("workloads", "orders", "namespace")]


def test_a_policy_that_is_too_long_is_refused_before_aws_does() -> None:
    resources = [f"arn:aws:s3:::a-bucket-with-a-long-name-{number}/*" for number in range(200)]
    long = {"Read": {"actions": ["s3:GetObject"], "resources": resources}}
    [(path, message)] = refused(**of(statements=long)).items()
    assert path == ("workloads", "orders", "statements")
    assert "IAM allows 6144" in message
