"""The `backup` section: copies of the shared file system by AWS Backup."""

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
    """A lock that keeps everybody from deleting copies early."""

    mode: Literal["none", "governance", "compliance"] = "none"
    """`governance` can be lifted by who may; `compliance` by nobody, AWS included, once
    `grace_days` are over."""

    grace_days: Annotated[int, Field(ge=3, le=36500)] = 7
    """Days until a compliance lock can no longer be taken back."""


class Backup(Settings):
    """Copies of the shared file system, in a vault with a key of its own.

    Those of `cluster.efs.backup` go to AWS's own vault; switch them off to have one of each.
    """

    enabled: bool = False
    """Make vault and plan."""

    schedule: ScheduleExpression = "cron(0 3 * * ? *)"
    """When copies are made, in UTC."""

    delete_after_days: Annotated[int, Field(ge=1, le=36500)] = 35
    """Days that a copy is kept."""

    cold_after_days: Annotated[int, Field(ge=1, le=36410)] | None = None
    """Days after which a copy moves to cheaper storage, where it stays for 90 days or more.
    Default: never."""

    copy_region: Region | None = None
    """A second region that gets a copy of each. Default: none."""

    lock: VaultLock = VaultLock()
    """A lock on the vaults."""
