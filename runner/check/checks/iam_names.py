"""Whether the names of IAM roles, policies and instance profiles are free in the account.

They are global: a second platform of the same name in another region takes them, too.
"""

from collections.abc import Iterator
from functools import partial
from typing import Final

from runner.check.checks.taken import FREE, taken
from runner.check.context import CheckContext
from runner.check.finding import Finding, each
from runner.check.needs import Resource
from runner.check.ours import Tags, tags_of


def roles(context: CheckContext) -> Iterator[Finding]:
    """Compares the roles."""
    yield from _names(context, "aws_iam_role")


def policies(context: CheckContext) -> Iterator[Finding]:
    """Compares the policies."""
    yield from _names(context, "aws_iam_policy")


def instance_profiles(context: CheckContext) -> Iterator[Finding]:
    """Compares the instance profiles."""
    yield from _names(context, "aws_iam_instance_profile")


_KINDS: Final = {
    "aws_iam_role": ("IAM role", "list_roles", "Roles", "RoleName"),
    "aws_iam_policy": ("IAM policy", "list_policies", "Policies", "PolicyName"),
    "aws_iam_instance_profile": (
        "instance profile",
        "list_instance_profiles",
        "InstanceProfiles",
        "InstanceProfileName",
    ),
}


def _names(context: CheckContext, type_: str) -> Iterator[Finding]:
    """One row for all free names, and one for each that exists."""
    what, operation, key, field = _KINDS[type_]
    wanted = [each for each in context.needs.of(type_) if each.literal("name")]
    if not wanted:
        return
    given = {"Scope": "Local"} if type_ == "aws_iam_policy" else {}
    existing = {
        found[field].lower(): found for found in context.aws.pages("iam", operation, key, **given)
    }
    taken_ = [each for each in wanted if each.attributes["name"].lower() in existing]
    free = len(wanted) - len(taken_)
    if free:
        yield Finding("ok", what, f"{free} of {len(wanted)} names are free", FREE)

    def name_of(resource: Resource) -> str:
        return f"{what} {resource.attributes['name']}"

    def look(resource: Resource) -> Iterator[Finding]:
        name = existing[resource.attributes["name"].lower()][field]
        tags = _TAGS[type_](context, existing[name.lower()])
        yield taken(context, resource, name_of(resource), name, tags)

    yield from each(taken_, name_of, look)


def _tags(
    operation: str, argument: str, key: str, context: CheckContext, found: dict[str, str]
) -> Tags:
    name = found[argument.replace("PolicyArn", "Arn")]
    answer = context.aws.find("iam", operation, **{argument: name})
    return tags_of(answer[key].get("Tags", ())) if answer else {}


_TAGS: Final = {
    "aws_iam_role": partial(_tags, "get_role", "RoleName", "Role"),
    "aws_iam_policy": partial(_tags, "get_policy", "PolicyArn", "Policy"),
    "aws_iam_instance_profile": partial(
        _tags, "get_instance_profile", "InstanceProfileName", "InstanceProfile"
    ),
}
