"""What keeps a region from serving is said before requests are led to it (K2)."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from runner.check.finding import Finding
from runner.failover.checks import backups, certificates, file_systems, velero
from runner.failover.command import check_standby
from runner.failover.standby import Standby
from runner.failover.switch import Switches
from runner.manifest import Stack, read_manifest
from support.failover import Region
from support.output import synthesized_output
from support.regions import CENTRAL, WEST, platform
from tools.emulator import LocalAws


def findings(stacks: list[Stack]) -> dict[str, Finding]:
    """What is found about the central region, by subject."""
    said: list[str] = []
    check_standby(stacks, CENTRAL, json=True, say=said.append)
    document = json.loads(said[0])
    assert (document["environment"], document["region"]) == (CENTRAL, "eu-central-1")
    return {each["subject"]: Finding(**each) for each in document["findings"]}


@pytest.fixture
def central(regions: dict[str, Region]) -> Region:
    regions[CENTRAL].register()
    return regions[CENTRAL]


def with_resource(stacks: list[Stack], name: str, folder: Path, **more: Any) -> list[Stack]:
    """The stacks, of which one makes something more."""
    [stack] = [each for each in stacks if each.name == name]
    resources = stack.document["resource"] | more
    (folder / "cdk.tf.json").write_text(json.dumps(stack.document | {"resource": resources}))
    return [replace(each, directory=folder) if each is stack else each for each in stacks]


def certificate(region: Region, days: int) -> str:
    """A certificate that is valid for some days more, or less."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop.example.com")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=100))
        .not_valid_after(now + timedelta(days=days, hours=1))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    answer = region.client("acm").import_certificate(Certificate=pem, PrivateKey=private)
    return answer["CertificateArn"]


def test_a_region_with_pods_nodes_and_a_valid_certificate_can_serve(
    central: Region, stacks: list[Stack]
) -> None:
    central.listen_with(certificate(central, days=300))
    said: list[str] = []
    assert check_standby(stacks, "euc1", json=False, say=said.append)
    expected = [
        "switch of euc1: status 404",
        "pods of the ingress controller: 1 of 1 are healthy behind the load balancer",
        f"certificate of shop.example.com: is valid until "
        f"{datetime.now(UTC) + timedelta(days=300, hours=1):%Y-%m-%d}",
        f"cluster {CENTRAL}: is ACTIVE",
        "node group system: is ACTIVE, 2 of 2 instances are in service",
    ]
    assert said == [f"{CENTRAL}: ok: {line}" for line in expected]


@pytest.mark.parametrize(
    ("later", "status", "found"),
    [(290, "warning", "is valid until "), (301, "error", "has expired on ")],
)
def test_a_certificate_that_ends_is_found(
    central: Region,
    stacks: list[Stack],
    monkeypatch: pytest.MonkeyPatch,
    later: int,
    status: str,
    found: str,
) -> None:
    central.listen_with(certificate(central, days=300))
    then = datetime.now(UTC) + timedelta(days=later)
    monkeypatch.setattr(certificates, "now", lambda: then)
    said = findings(stacks)["certificate of shop.example.com"]
    assert (said.status, said.found[: len(found)]) == (status, found)


def test_missing_nodes_and_a_missing_cluster_are_found(
    central: Region, stacks: list[Stack]
) -> None:
    eks = central.client("eks")
    central.lose_instance()
    one = findings(stacks)["node group system"]
    assert (one.status, one.found) == ("warning", "is ACTIVE, 1 of 2 instances are in service")
    assert "aws eks describe-nodegroup --cluster-name two-regions-euc1" in one.action
    central.lose_instance()
    assert findings(stacks)["node group system"].status == "error"
    eks.delete_nodegroup(clusterName=CENTRAL, nodegroupName="system")
    assert findings(stacks)[f"node groups of {CENTRAL}"].status == "error"
    eks.delete_cluster(name=CENTRAL)
    missing = findings(stacks)[f"cluster {CENTRAL}"]
    assert (missing.status, missing.found) == ("error", "does not exist")
    assert missing.action == "`make apply ENV=two-regions-euc1`."


@pytest.mark.usefixtures("central")
def test_a_check_that_is_not_permitted_is_named_and_keeps_nothing_from_being_done(
    empty_account: LocalAws, stacks: list[Stack]
) -> None:
    empty_account.inject("eks", "DescribeCluster", "AccessDeniedException", status=403, times=9)
    try:
        said = findings(stacks)
    finally:
        empty_account.clear_faults()
    assert said["nodes"].status == "not checked"
    assert said[f"cluster {CENTRAL}"].action == "Allow eks:DescribeCluster, and check again."
    empty_account.inject("elbv2", "DescribeTargetHealth", "AccessDenied", status=403, times=9)
    try:
        assert findings(stacks)["pods of the ingress controller"].status == "error"
    finally:
        empty_account.clear_faults()


