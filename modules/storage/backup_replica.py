"""Velero's backups in another region: the bucket there, and what replicates them to it."""

from typing import Final

from constructs import Construct

from config.derived import names
from config.derived.names import BucketNames
from config.environment import Environment
from modules.storage.addon_bucket import addon_bucket
from modules.storage.replication import (
    ReplicationBucket,
    ReplicationOptions,
    bucket_replication,
)

ID: Final = "velero_replica"


def backup_replica(scope: Construct, environment: Environment, other: Environment) -> None:
    """Makes the bucket of the other region's backups, in this environment's region.

    This environment's stacks own it, so that it outlives those of the other region. Versions and
    lock are as in the other region's bucket.
    """
    settings = other.platform.velero.bucket
    addon_bucket(
        scope,
        ID,
        environment,
        names.backup_replica(environment),
        description=f"Copy of the backups of {other.name}",
        access_log_days=settings.access_log_days,
        noncurrent_version_days=settings.noncurrent_version_days,
        lock_days=settings.lock_days,
        force_destroy=environment.platform.velero.bucket.force_destroy,
    )


def backup_replication(scope: Construct, environment: Environment, other: Environment) -> None:
    """Replicates this environment's backups, and their deletion, to the other region.

    Both buckets are in other stacks, and are known by their names.
    """
    bucket_replication(
        scope,
        "velero_replication",
        environment,
        _end(environment, names.backups(environment), is_replica=False),
        _end(other, names.backup_replica(other), is_replica=True),
        role=f"{environment.name}-velero-replication",
        role_id="velero_replication",
        description="Copies the backups to another region",
        rule="backups",
        options=ReplicationOptions(
            deletions=True,
            timed=True,
            locked=environment.platform.velero.bucket.lock_days is not None,
        ),
    )


def _end(environment: Environment, bucket: BucketNames, *, is_replica: bool) -> ReplicationBucket:
    partition, region = environment.partition, environment.region
    arn = f"arn:{partition}:s3:::{bucket.bucket}"
    return ReplicationBucket(
        arn,
        arn if is_replica else bucket.bucket,
        region,
        f"arn:{partition}:kms:{region}:{environment.account}:{bucket.key_alias}",
    )
