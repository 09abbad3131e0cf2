"""IAM policies with which Terraform plans or applies stacks, within IAM's limits of length."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from config.derived import limits
from config.derived.names import capability_role_arn, name_in_arn
from config.environment import Environment
from modules.identity.policy import Condition, Statement, policy_document
from modules.permissions.grants import READ, WRITE, Grant, grants

Access = Literal["plan", "apply"]

TAG: Final = "environment"
"""The tag by which resources without a name of their own are told apart (`names.default_tags`)."""

_EC2_CREATE_TAGS: Final = ("ec2:CreateTags",)
_DESTROY: Final = (
    "ec2:DescribeInstances",
    "ec2:DescribeLaunchTemplates",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSnapshots",
    "ec2:DescribeVolumes",
    "ec2:DescribeVpcEndpoints",
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeTags",
    "elasticloadbalancing:DescribeTargetGroups",
    "iam:ListInstanceProfiles",
    "logs:DescribeLogGroups",
)
"""What `make destroy` looks for besides Terraform: resources that controllers made."""


@dataclass(frozen=True)
class PolicyContext:
    """What the conditions of the statements name.

    Attributes:
        environment: the environment.
        boundary: ARN of the permissions boundary of the stacks' roles; None where they have none.
        roles: ARNs of the roles that the stacks make, or that AWS services get from them.
        attached: ARNs of the policies that the stacks attach to them.
    """

    environment: Environment
    boundary: str | None
    roles: Sequence[str]
    attached: Sequence[str]


def stack_statements(
    environment: Environment, stacks: Sequence[Mapping[str, Any]], access: Access
) -> list[Statement]:
    """The statements of all that Terraform needs for the stacks, besides their states.

    Args:
        stacks: the Terraform JSON of the stacks.

    Raises:
        UnknownTypeError: a stack holds a type of resource without permissions.
    """
    verbs = READ if access == "plan" else WRITE
    found: set[Grant] = set()
    for stack in stacks:
        found |= grants(stack, verbs, environment.partition, environment.account)
    if access == "apply":
        found |= {Grant("any", "*", action) for action in _DESTROY}
        cluster = f"{environment.region}:{environment.account}:cluster/{environment.cluster_name}"
        arn = f"arn:{environment.partition}:eks:{cluster}"
        found.add(Grant("own", arn, "eks:DescribeCluster"))
    context = _context(environment, stacks, found)
    return [*_merged(context, found), *_tagging(environment, found), *_roles(context, found)]


def documents(statements: Iterable[Statement]) -> list[str]:
    """The statements in as few policy documents as IAM's limit of length allows.

    Raises:
        LimitError: one statement alone is too long.
    """
    files: list[list[Statement]] = []
    for statement in (part for each in statements for part in _parts(each)):
        for file in files:
            if limits.policy_length(_document([*file, statement])) <= limits.POLICY_LENGTH:
                file.append(statement)
                break
        else:
            limits.checked_policy(f"statement {statement.sid}", _document([statement]))
            files.append([statement])
    return [_document(file) for file in files]


def _document(statements: Sequence[Statement]) -> str:
    """A document whose statements are numbered where their ids would be the same."""
    seen: dict[str, int] = defaultdict(int)
    numbered: list[Statement] = []
    for statement in statements:
        seen[statement.sid] += 1
        count = seen[statement.sid]
        numbered.append(replace(statement, sid=f"{statement.sid}{count if count > 1 else ''}"))
    return policy_document(*numbered)


def _parts(statement: Statement) -> Iterator[Statement]:
    """A statement that fits, or its halves by resources."""
    if limits.policy_length(_document([statement])) <= limits.POLICY_LENGTH:
        yield statement
        return
    middle = len(statement.resources) // 2
    if not middle:
        yield statement
        return
    for resources in (statement.resources[:middle], statement.resources[middle:]):
        yield from _parts(replace(statement, resources=resources))


def _merged(context: PolicyContext, found: Iterable[Grant]) -> Iterator[Statement]:
    """One statement for all actions of a scope that are allowed on the same resources."""
    resources: dict[tuple[str, str], set[str]] = defaultdict(set)
    for grant in found:
        if grant.scope in ("pass", "linked"):
            continue
        places = context.roles if grant.scope == "roles" else [grant.resource]
        resources[grant.scope, grant.action] |= set(places)
    actions: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for (scope, action), places in sorted(resources.items()):
        actions[scope, tuple(sorted(places))].append(action)
    for (scope, places), allowed in sorted(actions.items()):
        if places:
            yield Statement(
                scope.capitalize(), allowed, places, conditions=_conditions(context, scope)
            )


def _conditions(context: PolicyContext, scope: str) -> Condition:
    name = context.environment.name
    match scope:
        case "tagged":
            return {"StringEquals": {f"aws:ResourceTag/{TAG}": name}}
        case "new":
            return {"StringEquals": {f"aws:RequestTag/{TAG}": name}}
        case "untagged":
            return {
                "StringEquals": {f"aws:RequestTag/{TAG}": name},
                "Null": {f"aws:ResourceTag/{TAG}": "true"},
            }
        case "bounded":
            return _bounded(context)
        case "attached":
            return {**_bounded(context), "ArnEquals": {"iam:PolicyARN": context.attached}}
        case _:
            return {}


def _bounded(context: PolicyContext) -> Condition:
    if context.boundary is None:
        return {}
    return {"StringEquals": {"iam:PermissionsBoundary": context.boundary}}


def _tagging(environment: Environment, found: Iterable[Grant]) -> Iterator[Statement]:
    """Tags of EC2's resources: when they are made, and of those that have the environment's tag.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
    """
    created = sorted(
        {each.action for each in found if each.scope == "new" and each.action.startswith("ec2:")}
    )
    if not created:
        return
    place = f"{environment.region}:{environment.account}"
    everything = [f"arn:{environment.partition}:ec2:{place}:*/*"]
    yield Statement(
        "TagNew",
        _EC2_CREATE_TAGS,
        everything,
        conditions={
            "StringEquals": {
                f"aws:RequestTag/{TAG}": environment.name,
                "ec2:CreateAction": [each.removeprefix("ec2:") for each in created],
            }
        },
    )
    yield Statement(
        "TagOwn",
        [*_EC2_CREATE_TAGS, "ec2:DeleteTags"],
        everything,
        conditions={"StringEquals": {f"aws:ResourceTag/{TAG}": environment.name}},
    )


def _roles(context: PolicyContext, found: Iterable[Grant]) -> Iterator[Statement]:
    """Roles that AWS services get, and those that AWS makes for its services."""
    passed = sorted({each.action for each in found if each.scope == "pass"})
    if passed and context.roles:
        yield Statement(
            "Pass",
            ["iam:PassRole"],
            context.roles,
            conditions={"StringEquals": {"iam:PassedToService": passed}},
        )
    linked = sorted({each.action for each in found if each.scope == "linked"})
    if linked:
        environment = context.environment
        yield Statement(
            "Linked",
            ["iam:CreateServiceLinkedRole"],
            [f"arn:{environment.partition}:iam::{environment.account}:role/aws-service-role/*"],
            conditions={"StringEquals": {"iam:AWSServiceName": linked}},
        )


def _context(
    environment: Environment, stacks: Sequence[Mapping[str, Any]], found: Iterable[Grant]
) -> PolicyContext:
    """The roles of the stacks, their boundary, and the policies that are attached to them."""
    resources = [stack.get("resource", {}) for stack in stacks]
    attached = {
        body["policy_arn"]
        for each in resources
        for body in each.get("aws_iam_role_policy_attachment", {}).values()
        if body["policy_arn"].startswith("arn:")
    }
    own = {each.resource for each in found if each.action == "iam:GetPolicy"}
    made = {each.resource for each in found if each.action == "iam:ListRolePolicies"}
    return PolicyContext(
        environment,
        permissions_boundary(stacks),
        roles=sorted(made | _given_roles(environment, resources)),
        attached=sorted(attached | own),
    )


def _given_roles(environment: Environment, resources: Sequence[Mapping[str, Any]]) -> set[str]:
    """ARNs of roles of others and of other stacks that an argument of a resource is, or names."""
    text = json.dumps(resources)
    capabilities = environment.cluster.capabilities.enabled
    arns = [
        *environment.identity.roles.by_key().values(),
        *(capability_role_arn(environment, key) for key in capabilities),
    ]
    return {arn for arn in arns if any(f'"{each}"' in text for each in (arn, name_in_arn(arn)))}


def permissions_boundary(stacks: Iterable[Mapping[str, Any]]) -> str | None:
    """ARN of the permissions boundary of the roles of stacks; None where they have none."""
    roles = (
        body
        for stack in stacks
        for body in stack.get("resource", {}).get("aws_iam_role", {}).values()
    )
    return next(
        (body["permissions_boundary"] for body in roles if "permissions_boundary" in body), None
    )
