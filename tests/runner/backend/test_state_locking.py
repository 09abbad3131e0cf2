"""Locks (B3): two applies at once, killed applies, tampered and restored states, in each mode."""

import hashlib
import json
import os
import pwd
import socket
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from support.environments import environment
from support.locking import Checkout, kill, lock_id
from support.output import synthesized_output
from tools.emulator import LocalAws

pytestmark = pytest.mark.terraform

LOCKS = ("dynamodb", "s3", "both")
REGION = "eu-west-1"
REPLICA_REGION = "eu-central-1"
KEYS = count()


@dataclass(frozen=True)
class Backend:
    """A state backend in the emulator, and the synthesized block that leads to it."""

    lock: str
    block: dict[str, Any]
    aws: LocalAws
    scratch: Path

    def checkout(self, name: str = "first") -> Checkout:
        """A folder with this backend; those of one test share the state."""
        folder = self.scratch / name
        environ = self.aws.process_environment(os.environ)
        return Checkout(folder, {"backend": {"s3": self.block}}, environ)

    @property
    def s3(self) -> Any:
        """A client for the bucket."""
        return self.aws.client("s3", REGION)

    @property
    def place(self) -> dict[str, str]:
        """Where the state is, as arguments of S3."""
        return {"Bucket": self.block["bucket"], "Key": self.block["key"]}

    def versions(self) -> list[str]:
        """The versions of the state, the newest first."""
        listed = self.s3.list_object_versions(
            Bucket=self.block["bucket"], Prefix=self.block["key"]
        )["Versions"]
        return [entry["VersionId"] for entry in listed if entry["Key"] == self.block["key"]]


@pytest.fixture(scope="module", params=LOCKS)
def synthesized(
    request: pytest.FixtureRequest, running_aws: LocalAws, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, dict[str, Any]]:
    """The backend block of a real network stack in one lock mode, and what it names."""
    lock = request.param
    name = f"test-{lock}"
    settings = environment(name=name, state={"lock": lock})
    output = synthesized_output(tmp_path_factory.mktemp(lock), settings)
    block = output.stack(f"{name}-network").json["terraform"]["backend"]["s3"]
    s3, dynamodb, kms = (running_aws.client(api, REGION) for api in ("s3", "dynamodb", "kms"))
    s3.create_bucket(
        Bucket=block["bucket"], CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    s3.put_bucket_versioning(Bucket=block["bucket"], VersioningConfiguration={"Status": "Enabled"})
    kms.create_alias(
        AliasName=f"alias/{name}-tfstate", TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"]
    )
    if "dynamodb_table" in block:
        dynamodb.create_table(
            TableName=block["dynamodb_table"],
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "LockID", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "LockID", "AttributeType": "S"}],
        )
    return lock, block


@pytest.fixture
def backend(
    synthesized: tuple[str, dict[str, Any]], running_aws: LocalAws, tmp_path: Path
) -> Backend:
    lock, block = synthesized
    return Backend(lock, {**block, "key": f"test/{next(KEYS)}.tfstate"}, running_aws, tmp_path)


def test_the_backend_locks_as_the_mode_says(backend: Backend) -> None:
    assert ("dynamodb_table" in backend.block) is (backend.lock != "s3")
    assert backend.block.get("use_lockfile", False) is (backend.lock != "dynamodb")
    assert backend.block["encrypt"] is True


def test_a_second_apply_is_refused_with_the_holder_of_the_lock(backend: Backend) -> None:
    first, second = backend.checkout("first"), backend.checkout("second")
    first.check("init")
    second.check("init")
    with first.applying() as process:
        refused = second.run("apply", "-auto-approve")
        assert refused.returncode == 1
        assert "Error acquiring the state lock" in refused.stdout
        user = pwd.getpwuid(os.getuid()).pw_name
        assert f"Who:       {user}@{socket.gethostname()}" in refused.stdout
        assert "Operation: OperationTypeApply" in refused.stdout
        assert backend.block["key"] in refused.stdout
        first.release()
        assert process.wait() == 0
    # No change was lost: the second checkout sees what the first one applied.
    assert 'input            = "held"' in second.check("state", "show", "terraform_data.value")


def test_a_second_apply_waits_with_lock_timeout(backend: Backend) -> None:
    first, second = backend.checkout("first"), backend.checkout("second")
    first.check("init")
    second.check("init")
    with first.applying() as process:
        waiting = second.start("apply", "-auto-approve", "-lock-timeout=120s")
        assert waiting.stdout
        seen = ""
        while "Acquiring state lock" not in seen:
            line = waiting.stdout.readline()
            assert line, f"the second apply did not wait: {seen}"
            seen += line
        first.release()
        assert process.wait() == 0
    rest = waiting.stdout.read()
    waiting.stdout.close()
    assert waiting.wait() == 0, rest
    assert 'input            = "first"' in second.check("state", "show", "terraform_data.value")


