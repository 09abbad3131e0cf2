"""Rules of the `backup` section."""

from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from config.problem import Problem
from config.types.regions import PARTITION_OF
from rules.registration import rule

COLD_DAYS: Final = 90
"""Minimum days in cold storage.
https://docs.aws.amazon.com/aws-backup/latest/devguide/API_Lifecycle.html"""


@rule("backup", "cluster")
def backups_are_possible(environment: Environment) -> Iterator[Problem]:
    """A plan selects resources, and its retention is one that AWS Backup allows."""
    backup, efs = environment.backup, environment.cluster.efs
    if not backup.enabled:
        return
    if not efs.enabled:
        message = "has nothing to copy: cluster.efs.enabled is false"
        yield Problem(("backup", "enabled"), message, backup.enabled)
    least = COLD_DAYS + (backup.cold_after_days or 0)
    if backup.cold_after_days is not None and backup.delete_after_days < least:
        yield Problem(
            ("backup", "delete_after_days"),
            f"is less than cold_after_days and the {COLD_DAYS} days that cold storage lasts",
            backup.delete_after_days,
            f"{least} or more",
            str(least),
        )


@rule("region", "backup")
def backups_are_copied_to_another_region(environment: Environment) -> Iterator[Problem]:
    """The second region is a different one in the same partition."""
    region = environment.backup.copy_region
    if region is None or not environment.backup.enabled:
        return
    if region == environment.region:
        message = "is the region of the vault itself"
        yield Problem(("backup", "copy_region"), message, region, "another region")
    elif PARTITION_OF[region] != environment.partition:
        message = f"is outside the partition {environment.partition}"
        yield Problem(("backup", "copy_region"), message, region, "a region of the same partition")
