"""EFS replication of the local AWS: directions, protection, deletion from either side."""

from typing import Any, NamedTuple

import pytest

from support.aws_errors import code_of
from tools.emulator import LocalAws


class Pair(NamedTuple):
    """The EFS clients of two regions, and a file system in each."""

    west: Any
    central: Any
    source: str
    destination: str

    def protection(self, client: Any, file_system: str) -> str:
        [found] = client.describe_file_systems(FileSystemId=file_system)["FileSystems"]
        return found["FileSystemProtection"]["ReplicationOverwriteProtection"]

    def replicate(self) -> None:
        to = {"Region": "eu-central-1", "FileSystemId": self.destination}
        self.west.create_replication_configuration(
            SourceFileSystemId=self.source, Destinations=[to]
        )


@pytest.fixture
def pair(aws: LocalAws, request: pytest.FixtureRequest) -> Pair:
    token = request.node.name[-64:]
    west, central = aws.client("efs", "eu-west-1"), aws.client("efs", "eu-central-1")
    made = [
        each.create_file_system(CreationToken=token)["FileSystemId"] for each in (west, central)
    ]
    return Pair(west, central, *made)


def test_only_an_unprotected_file_system_is_overwritten(pair: Pair) -> None:
    assert pair.protection(pair.central, pair.destination) == "ENABLED"
    assert code_of(pair.replicate) == "BadRequest"
    pair.central.update_file_system_protection(
        FileSystemId=pair.destination, ReplicationOverwriteProtection="DISABLED"
    )
    pair.replicate()
    assert pair.protection(pair.central, pair.destination) == "REPLICATING"
    assert pair.protection(pair.west, pair.source) == "ENABLED"
    for client, each in ((pair.west, pair.source), (pair.central, pair.destination)):
        described = client.describe_replication_configurations(FileSystemId=each)
        [found] = described["Replications"]
        assert found["SourceFileSystemId"] == pair.source
        assert found["Destinations"][0]["LastReplicatedTimestamp"]
    code = code_of(pair.central.delete_file_system, FileSystemId=pair.destination)
    assert code == "BadRequest"


@pytest.mark.parametrize("mode", ["ALL_CONFIGURATIONS", "LOCAL_CONFIGURATION_ONLY"])
def test_the_destination_is_protected_again_after_the_replication(pair: Pair, mode: str) -> None:
    pair.central.update_file_system_protection(
        FileSystemId=pair.destination, ReplicationOverwriteProtection="DISABLED"
    )
    pair.replicate()
    pair.central.delete_replication_configuration(SourceFileSystemId=pair.source, DeletionMode=mode)
    assert pair.protection(pair.central, pair.destination) == "ENABLED"
    code = code_of(pair.central.describe_replication_configurations, FileSystemId=pair.destination)
    assert code == "ReplicationNotFound"
    try:
        pair.west.describe_replication_configurations(FileSystemId=pair.source)
        left = True
    except pair.west.exceptions.ReplicationNotFound:
        left = False
    assert left is (mode == "LOCAL_CONFIGURATION_ONLY")
