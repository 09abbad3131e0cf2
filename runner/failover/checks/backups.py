"""How old the newest copy of a backup is that AWS Backup made in the region."""

from collections.abc import Iterator
from datetime import datetime

from runner.check.finding import Finding, each
from runner.check.needs import Resource
from runner.failover.age import DAILY, aged, now
from runner.failover.standby import Standby


def find(standby: Standby) -> Iterator[Finding]:
    """The vaults in this region that the backup plans of other regions copy to."""
    vaults = [
        vault
        for vault in standby.elsewhere("aws_backup_vault")
        if vault.region == standby.aws.region
    ]
    yield from each(vaults, _subject, lambda vault: [_newest(standby, vault)])


def _subject(vault: Resource) -> str:
    return f"copies in the backup vault {vault.literal('name')}"


def _newest(standby: Standby, vault: Resource) -> Finding:
    points = standby.aws.pages(
        "backup",
        "list_recovery_points_by_backup_vault",
        "RecoveryPoints",
        BackupVaultName=vault.literal("name"),
    )
    made: list[datetime] = [
        point["CreationDate"] for point in points if point["Status"] == "COMPLETED"
    ]
    age = now() - max(made) if made else None
    action = "A restore would lose what is newer: see the jobs in AWS Backup."
    return aged(_subject(vault), "recovery point", age, DAILY, action)
