"""Rules of names that AWS keeps for itself, and that it would refuse only at apply."""

from collections.abc import Iterator
from typing import Final

from config.derived import names
from config.environment import Environment
from config.problem import Path, Problem

BUCKET_PREFIXES: Final = ("xn--", "sthree-", "amzn-s3-demo-")
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""

BUCKET_SUFFIXES: Final = ("-s3alias", "--ol-s3", "--x-s3", "--table-s3")
"""Same source as BUCKET_PREFIXES, which names `.mrap` too; bucket names here have no dots."""

SECURITY_GROUP_PREFIX: Final = "sg-"
"""https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html"""

DB_SUBNET_GROUP: Final = "default"
"""https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html"""


def environment_name_is_allowed(environment: Environment) -> Iterator[Problem]:
    """What is named after the environment has no name that AWS keeps for itself."""
    name = environment.name
    if name == DB_SUBNET_GROUP:
        message = "is a name that RDS keeps for its own subnet group"
        yield Problem(("name",), message, name, "any other name")
    if name.startswith(SECURITY_GROUP_PREFIX):
        message = "begins with sg-, which AWS keeps for ids of security groups"
        yield Problem(("name",), message, name)


def bucket_names_are_allowed(environment: Environment) -> Iterator[Problem]:
    """Buckets have no name that S3 keeps for its own."""
    buckets: dict[Path, str] = {("state", "bucket"): names.state_bucket(environment)}
    if environment.platform.velero.enabled:
        buckets["platform", "velero", "bucket", "name"] = names.backup_bucket(environment)
    for path, bucket in buckets.items():
        involved: tuple[Path, ...] = (("name",),)
        for prefix in BUCKET_PREFIXES:
            if bucket.startswith(prefix):
                message = f"begins with {prefix}, which S3 keeps for itself"
                yield Problem(path, message, bucket, involved=involved)
        for suffix in BUCKET_SUFFIXES:
            if bucket.endswith(suffix):
                message = f"ends with {suffix}, which S3 keeps for itself"
                yield Problem(path, message, bucket, involved=involved)
