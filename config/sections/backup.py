"""The `backup` section: backups of the shared file system by AWS Backup."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from config.reading.form import Form
from config.settings import Settings
from config.types.aws import Region

ScheduleExpression = Annotated[
    str,
    StringConstraints(pattern=r"^(cron|rate)\([A-Za-z0-9*?,/# LW-]+\)$"),
    Form("a schedule in UTC, for example cron(0 3 * * ? *)"),
]
"""https://docs.aws.amazon.com/aws-backup/latest/devguide/creating-a-backup-plan.html"""


class VaultLock(Settings):
    """AWS Backup Vault Lock, which prevents the deletion of backups before they expire."""

    mode: Literal["none", "governance", "compliance"] = "none"
    """Principals with sufficient IAM permissions can remove a `governance` lock. No one, not
    even AWS, can remove a `compliance` lock after `grace_days`."""

    grace_days: Annotated[int, Field(ge=3, le=36500)] = 7
    """Days after which a compliance lock can no longer be removed."""


class Backup(Settings):
    """Backups of the shared file system, in a vault with its own KMS key.

    `cluster.efs.backup` makes backups in the default vault of EFS; disable it to avoid a second
    set.
    """

    enabled: bool = False
    """Create the backup vault and the backup plan."""

    schedule: ScheduleExpression = "cron(0 3 * * ? *)"
    """When backups are made, in UTC."""

    delete_after_days: Annotated[int, Field(ge=1, le=36500)] = 35
    """Days after which a backup is deleted."""

    cold_after_days: Annotated[int, Field(ge=1, le=36410)] | None = None
    """Days after which a backup moves to cold storage, where it must stay for at least 90 days.
    Default: never."""

    force_destroy: bool = False
    """Let Terraform delete the vaults with all backups, and their keys. Otherwise Terraform refuses
    to destroy the account stack, and when `enabled` becomes false it leaves vaults and keys in
    AWS."""

    copy_region: Region | None = None
    """A second region that backups are copied to. Default: none."""

    lock: VaultLock = VaultLock()
    """Vault Lock of the vaults."""
