"""Locks that a killed bootstrap left, and those of other people."""

import hashlib
import json
import os
import pwd
import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from runner.backend.state_lock import release_own_lock
from runner.errors import RunnerError
from support.bootstrapping import StateBackend
from support.state_objects import REGION, make_bucket, state_text

pytestmark = pytest.mark.usefixtures("aws")

ME = f"{pwd.getpwuid(os.getuid()).pw_name}@{socket.gethostname()}"
STARTED = datetime(2026, 1, 1, tzinfo=UTC)
LATER = STARTED + timedelta(seconds=5)


class Locks:
    """The state bucket and lock table of prod, which locks twice."""

    def __init__(self, backend: StateBackend) -> None:
        self.location = backend.location
        self.bucket, self.key = backend.location.bucket, backend.location.key
        self.s3 = make_bucket(backend.aws, self.bucket)
        self.dynamodb = backend.aws.client("dynamodb", REGION)
        self.dynamodb.create_table(
            TableName=backend.location.table,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "LockID", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "LockID", "AttributeType": "S"}],
        )

    def lock(self, who: str = ME, created: datetime = LATER, *, file: bool = True) -> None:
        note = {
            "ID": "0b5c5d5e-0000-0000-0000-000000000001",
            "Operation": "migration destination state",
            "Who": who,
            "Created": created.isoformat(),
        }
        text = json.dumps(note)
        self.put_item("", Info=text)
        if file:
            self.s3.put_object(Bucket=self.bucket, Key=f"{self.key}.tflock", Body=text.encode())

    def put_item(self, suffix: str, **attributes: str) -> None:
        item = {"LockID": f"{self.bucket}/{self.key}{suffix}", **attributes}
        self.dynamodb.put_item(
            TableName=self.location.table, Item={k: {"S": v} for k, v in item.items()}
        )

    def items(self) -> dict[str, Any]:
        items = self.dynamodb.scan(TableName=self.location.table)["Items"]
        return {item["LockID"]["S"].removeprefix(f"{self.bucket}/"): item for item in items}

    def files(self) -> list[str]:
        listed = self.s3.list_objects_v2(Bucket=self.bucket).get("Contents", [])
        return [entry["Key"] for entry in listed]


@pytest.fixture
def locks(prod: StateBackend) -> Locks:
    return Locks(prod)


def test_without_a_lock_there_is_nothing_to_do(locks: Locks) -> None:
    release_own_lock(locks.location, None)


def test_before_the_table_exists_there_is_no_lock(prod: StateBackend) -> None:
    release_own_lock(prod.location, None)


def test_our_own_lock_is_released(locks: Locks) -> None:
    locks.lock()
    release_own_lock(locks.location, STARTED)
    assert locks.items() == {}
    assert locks.files() == []


@pytest.mark.parametrize(
    ("who", "created", "since"),
    [
        ("other-user@other-host", LATER, STARTED),
        (ME, STARTED - timedelta(seconds=1), STARTED),
        (ME, LATER, None),
    ],
    ids=["of another user", "older than the bootstrap", "no bootstrap under way"],
)
def test_any_other_lock_is_refused(
    who: str, created: datetime, since: datetime | None, locks: Locks
) -> None:
    locks.lock(who, created)
    with pytest.raises(RunnerError) as error:
        release_own_lock(locks.location, since)
    text = str(error.value)
    assert "ID:        0b5c5d5e-0000-0000-0000-000000000001" in text
    assert f"Who:       {who}" in text
    assert "Operation: migration destination state" in text
    assert f"Created:   {created.isoformat()}" in text
    assert "`terraform force-unlock 0b5c5d5e-0000-0000-0000-000000000001`" in text
    assert locks.items().keys() == {locks.key}
    assert locks.files() == [f"{locks.key}.tflock"]


def write_versions(locks: Locks, *contents: str) -> None:
    locks.s3.put_bucket_versioning(
        Bucket=locks.bucket, VersioningConfiguration={"Status": "Enabled"}
    )
    for content in contents:
        locks.s3.put_object(Bucket=locks.bucket, Key=locks.key, Body=content.encode())


def digest(content: str) -> str:
    return hashlib.md5(content.encode(), usedforsecurity=False).hexdigest()


def test_a_write_that_was_killed_before_its_digest_is_completed(locks: Locks) -> None:
    first, second = state_text(serial=1), state_text(serial=2)
    write_versions(locks, first, second)
    locks.put_item("-md5", Digest=digest(first))
    locks.lock()
    release_own_lock(locks.location, STARTED)
    assert locks.items()[f"{locks.key}-md5"]["Digest"]["S"] == digest(second)


def test_a_state_that_was_changed_outside_is_refused_by_terraform(locks: Locks) -> None:
    first, second, tampered = (state_text(serial=number) for number in (1, 2, 3))
    write_versions(locks, first, second, tampered)
    locks.put_item("-md5", Digest=digest(first))
    locks.lock()
    release_own_lock(locks.location, STARTED)
    assert locks.items()[f"{locks.key}-md5"]["Digest"]["S"] == digest(first)


def test_without_our_own_lock_no_digest_is_changed(locks: Locks) -> None:
    first, second = state_text(serial=1), state_text(serial=2)
    write_versions(locks, first, second)
    locks.put_item("-md5", Digest=digest(first))
    release_own_lock(locks.location, STARTED)
    assert locks.items()[f"{locks.key}-md5"]["Digest"]["S"] == digest(first)
