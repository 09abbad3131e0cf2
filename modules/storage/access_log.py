"""The access log of a bucket."""

from typing import Final

from cdktf import TerraformProvider
from cdktf_cdktf_provider_aws.s3_bucket_logging import S3BucketLoggingA
from constructs import Construct

from config.environment import Environment
from modules.identity.policy import Statement
from modules.storage.bucket import HardenedBucket

PREFIX: Final = "access/"


def access_log(
    scope: Construct,
    id_: str,
    environment: Environment,
    bucket: HardenedBucket,
    name: str,
    *,
    expiration_days: int,
    noncurrent_version_days: int,
    prevent_destroy: bool = False,
    force_destroy: bool = False,
    provider: TerraformProvider | None = None,
) -> None:
    """Makes a bucket for the access log of another bucket, and enables the log.

    Args:
        id_: id of the logged bucket; the log bucket is `<id>_logs`.
        name: name of the log bucket, which must be in the same region.
        provider: the provider of another region.
    """
    logs = HardenedBucket(
        scope,
        f"{id_}_logs",
        environment,
        name=name,
        statements=[_log_delivery(environment, bucket.arn, name)],
        noncurrent_version_days=noncurrent_version_days,
        expiration_days=expiration_days,
        prevent_destroy=prevent_destroy,
        force_destroy=force_destroy,
        provider=provider,
    )
    S3BucketLoggingA(
        scope,
        f"{id_}_logging",
        bucket=bucket.bucket.id,
        target_bucket=logs.bucket.id,
        target_prefix=PREFIX,
        depends_on=[logs.policy],
        provider=provider,
    )


def _log_delivery(environment: Environment, source_bucket_arn: str, name: str) -> Statement:
    """Lets S3 deliver the access log of one bucket of this account.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
    """
    return Statement(
        "AccessLogDelivery",
        ["s3:PutObject"],
        [f"arn:{environment.partition}:s3:::{name}/{PREFIX}*"],
        principals={"Service": ["logging.s3.amazonaws.com"]},
        conditions={
            "ArnLike": {"aws:SourceArn": source_bucket_arn},
            "StringEquals": {"aws:SourceAccount": environment.account},
        },
    )
