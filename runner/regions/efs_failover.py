"""Makes the copy of the shared file system writable, and lets one be overwritten (K2).

Neither needs Terraform, and a failover needs the destination's region only. Terraform begins a
replication only where the destination may be overwritten (`modules/cluster/efs_replication.py`).
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from botocore.exceptions import ClientError

from runner.backend.location import Location
from runner.backend.remote_state import read_state
from runner.destroy.waiting import Waits
from runner.errors import RunnerError
from runner.manifest import Stack
from runner.regions.choice import chosen_region

_FILE_SYSTEM: Final = "aws_efs_file_system.efs"
_REPLICATION: Final = "aws_efs_replication_configuration"

WAIT_SECONDS: Final = 1800
"""EFS says several minutes.
https://docs.aws.amazon.com/efs/latest/ug/delete-replications.html"""

Confirm = Callable[[str], bool]
Say = Callable[[str], None]


@dataclass(frozen=True)
class _Files:
    """The shared file system of a region."""

    stack: Stack
    location: Location
    id: str

    @property
    def region(self) -> str:
        return self.location.region

    def __str__(self) -> str:
        return f"{self.id} in {self.region}"

    @property
    def efs(self) -> Any:
        return self.location.client("efs")

    def replication(self) -> dict[str, Any] | None:
        """The replication that it is in."""
        try:
            answer = self.efs.describe_replication_configurations(FileSystemId=self.id)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ReplicationNotFound":
                return None
            raise
        return answer["Replications"][0]

    def described(self) -> dict[str, Any]:
        [found] = self.efs.describe_file_systems(FileSystemId=self.id)["FileSystems"]
        return found

    @property
    def protection(self) -> str:
        return self.described()["FileSystemProtection"]["ReplicationOverwriteProtection"]

    @property
    def gigabytes(self) -> str:
        return f"{self.described()['SizeInBytes']['Value'] / 1024**3:.1f} GiB"


def efs_failover(
    stacks: Sequence[Stack],
    to: str,
    *,
    local: bool,
    confirm: Confirm,
    say: Say,
    waits: Waits | None = None,
) -> None:
    """Ends the replication, so that the destination can be written to.

    Args:
        stacks: the stacks of all regions.
        to: code or name of the destination, or name of its environment.
        local: delete the replication in the destination's region only, where EFS cannot reach the
            other one.

    Raises:
        RunnerError: there is no such region, its data stack is not applied, or the replication
            does not end in time.
        ClientError: AWS rejected a call.
    """
    files = _files(_chosen(stacks, to))
    found = files.replication()
    if found is None:
        say(f"{files} is in no replication and can be written to. Nothing to change.")
        return
    [copy] = found["Destinations"]
    source = f"{found['SourceFileSystemId']} in {found['SourceFileSystemRegion']}"
    if found["SourceFileSystemId"] == files.id:
        say(f"{files} is the source of the replication and can be written to. Nothing to change.")
        return
    say(f"Replication: {source} -> {files}, {copy['Status']}")
    say(_complete(copy.get("LastReplicatedTimestamp"), source))
    if not confirm("End the replication?"):
        say("Nothing was changed.")
        return
    mode = "LOCAL_CONFIGURATION_ONLY" if local else "ALL_CONFIGURATIONS"
    files.efs.delete_replication_configuration(
        SourceFileSystemId=found["SourceFileSystemId"], DeletionMode=mode
    )
    _wait(files, waits or Waits())
    say(
        f"{files} can be written to, and is protected from being overwritten. Now set "
        f"replication.source: {files.region}, so that the file says where the files are."
    )


def efs_overwrite(stacks: Sequence[Stack], to: str, *, confirm: Confirm, say: Say) -> None:
    """Lets the next apply overwrite the file system of the replication's destination.

    Args:
        stacks: the stacks of all regions.
        to: the region whose files are overwritten, which the file has to name as the destination.

    Raises:
        RunnerError: there is no such region, it is not the destination, or a data stack is not
            applied.
        ClientError: AWS rejected a call.
    """
    target = _chosen(stacks, to)
    source = next((each for each in stacks if _destination(each)), None)
    if source is None:
        raise RunnerError("`replication.efs` is not set: nothing would be overwritten.")
    if _destination(source) != Location.of(target).region:
        raise RunnerError(
            f"The file says that {_destination(source)} is the destination of the replication. "
            f"To overwrite {Location.of(target).region}, set replication.source and destination."
        )
    written, files = _files(source), _files(target)
    if files.protection != "ENABLED":
        say(f"{files} may be overwritten already ({files.protection}). Nothing to change.")
        return
    say(
        f"The files of {files} ({files.gigabytes}) are overwritten by those of {written} "
        f"({written.gigabytes}) when {source.name} is applied. What is only there is deleted."
    )
    if not confirm(f"Overwrite {files.region}?"):
        say("Nothing was changed.")
        return
    files.efs.update_file_system_protection(
        FileSystemId=files.id, ReplicationOverwriteProtection="DISABLED"
    )
    say(f"Now run `make apply ENV={source.environment} STACK=data`, which begins the replication.")


def _complete(last: datetime | None, source: str) -> str:
    if last is None:
        return "The first copy is not complete: files are missing, or are in part there."
    age = datetime.now(last.tzinfo) - last
    ago = timedelta(seconds=int(age.total_seconds()))
    return (
        f"Complete up to {last.isoformat(timespec='seconds')}, {ago} ago: what was written later "
        f"may be in {source} only."
    )


def _wait(files: _Files, waits: Waits) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while files.replication() is not None:
        if time.monotonic() > end:
            raise RunnerError(
                f"The replication to {files} is still being deleted. Run this command again."
            )
        time.sleep(waits.poll)


def _destination(stack: Stack) -> str | None:
    """The region that a data stack replicates to."""
    made = stack.document.get("resource", {}).get(_REPLICATION, {})
    return next((body["destination"]["region"] for body in made.values()), None)


def _chosen(stacks: Sequence[Stack], to: str) -> Stack:
    data = [stack for stack in stacks if stack.short_name == "data"]
    return chosen_region(data, to, "shared file system with `regions` and cluster.efs.stack: data")


def _files(stack: Stack) -> _Files:
    location = Location.of(stack)
    state = read_state(location, stack.backend["key"])
    found = state.resources.get(_FILE_SYSTEM) if state else None
    if found is None:
        raise RunnerError(f"{stack.name} is not applied: it has no file system.")
    return _Files(stack, location, found["id"])
