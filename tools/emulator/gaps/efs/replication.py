"""EFS: replication of a file system to an existing one in another region, and its protection."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from moto.efs.exceptions import BadRequest, EFSError, FileSystemNotFound
from moto.efs.models import efs_backends
from moto.efs.responses import TYPE_RESPONSE, EFSResponse

from tools.emulator.gaps.moto_hooks import attached

if TYPE_CHECKING:
    from moto.efs.models import EFSBackend, FileSystem

_JSON: dict[str, str | int] = {"Content-Type": "application/json"}
_ENABLED, _DISABLED, _REPLICATING = "ENABLED", "DISABLED", "REPLICATING"
_LOCAL = "LOCAL_CONFIGURATION_ONLY"


_FILE_SYSTEMS = "{0}/2015-02-01/file-systems"

PATHS = (
    f"{_FILE_SYSTEMS}/replication-configurations$",
    f"{_FILE_SYSTEMS}/(?P<file_system_id>[^/]+)/protection$",
    f"{_FILE_SYSTEMS}/(?P<file_system_id>[^/]+)/replication-configuration$",
)
"""What moto does not serve."""


class ReplicationNotFoundError(EFSError):
    """The file system is in no replication."""

    code = 404

    def __init__(self, file_system_id: str) -> None:
        super().__init__("ReplicationNotFound", f"{file_system_id} has no replication.")


class ReplicationAlreadyExistsError(EFSError):
    """The file system is in a replication."""

    code = 409

    def __init__(self, file_system_id: str) -> None:
        super().__init__("ReplicationAlreadyExists", f"{file_system_id} is in a replication.")


@dataclass(frozen=True)
class _End:
    """A file system in a replication."""

    region: str
    id: str
    arn: str


@dataclass(frozen=True)
class _Replication:
    source: _End
    destination: _End
    created: float

    def described(self) -> dict[str, Any]:
        """As DescribeReplicationConfigurations has it: nothing is behind in the local AWS."""
        return {
            "SourceFileSystemId": self.source.id,
            "SourceFileSystemRegion": self.source.region,
            "SourceFileSystemArn": self.source.arn,
            "OriginalSourceFileSystemArn": self.source.arn,
            "CreationTime": self.created,
            "Destinations": [
                {
                    "Status": _ENABLED,
                    "FileSystemId": self.destination.id,
                    "Region": self.destination.region,
                    "LastReplicatedTimestamp": time.time(),
                }
            ],
        }


@dataclass
class _Replications:
    """What a region knows: its replications by the source's id, and protections that were set."""

    by_source: dict[str, _Replication] = field(default_factory=dict)
    protections: dict[str, str] = field(default_factory=dict)

    def of(self, file_system_id: str) -> _Replication | None:
        """The replication that a file system is in."""
        return next(
            (
                each
                for each in self.by_source.values()
                if file_system_id in (each.source.id, each.destination.id)
            ),
            None,
        )


