"""Reads and releases the locks on states: those that a killed command has left.

Terraform writes the holder of a lock as JSON into the `Info` attribute of an item of
the DynamoDB table, or into `<key>.tflock` in the bucket. Source:
https://github.com/hashicorp/terraform/blob/v1.11.4/internal/backend/remote-state/s3/client.go
"""

import hashlib
import json
import os
import pwd
import socket
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from runner.backend.location import Location
from runner.backend.remote_state import read_object
from runner.errors import RunnerError


@dataclass(frozen=True)
class LockInfo:
    """Terraform's record of a lock.

    Attributes:
        id: the argument of `terraform force-unlock`.
        who: `user@host`.
        text: the record as it was written.
    """

    id: str
    who: str
    operation: str
    created: datetime
    text: str


def release_own_lock(location: Location, since: datetime | None) -> None:
    """Releases the lock of an earlier bootstrap of this checkout that was killed.

    The caller has locked the bootstrap folder, so the earlier bootstrap and its Terraform have
    ended. The lock is theirs if this user took it on this host after the bootstrap started.

    Args:
        since: start of the unfinished bootstrap; None if there is none.

    Raises:
        RunnerError: another user or process holds the lock.
        ClientError: AWS rejected a call.
    """
    table, file = _table_lock(location), _file_lock(location)
    for lock in (table, file):
        if lock and not (since and lock.who == _who() and lock.created >= since):
            raise RunnerError(_refusal(location, lock))
    _release(location, table, file)


def find_locks(location: Location) -> list[LockInfo]:
    """The locks on a state: in the table, in the bucket, in both, or none.

    Raises:
        ClientError: AWS rejected a call.
    """
    return [lock for lock in (_table_lock(location), _file_lock(location)) if lock]


def release_lock(location: Location, lock: LockInfo) -> None:
    """Releases a lock wherever it is, as `terraform force-unlock` does.

    A lock that another process has taken since then stays.

    Raises:
        ClientError: AWS rejected a call.
    """
    table, file = _table_lock(location), _file_lock(location)
    _release(
        location,
        table if table and table.id == lock.id else None,
        file if file and file.id == lock.id else None,
    )


def _release(location: Location, table: LockInfo | None, file: LockInfo | None) -> None:
    if table:
        _repair_digest(location)
        location.client("dynamodb").delete_item(
            TableName=location.table,
            Key=_item(location),
            ConditionExpression="Info = :info",
            ExpressionAttributeValues={":info": {"S": table.text}},
        )
    if file:
        location.client("s3").delete_object(Bucket=location.bucket, Key=f"{location.key}.tflock")


def _refusal(location: Location, lock: LockInfo) -> str:
    return (
        f"{describe(location, lock)}\n"
        "Wait until that operation has ended. If its process no longer runs, release the lock with "
        f"`terraform force-unlock {lock.id}` in the folder of {location.environment}-state."
    )


def describe(location: Location, lock: LockInfo) -> str:
    """Who holds a lock, and since when."""
    return (
        f"The state {location.key} in {location.bucket} is locked.\n"
        f"  ID:        {lock.id}\n"
        f"  Who:       {lock.who}\n"
        f"  Operation: {lock.operation}\n"
        f"  Created:   {lock.created.isoformat()}"
    )


def _table_lock(location: Location) -> LockInfo | None:
    if location.table is None:
        return None
    text = _read_item(location, "", "Info")
    return _parse(text) if text else None


def _file_lock(location: Location) -> LockInfo | None:
    if not location.lockfile:
        return None
    content = read_object(location, f"{location.key}.tflock")
    return _parse(content.decode()) if content else None


def _parse(text: str) -> LockInfo:
    note = json.loads(text)
    created = datetime.fromisoformat(note["Created"])
    return LockInfo(note["ID"], note["Who"], note["Operation"], created, text)


def _who() -> str:
    """`user@host` as Terraform writes it: from the user id, not from USER or LOGNAME."""
    return f"{pwd.getpwuid(os.getuid()).pw_name}@{socket.gethostname()}"


def _repair_digest(location: Location) -> None:
    """Completes a write of Terraform that was killed between the state and its digest.

    Terraform writes the state, then its MD5 into the table. After a kill in between, it rejects
    the state from then on. In that case the table has the digest of the previous version; any
    other difference is reported by Terraform.
    """
    noted = _read_item(location, "-md5", "Digest")
    content = read_object(location, location.key)
    if not noted or content is None or noted == _md5(content):
        return
    versions = location.client("s3").list_object_versions(
        Bucket=location.bucket, Prefix=location.key
    )
    older = [
        entry["VersionId"]
        for entry in versions.get("Versions", [])
        if entry["Key"] == location.key and not entry["IsLatest"]
    ]
    if older and noted == _md5(read_object(location, location.key, VersionId=older[0]) or b""):
        digest = {**_item(location, "-md5"), "Digest": {"S": _md5(content)}}
        location.client("dynamodb").put_item(TableName=location.table, Item=digest)


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _item(location: Location, suffix: str = "") -> dict[str, Any]:
    return {"LockID": {"S": f"{location.bucket}/{location.key}{suffix}"}}


def _read_item(location: Location, suffix: str, attribute: str) -> str | None:
    try:
        answer = location.client("dynamodb").get_item(
            TableName=location.table, Key=_item(location, suffix), ConsistentRead=True
        )
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        raise
    return answer.get("Item", {}).get(attribute, {}).get("S")
