"""EFS: backup policies, taking a file system policy away, and replication."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from moto.efs import urls
from moto.efs.responses import TYPE_RESPONSE

from tools.emulator.gaps.efs.replication import PATHS, EfsReplication
from tools.emulator.gaps.moto_hooks import attached, serve

_JSON: dict[str, str | int] = {"Content-Type": "application/json"}
_SETTLED = {"ENABLING": "ENABLED", "DISABLING": "DISABLED"}


@dataclass
class _BackupPolicies:
    """Status of the backup policy by file system id."""

    status: dict[str, str] = field(default_factory=dict)


class Efs(EfsReplication):
    """EFS with PutBackupPolicy and DeleteFileSystemPolicy.

    Source: https://docs.aws.amazon.com/efs/latest/ug/API_PutBackupPolicy.html
    """

    def put_backup_policy(self) -> TYPE_RESPONSE:
        """Answers PutBackupPolicy; the change is complete at once."""
        self._existing(self.efs_backend)
        wanted: str = self._get_param("BackupPolicy")["Status"]
        status: str = _SETTLED.get(wanted, wanted)
        self._policies().status[str(self._get_param("FileSystemId"))] = status
        return json.dumps({"BackupPolicy": {"Status": status}}), _JSON

    def describe_backup_policy(self) -> TYPE_RESPONSE:
        """Answers DescribeBackupPolicy."""
        status = self._policies().status.get(self._get_param("FileSystemId"))
        if status is None:
            return super().describe_backup_policy()
        return json.dumps({"BackupPolicy": {"Status": status}}), _JSON

    def delete_file_system_policy(self) -> TYPE_RESPONSE:
        """Answers DeleteFileSystemPolicy."""
        self._existing(self.efs_backend).file_system_policy = None
        return "", _JSON

    def _policies(self) -> _BackupPolicies:
        return attached(self.efs_backend, _BackupPolicies)


def install() -> None:
    """Puts this class in the place of moto's."""
    serve(urls, Efs, *PATHS)