class EfsReplication(EFSResponse):
    """EFS with replication between two existing file systems.

    Sources: https://docs.aws.amazon.com/efs/latest/ug/replication-overwrite.html,
    https://docs.aws.amazon.com/efs/latest/ug/API_CreateReplicationConfiguration.html and
    https://docs.aws.amazon.com/efs/latest/ug/API_DeleteReplicationConfiguration.html
    """

    def describe_file_systems(self) -> TYPE_RESPONSE:
        """Answers DescribeFileSystems with the protection of each file system."""
        body, headers = super().describe_file_systems()
        answer = json.loads(body)
        for each in answer["FileSystems"]:
            status = self._protection(self.efs_backend, each["FileSystemId"])
            each["FileSystemProtection"] = {"ReplicationOverwriteProtection": status}
        return json.dumps(answer), headers

    def update_file_system_protection(self) -> TYPE_RESPONSE:
        """Answers UpdateFileSystemProtection.

        Raises:
            ReplicationAlreadyExistsError: the file system is a destination.
        """
        file_system_id = self._existing(self.efs_backend).file_system_id
        if self._protection(self.efs_backend, file_system_id) == _REPLICATING:
            raise ReplicationAlreadyExistsError(file_system_id)
        status = self._get_param("ReplicationOverwriteProtection")
        self._known(self.efs_backend).protections[file_system_id] = status
        return json.dumps({"ReplicationOverwriteProtection": status}), _JSON

    def create_replication_configuration(self) -> TYPE_RESPONSE:
        """Answers CreateReplicationConfiguration; the first copy is complete at once.

        Raises:
            BadRequest: the destination is a new file system, or is protected.
        """
        source = self._existing(self.efs_backend, "SourceFileSystemId")
        [wanted] = self._get_param("Destinations")
        if "FileSystemId" not in wanted:
            raise BadRequest("The local AWS replicates to existing file systems only.")
        there = efs_backends[self.current_account][wanted["Region"]]
        destination = there.file_systems_by_id.get(wanted["FileSystemId"])
        if destination is None:
            raise FileSystemNotFound(wanted["FileSystemId"])
        for backend, each in ((self.efs_backend, source), (there, destination)):
            if self._known(backend).of(each.file_system_id):
                raise ReplicationAlreadyExistsError(each.file_system_id)
        if self._protection(there, destination.file_system_id) != _DISABLED:
            raise BadRequest("Replication overwrite protection of the destination is enabled.")
        made = _Replication(
            _End(self.region, source.file_system_id, source.file_system_arn),
            _End(wanted["Region"], destination.file_system_id, destination.file_system_arn),
            time.time(),
        )
        for backend in (self.efs_backend, there):
            self._known(backend).by_source[source.file_system_id] = made
        return json.dumps(made.described()), _JSON

    def describe_replication_configurations(self) -> TYPE_RESPONSE:
        """Answers DescribeReplicationConfigurations for one file system of the region."""
        file_system_id = self._existing(self.efs_backend).file_system_id
        found = self._known(self.efs_backend).of(file_system_id)
        if found is None:
            raise ReplicationNotFoundError(file_system_id)
        return json.dumps({"Replications": [found.described()]}), _JSON

    def delete_replication_configuration(self) -> TYPE_RESPONSE:
        """Answers DeleteReplicationConfiguration, from the region of either file system."""
        source_id = self._get_param("SourceFileSystemId")
        found = self._known(self.efs_backend).by_source.get(source_id)
        if found is None:
            raise ReplicationNotFoundError(source_id)
        local = self._get_param("deletionMode") == _LOCAL
        for end in (found.source, found.destination):
            if end.region == self.region or not local:
                known = self._known(efs_backends[self.current_account][end.region])
                known.by_source.pop(source_id, None)
                known.protections.pop(end.id, None)
        return "", {"status": 204}

    def delete_file_system(self) -> TYPE_RESPONSE:
        """Answers DeleteFileSystem, which refuses one in a replication."""
        file_system_id = self._existing(self.efs_backend).file_system_id
        if self._known(self.efs_backend).of(file_system_id):
            raise BadRequest(f"{file_system_id} is in a replication.")
        return super().delete_file_system()

    def _existing(self, backend: EFSBackend, parameter: str = "FileSystemId") -> FileSystem:
        file_system_id = self._get_param(parameter)
        try:
            return backend.file_systems_by_id[file_system_id]
        except KeyError:
            raise FileSystemNotFound(file_system_id) from None

    def _protection(self, backend: EFSBackend, file_system_id: str) -> str:
        known = self._known(backend)
        found = known.of(file_system_id)
        if found is not None and found.destination.id == file_system_id:
            return _REPLICATING
        return known.protections.get(file_system_id, _ENABLED)

    def _known(self, backend: EFSBackend) -> _Replications:
        return attached(backend, _Replications)