def test_a_killed_apply_leaves_a_lock_that_can_be_released(backend: Backend) -> None:
    first, second = backend.checkout("first"), backend.checkout("second")
    first.check("init")
    second.check("init")
    with first.applying() as process:
        kill(process)
    refused = second.run("apply", "-auto-approve")
    assert refused.returncode == 1
    assert "Error acquiring the state lock" in refused.stdout
    second.check("force-unlock", "-force", lock_id(refused.stdout))
    assert "1 added" in second.check("apply", "-auto-approve")
    second.check("plan", "-detailed-exitcode")


def test_a_tampered_state_is_found_where_the_table_keeps_its_digest(backend: Backend) -> None:
    checkout = backend.checkout()
    checkout.check("init")
    checkout.check("apply", "-auto-approve")
    s3, where = backend.s3, backend.place
    content = s3.get_object(**where)["Body"].read()
    tampered = content.replace(b'"first"', b'"other"')
    assert hashlib.sha256(tampered).digest() != hashlib.sha256(content).digest()
    s3.put_object(**where, Body=tampered)
    seen = checkout.run("plan", "-detailed-exitcode")
    if backend.lock == "s3":
        assert seen.returncode == 2, seen.stdout  # taken for the truth
    else:
        assert seen.returncode == 1
        assert "state data in S3 does not have the expected content" in seen.stdout


def test_a_tampered_state_is_put_back_by_a_copy_of_the_version_before(backend: Backend) -> None:
    checkout = backend.checkout()
    checkout.check("init")
    checkout.check("apply", "-auto-approve")
    [good] = backend.versions()
    content = backend.s3.get_object(**backend.place)["Body"].read()
    backend.s3.put_object(**backend.place, Body=content.replace(b'"first"', b'"other"'))
    backend.s3.copy_object(**backend.place, CopySource={**backend.place, "VersionId": good})
    checkout.check("plan", "-detailed-exitcode")


def test_an_older_version_of_a_state_is_pushed_back(backend: Backend) -> None:
    checkout = backend.checkout()
    checkout.check("init")
    checkout.check("apply", "-auto-approve")
    [older] = backend.versions()
    checkout.write("second")
    checkout.check("apply", "-auto-approve")
    content = backend.s3.get_object(**backend.place, VersionId=older)["Body"].read()
    (checkout.folder / "older.tfstate").write_bytes(content)
    checkout.check("state", "push", "-force", "older.tfstate")
    assert 'input            = "first"' in checkout.check("state", "show", "terraform_data.value")
    checkout.write("first")
    checkout.check("plan", "-detailed-exitcode")


def test_a_copy_of_the_bucket_is_used_by_an_override(backend: Backend) -> None:
    checkout = backend.checkout()
    checkout.check("init")
    checkout.check("apply", "-auto-approve")
    replica = f"{backend.block['bucket']}-{next(KEYS)}-replica"
    elsewhere = backend.aws.client("s3", REPLICA_REGION)
    elsewhere.create_bucket(
        Bucket=replica, CreateBucketConfiguration={"LocationConstraint": REPLICA_REGION}
    )
    content = backend.s3.get_object(**backend.place)["Body"].read()
    elsewhere.put_object(Bucket=replica, Key=backend.block["key"], Body=content)
    block = {
        "bucket": replica,
        "key": backend.block["key"],
        "region": REPLICA_REGION,
        "encrypt": True,
    }
    (checkout.folder / "replica_override.tf.json").write_text(
        json.dumps({"terraform": {"backend": {"s3": block}}})
    )
    checkout.check("init", "-reconfigure")
    checkout.check("plan", "-detailed-exitcode")


def test_a_local_state_moves_into_the_bucket(backend: Backend) -> None:
    checkout = backend.checkout()
    checkout.write("first", local=True)
    checkout.check("init")
    checkout.check("apply", "-auto-approve")
    before = checkout.check("state", "list")
    checkout.write("first")
    checkout.check("init", "-migrate-state", "-force-copy")
    assert checkout.check("state", "list") == before
    checkout.check("plan", "-detailed-exitcode")
    fresh = backend.checkout("second")
    fresh.check("init")
    fresh.check("plan", "-detailed-exitcode")
