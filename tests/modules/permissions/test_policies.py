"""What the roles of pipelines may do: what their stacks need, and nothing that would free them."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from config.derived import limits
from config.environment import Environment
from modules.permissions.grants import UnknownTypeError, grants, table
from modules.permissions.policies import Access
from modules.permissions.roles import STATE, policies
from rules.load import EXAMPLES, load
from support.environments import environment
from support.iam_evaluator import Check, allowed
from support.output import Output, synthesized_output
from tools.security.parliament_library import parliament

ACCOUNT = "123456789012"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/test-boundary"
ROLE = f"arn:aws:iam::{ACCOUNT}:role"
EC2 = f"arn:aws:ec2:eu-west-1:{ACCOUNT}"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1"
STATES = f"arn:aws:s3:::test-tfstate-{ACCOUNT}-eu-west-1"
ADMINISTRATOR = {"iam:policyarn": "arn:aws:iam::aws:policy/AdministratorAccess"}
THEIRS = {"aws:resourcetag/environment": "other"}
OURS = {"aws:resourcetag/environment": "test"}
BOUNDED = {"iam:permissionsboundary": BOUNDARY}
LOG_GROUP = f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:/aws/eks/other/cluster"
LOCK_TABLE = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/test-tfstate-lock"

DANGEROUS = [
    Check("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/me"),
    Check("iam:CreateAccessKey", f"arn:aws:iam::{ACCOUNT}:user/me"),
    Check("iam:AttachRolePolicy", f"{ROLE}/test-cluster", ADMINISTRATOR | BOUNDED),
    Check("iam:AttachRolePolicy", f"{ROLE}/test-ci-all", ADMINISTRATOR),
    Check("iam:PutRolePolicy", f"{ROLE}/test-ci-all"),
    Check("iam:CreateRole", f"{ROLE}/test-cluster"),
    Check("iam:CreateRole", f"{ROLE}/anything", BOUNDED),
    Check("iam:PutRolePolicy", f"{ROLE}/test-cluster"),
    Check("iam:UpdateAssumeRolePolicy", f"{ROLE}/platform-admin"),
    Check("iam:DeleteRolePermissionsBoundary", f"{ROLE}/test-cluster", BOUNDED),
    Check("iam:PutRolePermissionsBoundary", f"{ROLE}/test-cluster", {
        "iam:permissionsboundary": "arn:aws:iam::aws:policy/AdministratorAccess"
    }),
    Check("iam:CreatePolicyVersion", BOUNDARY),
    Check("iam:CreatePolicyVersion", f"arn:aws:iam::{ACCOUNT}:policy/test-ci-all-1"),
    Check("iam:PassRole", f"{ROLE}/platform-admin", {"iam:passedtoservice": "ec2.amazonaws.com"}),
    Check("iam:PassRole", f"{ROLE}/test-node", {"iam:passedtoservice": "lambda.amazonaws.com"}),
    Check("sts:AssumeRole", f"{ROLE}/platform-admin"),
    Check("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:a"),
    Check("s3:DeleteBucket", STATES),
    Check("s3:PutBucketPolicy", STATES),
    Check("s3:DeleteObject", f"{STATES}/test/network.tfstate"),
    Check("s3:PutObject", f"{STATES}/test/state.tfstate"),
    Check("s3:GetObject", f"arn:aws:s3:::other-tfstate-{ACCOUNT}-eu-west-1/other/network.tfstate"),
    Check("dynamodb:DeleteTable", LOCK_TABLE),
    Check("dynamodb:DeleteItem", LOCK_TABLE, {
        "dynamodb:leadingkeys": [f"test-tfstate-{ACCOUNT}-eu-west-1/test/state.tfstate"]
    }),
    Check("kms:PutKeyPolicy", KEY, THEIRS),
    Check("kms:PutKeyPolicy", KEY),
    Check("kms:ScheduleKeyDeletion", KEY, THEIRS),
    Check("ec2:DeleteVpc", f"{EC2}:vpc/vpc-1", THEIRS),
    Check("ec2:DeleteSubnet", f"{EC2}:subnet/subnet-1"),
    Check("ec2:CreateTags", f"{EC2}:vpc/vpc-1", THEIRS | {"aws:requesttag/environment": "test"}),
    Check("ec2:CreateTags", f"{EC2}:security-group/sg-1", {
        **THEIRS, "aws:requesttag/environment": "test",
    }),
    Check("ec2:CreateSubnet", f"{EC2}:vpc/vpc-1", THEIRS),
    Check("ec2:CreateVpc", f"{EC2}:vpc/new", {"aws:requesttag/environment": "other"}),
    Check("eks:DeleteCluster", f"arn:aws:eks:eu-west-1:{ACCOUNT}:cluster/other"),
    Check("eks:CreateAccessEntry", f"arn:aws:eks:eu-west-1:{ACCOUNT}:cluster/other"),
    Check("logs:DeleteLogGroup", LOG_GROUP),
    Check("organizations:LeaveOrganization", "*"),
    Check("cloudtrail:StopLogging", f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/main"),
]  # fmt: skip

NEEDED = [
    Check("iam:CreateRole", f"{ROLE}/test-cluster", BOUNDED),
    Check("iam:AttachRolePolicy", f"{ROLE}/test-cluster", {
        **BOUNDED, "iam:policyarn": "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy",
    }),
    Check("iam:PassRole", f"{ROLE}/test-cluster", {"iam:passedtoservice": "eks.amazonaws.com"}),
    Check("ec2:DeleteSubnet", f"{EC2}:subnet/subnet-1", OURS),
    Check("kms:PutKeyPolicy", KEY, OURS),
    Check("s3:PutObject", f"{STATES}/test/cluster.tfstate"),
]  # fmt: skip

THEIR_BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/security/workloads"
OF_EC2 = {"iam:passedtoservice": "ec2.amazonaws.com"}

WITH_IDENTITY = [
    (Check("iam:CreateRole", f"{ROLE}/company/test-cluster", {
        "iam:permissionsboundary": THEIR_BOUNDARY
    }), True),
    (Check("iam:CreateRole", f"{ROLE}/company/test-cluster", BOUNDED), False),
    (Check("iam:CreateRole", f"{ROLE}/test-cluster", {
        "iam:permissionsboundary": THEIR_BOUNDARY
    }), False),
    (Check("iam:CreatePolicyVersion", THEIR_BOUNDARY), False),
    (Check("iam:PassRole", f"{ROLE}/security/nodes", OF_EC2), True),
    (Check("iam:PassRole", f"{ROLE}/security/other", OF_EC2), False),
    (Check("iam:AttachRolePolicy", f"{ROLE}/security/nodes", {
        "iam:permissionsboundary": THEIR_BOUNDARY
    }), False),
]  # fmt: skip
"""What a role that applies may with a path, a boundary and a role of nodes of others, or not."""

STATE_WRITES = {
    "dynamodb:DeleteItem",
    "dynamodb:PutItem",
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "s3:DeleteObject",
    "s3:PutObject",
}
"""What the lock of a state needs, in a plan too."""


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The state stack of an environment whose pipelines have one role for all stacks."""
    folder = tmp_path_factory.mktemp("ci-roles")
    server = [f"{ROLE}/build-server"]
    roles = {access: {"access": access, "principals": server} for access in ("plan", "apply")}
    return synthesized_output(folder, environment(ci_roles=roles)).stack("test-state").json


