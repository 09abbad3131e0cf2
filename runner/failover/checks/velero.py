"""How old the newest backup is that was replicated to the region's bucket."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from runner.check.finding import Finding, each
from runner.failover.age import DAILY, aged, now
from runner.failover.standby import Standby

_REPLICA: Final = "velero_replica"
_FILE: Final = "/velero-backup.json"
"""Velero writes it last: with it a backup is complete."""


def find(standby: Standby) -> Iterator[Finding]:
    """The bucket with the copies of another region's backups, if the region has one."""
    buckets = [
        name
        for bucket in standby.own("aws_s3_bucket")
        if bucket.name == _REPLICA and (name := bucket.literal("bucket"))
    ]
    yield from each(buckets, _subject, lambda name: [_newest(standby, name)])


def _subject(bucket: str) -> str:
    return f"backups in {bucket}"


def _newest(standby: Standby, bucket: str) -> Finding:
    clusters = standby.aws.pages(
        "s3", "list_objects_v2", "CommonPrefixes", Bucket=bucket, Delimiter="/"
    )
    written: list[datetime] = [
        found["LastModified"]
        for cluster in clusters
        for found in standby.aws.pages(
            "s3",
            "list_objects_v2",
            "Contents",
            Bucket=bucket,
            Prefix=f"{cluster['Prefix']}backups/",
        )
        if found["Key"].endswith(_FILE)
    ]
    age = now() - max(written) if written else None
    action = "A restore would lose what is newer: see the schedules and the replication."
    return aged(_subject(bucket), "backup", age, DAILY, action)
