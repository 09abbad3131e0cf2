"""How old the files are that EFS last replicated to the region."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from runner.check.finding import Finding
from runner.failover.age import aged, now
from runner.failover.standby import Standby

OLDEST: Final = timedelta(minutes=60)
"""EFS aims at 15 minutes for most file systems.
https://docs.aws.amazon.com/efs/latest/ug/efs-replication.html"""


def find(standby: Standby) -> Iterator[Finding]:
    """The replications to this region that the stacks of other regions make."""
    sources = {
        resource.region
        for resource in standby.elsewhere("aws_efs_replication_configuration")
        if standby.aws.region in str(resource.attributes["destination"])
    }
    if not sources:
        return
    answer = standby.aws.call("efs", "describe_replication_configurations")
    copies = [
        copy
        for replication in answer["Replications"]
        if replication["SourceFileSystemRegion"] in sources
        for copy in replication["Destinations"]
        if copy["Region"] == standby.aws.region
    ]
    if not copies:
        found = "are in no replication: they were made writable here, or were never copied"
        yield Finding("warning", "files in EFS", found)
    for copy in copies:
        yield _copied(copy)


def _copied(copy: dict[str, Any]) -> Finding:
    subject = f"file system {copy['FileSystemId']}"
    when = copy.get("LastReplicatedTimestamp")
    action = f"Pods would see older files: its replication is {copy['Status']}."
    return aged(subject, "replicated state", now() - when if when else None, OLDEST, action)
