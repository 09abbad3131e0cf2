"""AWS Backup: recovery points, which keep their vault from being deleted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote

from moto.backup.responses import BackupResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

from tools.emulator.gaps.moto_hooks import AwsError, attached

PATHS: Final = (
    "{0}/backup-jobs$",
    "{0}/backup-vaults/(?P<name>[^/]+)/recovery-points$",
    "{0}/backup-vaults/(?P<name>[^/]+)/recovery-points/$",
    "{0}/backup-vaults/(?P<name>[^/]+)/recovery-points/(?P<arn>.+)$",
)
"""Paths that moto does not serve."""


@dataclass
class _RecoveryPoints:
    """Recovery points by vault name and ARN."""

    by_vault: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)


class RecoveryPoints(BackupResponse):
    """Backup jobs that complete at once, and the recovery points that they make.

    Source: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_StartBackupJob.html
    """

    def start_backup_job(self) -> ActionResult:
        """Answers StartBackupJob."""
        vault = self.backup_backend.describe_backup_vault(self._get_param("BackupVaultName"))
        backend, job = self.backup_backend, str(mock_random.uuid4())
        arn = f"arn:aws:backup:{backend.region_name}:{backend.account_id}:recovery-point:{job}"
        self._points(vault.backup_vault_name)[arn] = {
            "RecoveryPointArn": arn,
            "BackupVaultName": vault.backup_vault_name,
            "BackupVaultArn": vault.backup_vault_arn,
            "ResourceArn": self._get_param("ResourceArn"),
            "EncryptionKeyArn": vault.encryption_key_arn,
            "Status": "COMPLETED",
            "CreationDate": utcnow(),
        }
        return ActionResult({"BackupJobId": job, "RecoveryPointArn": arn})

    def list_recovery_points_by_backup_vault(self) -> ActionResult:
        """Answers ListRecoveryPointsByBackupVault."""
        name = self.uri_match["backupVaultName"]
        self.backup_backend.describe_backup_vault(name)
        return ActionResult({"RecoveryPoints": list(self._points(name).values())})

    def describe_recovery_point(self) -> ActionResult:
        """Answers DescribeRecoveryPoint."""
        name, arn = self._point()
        return ActionResult(self._points(name)[arn])

    def delete_recovery_point(self) -> EmptyResult:
        """Answers DeleteRecoveryPoint."""
        name, arn = self._point()
        del self._points(name)[arn]
        return EmptyResult()

    def delete_backup_vault(self) -> EmptyResult:
        """Answers DeleteBackupVault, which AWS refuses while there are recovery points."""
        name = self.uri_match["backupVaultName"]
        if self._points(name):
            raise AwsError(
                "InvalidRequestException",
                "Backup vault cannot be deleted because it contains recovery points.",
            )
        return super().delete_backup_vault()

    def _point(self) -> tuple[str, str]:
        name = self.uri_match["backupVaultName"]
        arn = unquote(self.uri_match["recoveryPointArn"])
        if arn not in self._points(name):
            raise AwsError("ResourceNotFoundException", f"Cannot find recovery point {arn}")
        return name, arn

    def _points(self, vault: str) -> dict[str, dict[str, Any]]:
        return attached(self.backup_backend, _RecoveryPoints).by_vault.setdefault(vault, {})
