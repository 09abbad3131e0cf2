"""Shared files fail over (K2), and nothing is overwritten that the file does not name."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.derived import names
from config.environment import Environment
from runner.errors import RunnerError
from runner.manifest import Stack, read_manifest
from runner.regions.efs_failover import efs_failover, efs_overwrite
from support.output import synthesized_output
from support.regions import platform
from tools.emulator import LocalAws


class Files:
    """The file system of a region, and the state that says so."""

    def __init__(self, aws: LocalAws, environment: Environment) -> None:
        self.region = environment.region
        self.efs = aws.client("efs", environment.region)
        self.id: str = self.efs.create_file_system(CreationToken="t")["FileSystemId"]
        instance = {"attributes": {"id": self.id}}
        resource = {"mode": "managed", "type": "aws_efs_file_system", "name": "efs"}
        state: dict[str, Any] = {
            "version": 4,
            "serial": 1,
            "lineage": "one",
            "outputs": {},
            "resources": [{**resource, "instances": [instance]}],
        }
        s3 = aws.client("s3", environment.region)
        bucket = names.state_bucket(environment)
        s3.create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": environment.region}
        )
        key = names.state_object_key(environment, "data")
        s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(state).encode())

    @property
    def protection(self) -> str:
        [found] = self.efs.describe_file_systems(FileSystemId=self.id)["FileSystems"]
        return found["FileSystemProtection"]["ReplicationOverwriteProtection"]

    def replicate_to(self, other: "Files") -> None:
        other.efs.update_file_system_protection(
            FileSystemId=other.id, ReplicationOverwriteProtection="DISABLED"
        )
        self.efs.create_replication_configuration(
            SourceFileSystemId=self.id,
            Destinations=[{"Region": other.region, "FileSystemId": other.id}],
        )


@pytest.fixture
def environments(tmp_path: Path) -> list[Environment]:
    return platform(tmp_path)


@pytest.fixture
def stacks(tmp_path: Path, environments: list[Environment]) -> list[Stack]:
    synthesized_output(tmp_path / "cdktf.out", *environments)
    return read_manifest(tmp_path / "cdktf.out")


@pytest.fixture
def files(
    empty_account: LocalAws, environments: list[Environment]
) -> Iterator[tuple[Files, Files]]:
    west, central = (Files(empty_account, each) for each in environments)
    west.replicate_to(central)
    yield west, central
    assert empty_account.failures() == []


def yes(_: str) -> bool:
    return True


@pytest.mark.parametrize("local", [False, True])
def test_the_copy_can_be_written_to_after_what_is_printed_is_confirmed(
    stacks: list[Stack], files: tuple[Files, Files], local: bool
) -> None:
    west, central = files
    said: list[str] = []
    efs_failover(stacks, "euc1", local=local, confirm=lambda _: False, say=said.append)
    assert central.protection == "REPLICATING"
    assert said[0] == (
        f"Replication: {west.id} in eu-west-1 -> {central.id} in eu-central-1, ENABLED"
    )
    assert said[1].startswith("Complete up to 20")
    assert said[2] == "Nothing was changed."
    said.clear()
    efs_failover(stacks, "eu-central-1", local=local, confirm=yes, say=said.append)
    assert central.protection == "ENABLED"
    assert "replication.source: eu-central-1" in said[-1]
    efs_failover(stacks, "euc1", local=local, confirm=yes, say=said.append)
    assert "is in no replication and can be written to" in said[-1]


def test_the_source_needs_no_failover(stacks: list[Stack], files: tuple[Files, Files]) -> None:
    said: list[str] = []
    efs_failover(stacks, "euw1", local=False, confirm=yes, say=said.append)
    assert "is the source of the replication" in said[-1]
    assert files[1].protection == "REPLICATING"


def test_only_the_destination_that_the_file_names_is_overwritten(
    stacks: list[Stack], files: tuple[Files, Files]
) -> None:
    west, central = files
    said: list[str] = []
    efs_failover(stacks, "euc1", local=False, confirm=yes, say=lambda _: None)
    with pytest.raises(RunnerError, match=r"To overwrite eu-west-1, set replication\.source"):
        efs_overwrite(stacks, "euw1", confirm=yes, say=said.append)
    efs_overwrite(stacks, "euc1", confirm=lambda _: False, say=said.append)
    assert (west.protection, central.protection) == ("ENABLED", "ENABLED")
    assert f"The files of {central.id} in eu-central-1 (0.0 GiB) are overwritten" in said[0]
    efs_overwrite(stacks, "euc1", confirm=yes, say=said.append)
    assert (west.protection, central.protection) == ("ENABLED", "DISABLED")


@pytest.mark.usefixtures("empty_account")
def test_what_is_not_applied_has_no_files(stacks: list[Stack]) -> None:
    with pytest.raises(RunnerError, match="two-regions-euc1-data is not applied"):
        efs_failover(stacks, "euc1", local=False, confirm=yes, say=lambda _: None)
    with pytest.raises(RunnerError, match=r"no region 'mars'\. The regions are euc1, euw1"):
        efs_failover(stacks, "mars", local=False, confirm=yes, say=lambda _: None)
