"""Rules of the `state` section: names and regions of the buckets."""

from collections.abc import Iterator
from typing import Final

from config.derived import names
from config.derived.limits import BUCKET_NAME
from config.derived.names import BucketNames
from config.environment import Environment
from config.problem import Path, Problem
from config.types.regions import PARTITION_OF
from rules.registration import rule

BUCKET_PREFIXES: Final = ("xn--", "sthree-", "amzn-s3-demo-")
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""

BUCKET_SUFFIXES: Final = ("-s3alias", "--ol-s3", "--x-s3", "--table-s3")
"""Same source as BUCKET_PREFIXES, which names `.mrap` too; bucket names here have no dots."""


@rule("name", "state")
def state_bucket_name_is_allowed(environment: Environment) -> Iterator[Problem]:
    """The state bucket has no name that S3 reserves."""
    yield from reserved_bucket_name(("state", "bucket"), names.state_bucket(environment))


def reserved_bucket_name(path: Path, bucket: str) -> Iterator[Problem]:
    """Yields a problem if S3 reserves a bucket's name.

    The default name contains the environment's name.
    """
    involved: tuple[Path, ...] = (("name",),)
    for prefix in BUCKET_PREFIXES:
        if bucket.startswith(prefix):
            message = f"begins with {prefix}, which S3 reserves"
            yield Problem(path, message, bucket, involved=involved)
    for suffix in BUCKET_SUFFIXES:
        if bucket.endswith(suffix):
            message = f"ends with {suffix}, which S3 reserves"
            yield Problem(path, message, bucket, involved=involved)


def log_bucket_name_fits(path: Path, names: BucketNames) -> Iterator[Problem]:
    """Yields a problem if a bucket's name leaves no room for that of its log bucket."""
    over = len(names.log_bucket) - BUCKET_NAME
    if over > 0:
        message = f"is too long: {names.log_bucket} would have {len(names.log_bucket)} characters"
        yield Problem(path, message, names.bucket, f"up to {len(names.bucket) - over} characters")


@rule("state", "region")
def replica_is_in_another_region(environment: Environment) -> Iterator[Problem]:
    """The replica is in another region of the same partition."""
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


@rule("name", "account", "region", "state")
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
