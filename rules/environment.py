"""Rules of the account-wide settings: names, tags, admins and the state backend."""

from collections.abc import Iterator
from typing import Final

from config.derived import names
from config.derived.limits import BUCKET_NAME, KEY_POLICY_LENGTH
from config.environment import Environment
from config.problem import Problem
from config.types.regions import PARTITION_OF

USER_TAGS: Final = 40
"""AWS allows 50 tags on a resource; the generator and the controllers in the cluster add some."""

OWN_TAGS: Final = ("environment", "managed-by")
"""Tags that the generator sets itself and finds its resources by."""

REST_OF_KEY_POLICY: Final = 4 * 1024
"""Bytes kept for what a key's policy says besides its admins; a test measures every key."""


def tags_are_allowed(environment: Environment) -> Iterator[Problem]:
    """Tags keep out of AWS's and the generator's own, and leave room for more.

    https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html,
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules_creating
    """
    for key in environment.tags:
        if key.lower().startswith("aws:"):
            yield Problem(("tags", key), "begins with aws:, which AWS keeps for itself", key)
        if key.lower() in OWN_TAGS:
            yield Problem(("tags", key), "is a tag that the generator sets itself", key)
        same = [other for other in environment.tags if other.lower() == key.lower()]
        if key != same[0]:
            message = f"is {same[0]} in other letters, and IAM does not tell them apart"
            yield Problem(("tags", key), message, key)
    if len(environment.tags) > USER_TAGS:
        yield Problem(("tags",), "has too many tags", len(environment.tags), f"up to {USER_TAGS}")


def admins_belong_to_the_partition(environment: Environment) -> Iterator[Problem]:
    """An admin's ARN is of the region's partition."""
    for index, arn in enumerate(environment.admins):
        partition = arn.split(":")[1]
        if partition != environment.partition:
            yield Problem(
                ("admins", index),
                f"is of partition {partition}, not that of {environment.region}",
                arn,
                suggestion=arn.replace(f"arn:{partition}:", f"arn:{environment.partition}:", 1),
            )


def admins_are_named_once(environment: Environment) -> Iterator[Problem]:
    """Each admin appears once."""
    for index, arn in enumerate(environment.admins):
        if arn in environment.admins[:index]:
            yield Problem(("admins", index), "names an admin a second time", arn)


def admins_fit_into_key_policies(environment: Environment) -> Iterator[Problem]:
    """The policy of a KMS key has room for every admin."""
    length = sum(len(f'"{arn}",') for arn in environment.admins)
    room = KEY_POLICY_LENGTH - REST_OF_KEY_POLICY
    if length > room:
        yield Problem(
            ("admins",),
            f"are too many for the policy of a KMS key: {length} characters together",
            len(environment.admins),
            f"up to {room} characters, for example one role that all of them assume",
        )


def replica_is_elsewhere(environment: Environment) -> Iterator[Problem]:
    """The state's copy lies in another region of the same partition."""
    replica = environment.state.replica_region
    if replica is None:
        return
    path = ("state", "replica_region")
    if replica == environment.region:
        yield Problem(path, "is the region of the state bucket itself", replica, "another region")
    elif PARTITION_OF[replica] != environment.partition:
        yield Problem(
            path,
            f"is in another partition than {environment.region}",
            replica,
            f"a region of partition {environment.partition}",
        )


def state_bucket_names_fit(environment: Environment) -> Iterator[Problem]:
    """The state bucket's name leaves room for those of its log and replica buckets."""
    suffixed = [names.state_log_bucket(environment)]
    if environment.state.replica_region is not None:
        suffixed.append(names.state_replica_log_bucket(environment))
    longest = max(suffixed, key=len)
    if len(longest) > BUCKET_NAME:
        bucket = names.state_bucket(environment)
        room = BUCKET_NAME - (len(longest) - len(bucket))
        default = environment.state.bucket is None
        yield Problem(
            ("name",) if default else ("state", "bucket"),
            f"is too long{' for the default of state.bucket' if default else ''}: "
            f"{longest} would have {len(longest)} characters",
            environment.name if default else bucket,
            f"a shorter name, or a state.bucket of up to {room} characters"
            if default
            else f"up to {room} characters",
        )
