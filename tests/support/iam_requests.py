"""What IAM would check for a recorded request: actions, resources and condition keys.

Which resources an action has, and which of its condition keys belong to which of them, is from
the definitions of the policy linter; those are AWS's service authorization reference.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from support.iam_evaluator import Check, Values
from support.iam_resources import ACCOUNT, PREFIXES, TAG, Request, requested, resources_of
from support.s3_requests import s3_checks
from tools.emulator.requests import texts
from tools.security.parliament_library import parliament

WITHOUT_PERMISSION: Final = {"sts:GetCallerIdentity"}

RENAMED: Final = {
    "budgets:CreateBudget": "budgets:ModifyBudget",
    "budgets:DeleteBudget": "budgets:ModifyBudget",
    "budgets:UpdateBudget": "budgets:ModifyBudget",
    "budgets:CreateNotification": "budgets:ModifyBudget",
    "budgets:DescribeBudget": "budgets:ViewBudget",
    "budgets:DescribeNotificationsForBudget": "budgets:ViewBudget",
    "budgets:DescribeSubscribersForNotification": "budgets:ViewBudget",
}
"""Operations whose action has another name."""

PASSED_TO: Final = {
    "backup": "backup.amazonaws.com",
    "ec2": "vpc-flow-logs.amazonaws.com",
    "ecr": "ecr.amazonaws.com",
    "eks": "eks.amazonaws.com",
}
"""The service that gets a role that a request names."""


class Requests:
    """Recorded requests in their order, each with what IAM would check for it."""

    def __init__(self) -> None:
        self._boundaries: dict[str, str] = {}

    def checks(self, request: Request) -> list[Check]:
        """What IAM would check for the next request."""
        service, parameters = request["service"], request["parameters"]
        if service == "s3":
            return s3_checks(request)
        prefix = PREFIXES.get(service, service)
        name = f"{prefix}:{request['action']}"
        if name in WITHOUT_PERMISSION:
            return []
        action = RENAMED.get(name, name)
        context = _context(service, request["action"], parameters)
        if service == "iam":
            self._boundary(request, context)
        known = _definition(action)
        if known is None:
            return [Check(action, "*", context)]
        resources = list(resources_of(request, known))
        found = [
            Check(action, arn, context | _tags(request, arn) | created)
            for arn, created in resources
        ]
        return [
            *(found or [Check(action, "*", context | requested(parameters))]),
            *_others(request),
        ]

    def _boundary(self, request: Request, context: dict[str, Values]) -> None:
        """Adds the permissions boundary that the role has, or is given."""
        role = request["parameters"].get("RoleName", "")
        if given := request["parameters"].get("PermissionsBoundary"):
            self._boundaries[role] = given
        if role in self._boundaries:
            context["iam:permissionsboundary"] = self._boundaries[role]


@cache
def _definitions() -> dict[str, dict[str, Any]]:
    return {each["prefix"]: each for each in parliament.iam_definition}


@cache
def _definition(action: str) -> tuple[tuple[str, bool, bool], ...] | None:
    """The resource types of an action: name, whether required, whether it can get tags by it."""
    prefix, _, name = action.partition(":")
    for privilege in _definitions()[prefix]["privileges"]:
        if privilege["privilege"].lower() == name.lower():
            types = [each for each in privilege["resource_types"] if each["resource_type"]]
            return tuple(
                (
                    each["resource_type"].rstrip("*"),
                    each["resource_type"].endswith("*"),
                    "aws:RequestTag/${TagKey}" in each["condition_keys"],
                )
                for each in types
            )
    raise LookupError(f"AWS knows no action {action}")


def _tags(request: Request, arn: str) -> dict[str, Values]:
    """The tag that a resource had at the time of the request."""
    for named, tags in request["tags"].items():
        if (arn == named or arn.endswith(f"/{named.rpartition('/')[2]}")) and TAG in tags:
            return {f"aws:resourcetag/{TAG}": tags[TAG]}
    return {}


def _context(service: str, action: str, parameters: Mapping[str, Any]) -> dict[str, Values]:
    context: dict[str, Values] = {}
    if service == "iam" and (arn := parameters.get("PolicyArn")):
        context["iam:policyarn"] = arn
    if service == "dynamodb" and action in ("GetItem", "PutItem", "DeleteItem"):
        item = parameters.get("Key") or parameters.get("Item") or {}
        context["dynamodb:leadingkeys"] = [item["LockID"]["S"]]
    if service == "ec2" and action == "CreateTags":
        context |= requested(parameters)
    return context


def _others(request: Request) -> Iterator[Check]:
    """The tags that are given to new resources of EC2, and the roles that services get."""
    service, parameters = request["service"], request["parameters"]
    if service == "ec2":
        for each in parameters.get("TagSpecifications", []):
            yield Check(
                "ec2:CreateTags",
                f"arn:aws:ec2:{request['region']}:{ACCOUNT}:{each['ResourceType']}/new",
                {"ec2:createaction": request["action"], **requested(each)},
            )
    if service not in PASSED_TO or request["action"].startswith(("Describe", "List", "Get")):
        return
    roles = {
        text
        for key, value in parameters.items()
        if "principal" not in key.lower() and "policy" not in key.lower()
        for text in texts(value)
        if text.startswith(f"arn:aws:iam::{ACCOUNT}:role/")
    }
    to = PASSED_TO[service]
    if "PodIdentity" in request["action"]:
        to = "pods.eks.amazonaws.com"
    for role in sorted(roles):
        yield Check("iam:PassRole", role, {"iam:passedtoservice": to})
