"""Real Terraform applies the account stack: cost alarms, GuardDuty, backups and images."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.account import EVERYTHING
from support.environments import MINIMAL
from support.lifecycle import Commands
from support.provider import SharedProvider
from tools.emulator import LocalAws

SETTINGS: dict[str, Any] = MINIMAL | EVERYTHING | {"name": "acct", "edge": {"plain_http": True}}
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
REGIONS = ("eu-west-1", "eu-central-1")


def back_up(aws: LocalAws, vault: str) -> str:
    """Makes a recovery point; gives the KMS key that encrypts it."""
    backup = aws.client("backup", "eu-west-1")
    backup.start_backup_job(
        BackupVaultName=vault,
        ResourceArn=f"arn:aws:elasticfilesystem:eu-west-1:{aws.account}:file-system/fs-1",
        IamRoleArn=f"arn:aws:iam::{aws.account}:role/{vault}",
    )
    points = backup.list_recovery_points_by_backup_vault(BackupVaultName=vault)["RecoveryPoints"]
    return points[0]["EncryptionKeyArn"]


def push(aws: LocalAws, repository: str) -> str:
    """Pushes an image; gives the KMS key that encrypts it."""
    ecr = aws.client("ecr", "eu-west-1")
    manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": {}, "layers": []}
    ecr.put_image(repositoryName=repository, imageManifest=json.dumps(manifest), imageTag="v1")
    [found] = ecr.describe_repositories(repositoryNames=[repository])["repositories"]
    return found["encryptionConfiguration"]["kmsKey"]


def copied(aws: LocalAws) -> set[str]:
    """Vaults and keys in the second region."""
    found = aws.inventory(REGIONS[1:])
    return {item for item in found if item.startswith(("backup:", "kms:"))}


@pytest.mark.terraform
@pytest.mark.lifecycle
def test_it_is_applied_changed_and_destroyed_after_the_protection_of_backups_is_lifted(
    running_aws: LocalAws, provider: SharedProvider, tmp_path: Path
) -> None:
    """Through the runner's commands; made as users do, with a provider that `init` has chosen."""
    aws = running_aws
    file = tmp_path / "acct.yaml"
    file.write_text(json.dumps(SETTINGS))
    commands = Commands(aws, file, tmp_path / "cdktf.out")
    commands.check("bootstrap", "--yes")
    before = aws.inventory(REGIONS)
    commands.check("apply", "account", "--yes")
    commands.variables |= provider.variables()
    assert "No changes." in commands.check("plan", "account", "--", "-no-color")

    key, image_key = back_up(aws, "acct-backup"), push(aws, "shop/web")
    applied, copies = aws.inventory(REGIONS), copied(aws)
    assert copies
    code, text = commands.run("destroy", "account", "--yes")
    assert code == 1
    assert "aws_backup_vault.backup_vault (acct-backup): prevent_destroy, the vault" in text
    assert "aws_kms_key.backup_copy_key" in text
    assert "set `backup.force_destroy: true`" in text
    assert "aws_ecr_repository.repository_shop__web (shop/web): prevent_destroy, the repo" in text
    assert "set `registry.force_destroy: true`" in text
    assert aws.inventory(REGIONS) == applied
    kms = aws.client("kms", "eu-west-1")
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Enabled"

    without = {**SETTINGS["registry"], "repositories": {}}
    file.write_text(json.dumps({**SETTINGS, "registry": without}))
    code, text = commands.run("apply", "account", "--yes")
    assert code == 1
    assert "(shop/web): the repository contains images" in text
    assert aws.inventory(REGIONS) == applied

    cost = {**SETTINGS["cost"], "budgets": {"month": {"monthly_usd": 1500}}}
    backup = {**SETTINGS["backup"], "delete_after_days": 60, "copy_region": None}
    file.write_text(json.dumps({**SETTINGS, "cost": cost, "backup": backup}))
    commands.check("apply", "account", "--yes")
    assert "No changes." in commands.check("plan", "account", "--", "-no-color")
    assert aws.failures() == []
    assert copied(aws) == copies

    backup["force_destroy"] = True
    last = {"backup": backup, "registry": {**SETTINGS["registry"], "force_destroy": True}}
    file.write_text(json.dumps({**SETTINGS, "cost": cost, **last}))
    commands.check("apply", "account", "--yes")
    commands.check("destroy", "account", "--yes")
    assert set(aws.inventory(REGIONS)) == {*before, *copies}
    for each in (key, image_key):
        assert kms.describe_key(KeyId=each)["KeyMetadata"]["KeyState"] == "PendingDeletion"
