"""A hardened S3 bucket."""

from collections.abc import Sequence

from cdktf import TerraformProvider
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
    S3BucketLifecycleConfigurationRule,
    S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload,
    S3BucketLifecycleConfigurationRuleExpiration,
    S3BucketLifecycleConfigurationRuleFilter,
    S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration,
)
from cdktf_cdktf_provider_aws.s3_bucket_notification import S3BucketNotification
from cdktf_cdktf_provider_aws.s3_bucket_object_lock_configuration import (
    S3BucketObjectLockConfigurationA,
    S3BucketObjectLockConfigurationRuleA,
    S3BucketObjectLockConfigurationRuleDefaultRetentionA,
)
from cdktf_cdktf_provider_aws.s3_bucket_ownership_controls import (
    S3BucketOwnershipControls,
    S3BucketOwnershipControlsRule,
)
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy
from cdktf_cdktf_provider_aws.s3_bucket_public_access_block import S3BucketPublicAccessBlock
from cdktf_cdktf_provider_aws.s3_bucket_server_side_encryption_configuration import (
    S3BucketServerSideEncryptionConfigurationA,
    S3BucketServerSideEncryptionConfigurationRuleA,
    S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA,
)
from cdktf_cdktf_provider_aws.s3_bucket_versioning import (
    S3BucketVersioningA,
    S3BucketVersioningVersioningConfiguration,
)
from constructs import Construct

from config.environment import Environment
from modules.identity.kms import EncryptionKey
from modules.identity.policy import Statement, policy_document
from modules.lifecycle import protection


class HardenedBucket:
    """A versioned, encrypted, private bucket with TLS only and EventBridge notifications.

    Sources: AWS Foundational Security Best Practices S3.1, S3.2, S3.3, S3.5, S3.8, S3.12, S3.17.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        environment: Environment,
        *,
        name: str,
        key: EncryptionKey | None = None,
        statements: Sequence[Statement] = (),
        noncurrent_version_days: int,
        noncurrent_versions: int | None = None,
        expiration_days: int | None = None,
        lock_days: int | None = None,
        prevent_destroy: bool = False,
        force_destroy: bool = False,
        provider: TerraformProvider | None = None,
    ) -> None:
        """Makes the bucket and its settings.

        Args:
            id_: id of the bucket and prefix of the other ids.
            key: the default encryption key. Log buckets have none and use SSE-S3: S3 does not
                deliver logs to a bucket with a KMS key.
            noncurrent_versions: number of noncurrent versions that are kept longer, the newest, 1
                to 100.
            expiration_days: days until a current object expires; None for never.
            lock_days: days in which no version can be deleted without the permission to bypass
                governance mode; None for no lock.
            provider: the provider of another region.
        """
        self.arn = f"arn:{environment.partition}:s3:::{name}"
        self.bucket = S3Bucket(
            scope,
            id_,
            bucket=name,
            object_lock_enabled=True if lock_days else None,
            force_destroy=True if force_destroy else None,
            provider=provider,
            lifecycle=protection(when=prevent_destroy),
            # The key is destroyed after the objects, not only after the encryption setting.
            depends_on=[key.key] if key else None,
        )
        bucket = self.bucket.id
        S3BucketOwnershipControls(
            scope,
            f"{id_}_ownership",
            bucket=bucket,
            rule=S3BucketOwnershipControlsRule(object_ownership="BucketOwnerEnforced"),
            provider=provider,
        )
        public_access_block = S3BucketPublicAccessBlock(
            scope,
            f"{id_}_public_access",
            bucket=bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            provider=provider,
        )
        self.versioning = S3BucketVersioningA(
            scope,
            f"{id_}_versioning",
            bucket=bucket,
            versioning_configuration=S3BucketVersioningVersioningConfiguration(status="Enabled"),
            provider=provider,
        )
        S3BucketServerSideEncryptionConfigurationA(
            scope,
            f"{id_}_encryption",
            bucket=bucket,
            rule=[_encryption_rule(key.arn if key else None)],
            provider=provider,
        )
        self.policy = S3BucketPolicy(
            scope,
            f"{id_}_policy",
            bucket=bucket,
            policy=policy_document(tls_only(self.arn), *statements),
            # S3 refuses concurrent changes of a bucket's access with OperationAborted.
            depends_on=[public_access_block],
            provider=provider,
        )
        S3BucketLifecycleConfiguration(
            scope,
            f"{id_}_lifecycle",
            bucket=bucket,
            rule=[_lifecycle_rule(noncurrent_version_days, noncurrent_versions, expiration_days)],
            # Expiration of noncurrent versions needs versioning.
            depends_on=[self.versioning],
            provider=provider,
        )
        if lock_days:
            S3BucketObjectLockConfigurationA(
                scope,
                f"{id_}_lock",
                bucket=bucket,
                rule=_lock_rule(lock_days),
                depends_on=[self.versioning],
                provider=provider,
            )
        # Free, and lets EventBridge rules alert on deleted or replaced objects.
        S3BucketNotification(
            scope, f"{id_}_events", bucket=bucket, eventbridge=True, provider=provider
        )


def tls_only(bucket_arn: str) -> Statement:
    """Denies every request without TLS.

    Source: AWS Config rule s3-bucket-ssl-requests-only.
    """
    return Statement(
        "DenyInsecureTransport",
        ["s3:*"],
        [bucket_arn, f"{bucket_arn}/*"],
        principals={"*": ["*"]},
        conditions={"Bool": {"aws:SecureTransport": "false"}},
        effect="Deny",
    )


def _encryption_rule(kms_key_arn: str | None) -> S3BucketServerSideEncryptionConfigurationRuleA:
    default = S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA(
        sse_algorithm="aws:kms" if kms_key_arn else "AES256", kms_master_key_id=kms_key_arn
    )
    return S3BucketServerSideEncryptionConfigurationRuleA(
        apply_server_side_encryption_by_default=default,
        bucket_key_enabled=True if kms_key_arn else None,
    )


def _lock_rule(days: int) -> S3BucketObjectLockConfigurationRuleA:
    return S3BucketObjectLockConfigurationRuleA(
        default_retention=S3BucketObjectLockConfigurationRuleDefaultRetentionA(
            mode="GOVERNANCE", days=days
        )
    )


def _lifecycle_rule(
    noncurrent_version_days: int, noncurrent_versions: int | None, expiration_days: int | None
) -> S3BucketLifecycleConfigurationRule:
    """Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html."""
    return S3BucketLifecycleConfigurationRule(
        id="expire",
        status="Enabled",
        # An empty prefix selects every object; the provider requires the filter.
        filter=[S3BucketLifecycleConfigurationRuleFilter(prefix="")],
        noncurrent_version_expiration=[
            S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration(
                noncurrent_days=noncurrent_version_days,
                newer_noncurrent_versions=noncurrent_versions,
            )
        ],
        expiration=(
            [S3BucketLifecycleConfigurationRuleExpiration(days=expiration_days)]
            if expiration_days
            else None
        ),
        abort_incomplete_multipart_upload=[
            S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload(
                days_after_initiation=7
            )
        ],
    )
