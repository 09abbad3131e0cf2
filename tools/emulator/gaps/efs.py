"""EFS: backup policies, and taking a file system policy away."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from moto.efs import urls
from moto.efs.exceptions import FileSystemNotFound
from moto.efs.responses import TYPE_RESPONSE, EFSResponse

from tools.emulator.gaps.moto_hooks import attached, serve

if TYPE_CHECKING:
    from moto.efs.models import FileSystem

_JSON: dict[str, str | int] = {"Content-Type": "application/json"}
_SETTLED = {"ENABLING": "ENABLED", "DISABLING": "DISABLED"}


@dataclass
class _BackupPolicies:
    """Status of the backup policy by file system id."""

    status: dict[str, str] = field(default_factory=dict)


class Efs(EFSResponse):
    """EFS with PutBackupPolicy and DeleteFileSystemPolicy.

    Source: https://docs.aws.amazon.com/efs/latest/ug/API_PutBackupPolicy.html
    """

    def put_backup_policy(self) -> TYPE_RESPONSE:
        """Answers PutBackupPolicy; the change is complete at once."""
        self._file_system()
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
        self._file_system().file_system_policy = None
        return "", _JSON

    def _file_system(self) -> FileSystem:
        file_system_id = self._get_param("FileSystemId")
        try:
            return self.efs_backend.file_systems_by_id[file_system_id]
        except KeyError:
            raise FileSystemNotFound(file_system_id) from None

    def _policies(self) -> _BackupPolicies:
        return attached(self.efs_backend, _BackupPolicies)


def install() -> None:
    """Puts this class in the place of moto's."""
    serve(urls, Efs)
