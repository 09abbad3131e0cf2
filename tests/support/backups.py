"""The bucket of Velero's backups with a backup in it, as it is in AWS."""

import re
from pathlib import Path
from typing import Any, Final

from tools.emulator import LocalAws

REGION: Final = "eu-west-1"
BACKUP: Final = "backups/daily/velero-backup.json"


class Backups:
    """Backups of an environment.

    Attributes:
        bucket: name of the bucket.
        key: id of its KMS key.
        alias: alias of its KMS key.
    """

    def __init__(self, aws: LocalAws, environment: str) -> None:
        """Puts a backup into the bucket."""
        self._s3, self._kms = aws.client("s3", REGION), aws.client("kms", REGION)
        self.bucket = f"{environment}-velero-{aws.account}-{REGION}"
        self.alias = f"alias/{environment}-velero"
        self.key: str = self._kms.describe_key(KeyId=self.alias)["KeyMetadata"]["KeyId"]
        self._s3.put_object(Bucket=self.bucket, Key=BACKUP, Body=b"backup")

    @property
    def import_blocks(self) -> str:
        """The file with which docs/operations.md imports what Terraform no longer manages."""
        page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
        [blocks] = re.findall(
            r"```terraform\n(import {\n  to = aws_kms_key.velero_key\n.*?)```", page, re.DOTALL
        )
        for written, actual in (
            ("prod-velero-123456789012-eu-west-1", self.bucket),
            ("1234abcd-12ab-34cd-56ef-1234567890ab", self.key),
            ("alias/prod-velero", self.alias),
        ):
            assert f'id = "{written}' in blocks
            blocks = blocks.replace(f'id = "{written}', f'id = "{actual}')
        return blocks

    def check(self) -> None:
        """The backup can be read, and all that protects it is in place."""
        bucket = {"Bucket": self.bucket}
        assert self._s3.get_object(**bucket, Key=BACKUP)["Body"].read() == b"backup"
        key: dict[str, Any] = self._kms.describe_key(KeyId=self.key)["KeyMetadata"]
        assert key["KeyState"] == "Enabled"
        encryption = self._s3.get_bucket_encryption(**bucket)["ServerSideEncryptionConfiguration"]
        default = encryption["Rules"][0]["ApplyServerSideEncryptionByDefault"]
        assert default == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key["Arn"]}
        assert self._s3.get_bucket_versioning(**bucket)["Status"] == "Enabled"
        block = self._s3.get_public_access_block(**bucket)["PublicAccessBlockConfiguration"]
        assert set(block.values()) == {True}
        assert "DenyInsecureTransport" in self._s3.get_bucket_policy(**bucket)["Policy"]
        ownership = self._s3.get_bucket_ownership_controls(**bucket)["OwnershipControls"]
        assert ownership["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