def test_the_age_of_the_newest_copied_backup_is_said(
    central: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    west, _ = environments = platform(
        tmp_path,
        regions={
            "eu-west-1": {"settings": {"backup": {"enabled": True, "copy_region": "eu-central-1"}}}
        },
    )
    synthesized_output(tmp_path / "cdktf.out", *environments)
    stacks = read_manifest(tmp_path / "cdktf.out")
    backup, vault = central.client("backup"), f"{west.name}-backup"
    backup.create_backup_vault(BackupVaultName=vault)
    subject = f"copies in the backup vault {vault}"
    none = findings(stacks)[subject]
    assert (none.status, none.found) == ("warning", "there is no recovery point")
    backup.start_backup_job(
        BackupVaultName=vault, ResourceArn="arn:aws:s3:::x", IamRoleArn="arn:aws:iam::1:role/x"
    )
    new = findings(stacks)[subject]
    assert (new.status, new.found, new.needed) == (
        *("ok", "the newest recovery point is 0 min old"),
        "at most 48 h",
    )
    then = datetime.now(UTC) + timedelta(hours=50, minutes=1)
    monkeypatch.setattr(backups, "now", lambda: then)
    old = findings(stacks)[subject]
    assert (old.status, old.found) == ("warning", "the newest recovery point is 50 h old")


def test_the_age_of_the_newest_replicated_backup_of_velero_is_said(
    central: Region, stacks: list[Stack], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket, s3 = "two-regions-euc1-velero-replica", central.client("s3")
    location = {"LocationConstraint": "eu-central-1"}
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=location)
    known = with_resource(
        stacks, f"{CENTRAL}-network", tmp_path, aws_s3_bucket={"velero_replica": {"bucket": bucket}}
    )

    subject = f"backups in {bucket}"
    assert findings(known)[subject].found == "there is no backup"
    for key in ("backups/b/b.tar.gz", "kopia/shop/x"):
        s3.put_object(Bucket=bucket, Key=f"two-regions-euw1/{key}", Body=b"x")
    assert findings(known)[subject].status == "warning"  # none is complete
    s3.put_object(Bucket=bucket, Key="two-regions-euw1/backups/b/velero-backup.json", Body=b"{}")
    new = findings(known)[subject]
    assert (new.status, new.found) == ("ok", "the newest backup is 0 min old")
    then = datetime.now(UTC) + timedelta(hours=49, minutes=1)
    monkeypatch.setattr(velero, "now", lambda: then)
    old = findings(known)[subject]
    assert (old.status, old.found) == ("warning", "the newest backup is 49 h old")


def test_replicated_secrets_have_a_value_here(
    central: Region, stacks: list[Stack], tmp_path: Path
) -> None:
    made = {
        name: {"name": f"shop/{name}", "replica": [{"region": "eu-central-1"}]}
        for name in ("good", "empty", "absent")
    }
    known = with_resource(stacks, f"{WEST}-network", tmp_path, aws_secretsmanager_secret=made)
    secrets = central.client("secretsmanager")
    secrets.create_secret(Name="shop/good", SecretString="x")
    secrets.create_secret(Name="shop/empty")
    said = findings(known)
    assert {name: said[f"secret shop/{name}"].status for name in made} == {
        "good": "ok",
        "empty": "warning",
        "absent": "warning",
    }
    assert said["secret shop/absent"].found == "has no replica here"


class Efs:
    """Answers for the EFS of a region."""

    region = "eu-central-1"

    def __init__(self, *replicated: datetime) -> None:
        self._replicated = replicated

    def call(self, service: str, operation: str) -> dict[str, Any]:
        assert (service, operation) == ("efs", "describe_replication_configurations")
        copy = {"Region": self.region, "FileSystemId": "fs-1", "Status": "ENABLED"}
        return {
            "Replications": [
                {
                    "SourceFileSystemRegion": "eu-west-1",
                    "Destinations": [copy | {"LastReplicatedTimestamp": when}],
                }
                for when in self._replicated
            ]
        }


def test_the_age_of_replicated_files_is_said(stacks: list[Stack], tmp_path: Path) -> None:
    def found(*replicated: datetime) -> list[tuple[str, str]]:
        aws: Any = Efs(*replicated)
        standby = Standby(stacks[0], known, Switches([], {}), aws)
        return [(each.status, each.found) for each in file_systems.find(standby)]

    now, known = datetime.now(UTC), stacks
    assert found() == []  # nothing is replicated
    replication = {"r": {"destination": {"region": "eu-central-1"}}}
    known = with_resource(
        stacks, f"{WEST}-network", tmp_path, aws_efs_replication_configuration=replication
    )
    assert found(now - timedelta(minutes=9)) == [("ok", "the newest replicated state is 9 min old")]
    [(old, _)] = found(now - timedelta(hours=3))
    [(ended, _)] = found()
    assert (old, ended) == ("warning", "warning")
