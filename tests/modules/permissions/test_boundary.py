"""The permissions boundary: all that the roles of an environment need, and no way out of it."""

import json
from functools import cache
from typing import Any

import pytest
from moto.iam.aws_managed_policies import aws_managed_policies_data

from config.environment import Environment
from modules.permissions.boundary import boundary
from rules.load import EXAMPLES, load
from support.iam_evaluator import Check, allowed
from support.output import Output

ACCOUNT = "123456789012"
STATE = f"arn:aws:s3:::full-tfstate-{ACCOUNT}-eu-west-1/full/cluster.tfstate"
SECRET = f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:other/a"


@cache
def managed() -> dict[str, Any]:
    """The managed policies of AWS by name."""
    return json.loads(aws_managed_policies_data)


def granted(stack: dict[str, Any]) -> set[tuple[str, str]]:
    """Every action and resource that the roles of a stack have, by their own and AWS's policies."""
    resources = stack.get("resource", {})
    documents = [
        json.loads(body["policy"])
        for type_ in ("aws_iam_policy", "aws_iam_role_policy")
        for body in resources.get(type_, {}).values()
    ]
    documents += [
        managed()[body["policy_arn"].rpartition("/")[2]]["Document"]
        for body in resources.get("aws_iam_role_policy_attachment", {}).values()
        if body["policy_arn"].startswith("arn:")
    ]
    return {
        (action, resource)
        for document in documents
        for statement in _list(document["Statement"])
        for action in _list(statement["Action"])
        for resource in _list(statement["Resource"])
    }


@cache
def examples() -> dict[str, Environment]:
    return {each.name: each for each in load([EXAMPLES])}


@cache
def bounded(output: Output, name: str) -> tuple[str, list[dict[str, Any]]]:
    """The boundary of an example, and its stacks but the state stack."""
    environment = examples()[name]
    stacks = [
        output.stack(each).json
        for each in output.names
        if output.stack(each).json["terraform"]["backend"]["s3"]["key"].startswith(f"{name}/")
        and not each.endswith("-state")
    ]
    return boundary(environment, stacks), stacks


@pytest.mark.parametrize(
    "name", ["prod", "full", "registry", "fleet-hub", "irsa", "tracing", "amp"]
)
def test_roles_may_use_all_that_they_have_within_their_boundary(output: Output, name: str) -> None:
    document, stacks = bounded(output, name)
    tag = {"aws:resourcetag/environment": name}
    lacking = [
        (action, resource)
        for stack in stacks
        for action, resource in sorted(granted(stack))
        if not allowed([document], Check(action, _known(resource, action), tag))
    ]
    assert lacking == []


@pytest.mark.parametrize(
    "check",
    [
        Check("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/me"),
        Check("iam:CreateRole", f"arn:aws:iam::{ACCOUNT}:role/me"),
        Check("iam:AttachRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/full-cluster"),
        Check("iam:CreatePolicyVersion", f"arn:aws:iam::{ACCOUNT}:policy/full-boundary"),
        Check("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/platform-admin"),
        Check("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/platform-admin"),
        Check("s3:GetObject", STATE),
        Check("secretsmanager:GetSecretValue", SECRET),
        Check("kms:Decrypt", f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1"),
        Check("kms:PutKeyPolicy", f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1"),
        Check("dynamodb:GetItem", f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/full-tfstate-lock"),
        Check("ssm:SendCommand", f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-1"),
        Check("eks:CreateAccessEntry", f"arn:aws:eks:eu-west-1:{ACCOUNT}:cluster/full"),
    ],
    ids=str,
)  # fmt: skip
def test_no_role_gets_out_of_it_whatever_its_policies_say(output: Output, check: Check) -> None:
    document, _ = bounded(output, "full")
    assert not allowed([document], check)


def _known(resource: str, action: str) -> str:
    """A resource whose name is known after the apply; keys have the environment's tag."""
    if "${" in resource or (resource == "*" and action.startswith("kms:")):
        service = action.partition(":")[0]
        return f"arn:aws:{service}:eu-west-1:{ACCOUNT}:key/1"
    if resource == "*" and action == "iam:CreateServiceLinkedRole":
        return f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/x"  # IAM makes them there only
    return resource


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
