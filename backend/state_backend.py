"""The state bucket with its access log, the lock table, and their KMS key."""

from cdktf import TerraformProvider
from cdktf_cdktf_provider_aws.dynamodb_table import (
    DynamodbTable,
    DynamodbTableAttribute,
    DynamodbTablePointInTimeRecovery,
    DynamodbTableServerSideEncryption,
)
from constructs import Construct

from config.derived import names
from config.environment import Environment
from modules.identity.kms import EncryptionKey
from modules.identity.policy import Statement
from modules.lifecycle import protection
from modules.outputs import Output, add_outputs
from modules.storage.access_log import access_log
from modules.storage.bucket import HardenedBucket


class StateBackend:
    """Bucket, access log bucket, lock table and KMS key (B1, B2).

    Terraform cannot destroy the buckets, the table and the key; only `bootstrap-destroy` removes
    the protection. The table exists in every lock mode, so that a change of mode changes the
    stacks' backend settings only.

    Attributes:
        key: the KMS key of bucket and table.
        bucket: the state bucket.
        table: the lock table.
    """

    def __init__(self, scope: Construct, environment: Environment) -> None:
        self.key = EncryptionKey(
            scope,
            "state_key",
            environment,
            alias=names.state_key_alias(environment),
            description=f"Terraform state of {environment.name}",
            prevent_destroy=True,
        )
        self.bucket = state_bucket(
            scope,
            "state",
            environment,
            names.state_bucket(environment),
            self.key,
            names.state_key_alias_arn(environment),
        )
        access_log(
            scope,
            "state",
            environment,
            self.bucket,
            names.state_log_bucket(environment),
            expiration_days=environment.state.access_log_days,
            noncurrent_version_days=environment.state.noncurrent_version_days,
            prevent_destroy=True,
        )
        self.table = self._lock_table(scope, environment)
        add_outputs(
            scope,
            {
                "bucket": Output(self.bucket.bucket.id, "State bucket"),
                "lock_table": Output(self.table.name, "Lock table"),
            },
        )

    def _lock_table(self, scope: Construct, environment: Environment) -> DynamodbTable:
        return DynamodbTable(
            scope,
            "state_lock",
            name=names.state_lock_table(environment),
            billing_mode="PAY_PER_REQUEST",
            # The attribute that Terraform's S3 backend uses.
            hash_key="LockID",
            attribute=[DynamodbTableAttribute(name="LockID", type="S")],
            point_in_time_recovery=DynamodbTablePointInTimeRecovery(enabled=True),
            server_side_encryption=DynamodbTableServerSideEncryption(
                enabled=True, kms_key_arn=self.key.arn
            ),
            deletion_protection_enabled=True,
            lifecycle=protection(when=True),
        )


def state_bucket(
    scope: Construct,
    id_: str,
    environment: Environment,
    name: str,
    key: EncryptionKey,
    alias_arn: str,
    provider: TerraformProvider | None = None,
) -> HardenedBucket:
    """A bucket for states: the original or its replica.

    Args:
        alias_arn: ARN of the key's alias, by which Terraform names the key.
    """
    arn = f"arn:{environment.partition}:s3:::{name}"
    return HardenedBucket(
        scope,
        id_,
        environment,
        name=name,
        key=key,
        statements=[_kms_only(arn), _own_key_only(arn, key.arn, alias_arn)],
        noncurrent_version_days=environment.state.noncurrent_version_days,
        noncurrent_versions=environment.state.noncurrent_versions,
        prevent_destroy=True,
        provider=provider,
    )


def _kms_only(bucket_arn: str) -> Statement:
    """Denies uploads that request another encryption than KMS.

    A request without one gets the bucket's default, which is KMS.
    """
    header = "s3:x-amz-server-side-encryption"
    return Statement(
        "DenyOtherEncryption",
        ["s3:PutObject"],
        [f"{bucket_arn}/*"],
        principals={"*": ["*"]},
        conditions={"Null": {header: "false"}, "StringNotEquals": {header: "aws:kms"}},
        effect="Deny",
    )


def _own_key_only(bucket_arn: str, key_arn: str, alias_arn: str) -> Statement:
    """Denies uploads that request another key than the bucket's.

    A request without a key gets the bucket's default, which is that key. S3 compares the key as the
    request names it, so that both its ARN and its alias are allowed.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
    """
    header = "s3:x-amz-server-side-encryption-aws-kms-key-id"
    return Statement(
        "DenyOtherKey",
        ["s3:PutObject"],
        [f"{bucket_arn}/*"],
        principals={"*": ["*"]},
        conditions={"Null": {header: "false"}, "ArnNotEquals": {header: [key_arn, alias_arn]}},
        effect="Deny",
    )