def of_role(state: dict[str, Any], access: Access) -> list[str]:
    made = state["resource"]["aws_iam_policy"]
    return [body["policy"] for name, body in made.items() if name.startswith(f"ci_{access}_")]


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The same with a path, a boundary and a role of nodes that others made."""
    folder = tmp_path_factory.mktemp("given")
    role = {"access": "apply", "principals": [f"{ROLE}/build-server"]}
    identity = {
        "path": "/company/",
        "permissions_boundary": THEIR_BOUNDARY,
        "roles": {"nodes": f"{ROLE}/security/nodes"},
    }
    settings = environment(ci_roles={"apply": role}, identity=identity)
    return synthesized_output(folder, settings).stack("test-state").json


@cache
def examples() -> dict[str, Environment]:
    return {each.name: each for each in load([EXAMPLES])}


def stacks_of(output: Output) -> Iterator[tuple[Environment, str, dict[str, Any]]]:
    """Every stack of every example but the state stacks."""
    for name in output.names:
        body = output.stack(name).json
        folder, _, stack = body["terraform"]["backend"]["s3"]["key"].partition("/")
        if stack != f"{STATE}.tfstate":
            yield examples()[folder], stack.removesuffix(".tfstate"), body


@pytest.mark.parametrize("check", DANGEROUS, ids=str)
def test_a_role_that_applies_everything_may_not(state: dict[str, Any], check: Check) -> None:
    assert not allowed(of_role(state, "apply"), check)


@pytest.mark.parametrize("check", NEEDED, ids=str)
def test_a_role_that_applies_may_what_it_needs_and_one_that_plans_may_not(
    state: dict[str, Any], check: Check
) -> None:
    assert allowed(of_role(state, "apply"), check)
    assert not allowed(of_role(state, "plan"), check)


@pytest.mark.parametrize(("check", "expected"), WITH_IDENTITY, ids=str)
def test_roles_of_pipelines_know_the_path_the_boundary_and_the_roles_that_others_made(
    given: dict[str, Any], check: Check, expected: bool
) -> None:
    assert allowed(of_role(given, "apply"), check) is expected


def test_a_boundary_of_others_takes_the_place_of_that_of_pipelines(given: dict[str, Any]) -> None:
    roles, made = given["resource"]["aws_iam_role"], given["resource"]["aws_iam_policy"]
    assert roles["ci_apply"]["permissions_boundary"] == THEIR_BOUNDARY
    assert "boundary" not in made
    assert {body["path"] for body in (roles["ci_apply"], *made.values())} == {"/company/"}


def test_a_role_that_plans_only_reads_but_for_the_lock_of_the_state(state: dict[str, Any]) -> None:
    levels = {
        f"{service['prefix']}:{each['privilege']}".lower(): each["access_level"]
        for service in parliament.iam_definition
        for each in service["privileges"]
    }
    actions = {
        action
        for text in of_role(state, "plan")
        for statement in json.loads(text)["Statement"]
        for action in _list(statement["Action"])
    }
    assert len(actions) > 50
    changing = {each for each in actions if levels[each.lower()] not in ("Read", "List")}
    # AWS counts this one among those that write.
    assert changing - STATE_WRITES <= {"ec2:DescribePrefixLists"}
    lock = f"{STATES}/test/cluster.tfstate"
    assert allowed(of_role(state, "plan"), Check("s3:PutObject", f"{lock}.tflock"))
    assert not allowed(of_role(state, "plan"), Check("s3:PutObject", lock))


def test_every_stack_of_every_example_has_permissions_within_the_limits_of_iam(
    output: Output,
) -> None:
    """All stacks of an environment together fit one role."""
    together: dict[str, list[dict[str, Any]]] = {}
    for found, _, body in stacks_of(output):
        together.setdefault(found.name, []).append(body)
    for name, bodies in together.items():
        for access in ("plan", "apply"):
            texts = policies(examples()[name], bodies, access)
            assert len(texts) <= limits.POLICIES_PER_ROLE, name
            assert max(map(limits.policy_length, texts)) <= limits.POLICY_LENGTH


def test_the_table_has_no_type_that_no_example_uses(output: Output) -> None:
    used = {
        f"{'data.' if block == 'data' else ''}{type_}"
        for name in output.names
        for block in ("resource", "data")
        for type_ in output.stack(name).json.get(block, {})
    }
    # Made where an accelerator routes; the examples route by DNS.
    accelerator = {each for each in table() if each.startswith("aws_globalaccelerator_")}
    assert set(table()) - used == accelerator


def test_a_type_without_permissions_is_an_error() -> None:
    stack = {"resource": {"aws_new_thing": {"x": {}}}, "provider": {"aws": [{"region": "r"}]}}
    with pytest.raises(UnknownTypeError, match=r"aws_new_thing \(x\) is in no table"):
        grants(stack, ("read",), "aws", ACCOUNT)


def test_resources_of_another_region_are_allowed_there(output: Output) -> None:
    body = output.stack("full-account").json
    texts = policies(examples()["full"], [body], "apply")
    vault = f"arn:aws:backup:{{}}:{ACCOUNT}:backup-vault:full-backup"
    for region in ("eu-west-1", "eu-central-1"):
        assert allowed(texts, Check("backup:CreateBackupVault", vault.format(region)))
    assert not allowed(texts, Check("backup:CreateBackupVault", vault.format("eu-north-1")))


def _list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
