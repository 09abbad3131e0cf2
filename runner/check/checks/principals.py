"""Whether the IAM roles and users that the settings name exist.

KMS and S3 refuse a policy, and EKS an access entry, whose principal does not exist.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from runner.check.context import CheckContext
from runner.check.finding import Finding, each

_ARN: Final = re.compile(r"arn:[a-z-]+:iam::(\d{12}):(role|user)/(.*)")

_POLICIES: Final = ("policy", "assume_role_policy")


def find(context: CheckContext) -> Iterator[Finding]:
    """Looks for the principals of access entries and of all policies."""
    made = {name.rpartition("/")[2] for name in context.needs.values("aws_iam_role", "name")}
    named = dict.fromkeys([*context.environment.admins, *_named(context)])
    wanted = [arn for arn in named if _ARN.fullmatch(arn) and _name(arn) not in made]
    yield from each(wanted, str, lambda arn: _principal(context, arn))


def _principal(context: CheckContext, arn: str) -> Iterator[Finding]:
    match = _ARN.fullmatch(arn)
    account, kind, _ = match.groups() if match else ("", "", "")
    if account != context.environment.account:
        yield Finding(
            "not checked", arn, f"is in account {account}", "exists", f"Look in account {account}."
        )
        return
    existing = _existing(context, kind, _name(arn))
    needed = "administers the platform" if arn in context.environment.admins else "exists"
    if existing == arn:
        yield Finding("ok", arn, "exists", needed)
    elif existing:
        action = f"Write the ARN with its path: {existing}."
        yield Finding("error", arn, f"the {kind} is {existing}", needed, action)
    else:
        action = (
            f"Make the {kind}, or name another one. Without it the apply fails with "
            "MalformedPolicyDocumentException or InvalidParameterException."
        )
        yield Finding("error", arn, f"there is no such {kind}", needed, action)


def _existing(context: CheckContext, kind: str, name: str) -> str | None:
    """The ARN of a role or user; names are unique whatever their path and case."""
    if kind == "role":
        roles = context.aws.pages("iam", "list_roles", "Roles")
        return next((r["Arn"] for r in roles if r["RoleName"].lower() == name.lower()), None)
    found = context.aws.find("iam", "get_user", UserName=name)
    return found["User"]["Arn"] if found else None


def _name(arn: str) -> str:
    return arn.rpartition("/")[2]


def _named(context: CheckContext) -> Iterator[str]:
    for resource in context.needs.resources:
        principal = resource.literal("principal_arn")
        if principal:
            yield principal
        for argument in _POLICIES:
            yield from _principals(resource.attributes.get(argument))


def _principals(text: Any) -> Iterator[str]:
    """The principals of a policy, which may have references in other places."""
    try:
        statements = json.loads(text)["Statement"]
    except (ValueError, KeyError, TypeError):
        return
    for statement in statements:
        principal = statement.get("Principal")
        found = principal.get("AWS", ()) if isinstance(principal, dict) else ()
        yield from [found] if isinstance(found, str) else found
