"""Rules of the environment's name, tags and admins."""

from collections.abc import Iterator
from typing import Final

from config.derived.limits import KEY_POLICY_LENGTH
from config.environment import Environment
from config.problem import Problem
from rules.registration import rule

USER_TAGS: Final = 40
"""AWS allows 50 tags on a resource; the generator and the controllers in the cluster add some."""

OWN_TAGS: Final = ("environment", "managed-by")
"""Tags that the generator sets, and by which it finds its resources."""

REST_OF_KEY_POLICY: Final = 4 * 1024
"""Bytes reserved for the other statements of a key policy; a test measures every key."""

SECURITY_GROUP_PREFIX: Final = "sg-"
"""https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html"""

DB_SUBNET_GROUP: Final = "default"
"""https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html"""


@rule("tags")
def tags_are_allowed(environment: Environment) -> Iterator[Problem]:
    """Tags are not those of AWS and the generator, and leave room for further ones.

    https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html,
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules_creating
    """
    for key in environment.tags:
        if key.lower().startswith("aws:"):
            yield Problem(("tags", key), "begins with aws:, which AWS reserves", key)
        if key.lower() in OWN_TAGS:
            yield Problem(("tags", key), "is a tag that the generator sets itself", key)
        same = [other for other in environment.tags if other.lower() == key.lower()]
        if key != same[0]:
            message = f"is {same[0]} in another case, which IAM ignores"
            yield Problem(("tags", key), message, key)
    if len(environment.tags) > USER_TAGS:
        yield Problem(("tags",), "has too many tags", len(environment.tags), f"up to {USER_TAGS}")


@rule("admins", "region")
def admins_belong_to_the_partition(environment: Environment) -> Iterator[Problem]:
    """An admin's ARN has the region's partition."""
    for index, arn in enumerate(environment.admins):
        partition = arn.split(":")[1]
        if partition != environment.partition:
            yield Problem(
                ("admins", index),
                f"is of partition {partition}, not that of {environment.region}",
                arn,
                suggestion=arn.replace(f"arn:{partition}:", f"arn:{environment.partition}:", 1),
            )


@rule("admins")
def admins_are_named_once(environment: Environment) -> Iterator[Problem]:
    """Each admin appears once."""
    for index, arn in enumerate(environment.admins):
        if arn in environment.admins[:index]:
            yield Problem(("admins", index), "is a duplicate", arn)


@rule("admins")
def admins_fit_into_key_policies(environment: Environment) -> Iterator[Problem]:
    """All admins fit into the policy of a KMS key."""
    length = sum(len(f'"{arn}",') for arn in environment.admins)
    room = KEY_POLICY_LENGTH - REST_OF_KEY_POLICY
    if length > room:
        yield Problem(
            ("admins",),
            f"are too many for the policy of a KMS key: {length} characters together",
            len(environment.admins),
            f"up to {room} characters, for example one role that all of them assume",
        )


@rule("name")
def environment_name_is_allowed(environment: Environment) -> Iterator[Problem]:
    """The environment's name is not one that AWS reserves."""
    name = environment.name
    if name == DB_SUBNET_GROUP:
        message = "is a name that RDS reserves for its own subnet group"
        yield Problem(("name",), message, name, "any other name")
    if name.startswith(SECURITY_GROUP_PREFIX):
        message = "begins with sg-, which AWS reserves for ids of security groups"
        yield Problem(("name",), message, name)
