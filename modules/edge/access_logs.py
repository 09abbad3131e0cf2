"""The bucket with the load balancer's access log."""

from typing import Final

from constructs import Construct

from config.derived import edge_names
from config.environment import Environment
from modules.identity.policy import Statement
from modules.storage.bucket import HardenedBucket

PREFIX: Final = "load-balancer"

NONCURRENT_VERSION_DAYS: Final = 30
"""Log files are written once; a superseded version is somebody's mistake, and recent."""


def access_log_bucket(scope: Construct, environment: Environment) -> HardenedBucket:
    """Makes the bucket, with a policy that lets AWS deliver this account's logs into it.

    It encrypts with S3's own keys: an Application Load Balancer delivers to no bucket with a KMS
    key of yours. While the load balancer is protected from deletion so are the logs; without the
    protection a destroy takes both.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    """
    name = edge_names.access_log_bucket(environment)
    bucket_arn = f"arn:{environment.partition}:s3:::{name}"
    is_alb = environment.edge.load_balancer == "alb"
    statements = [_alb_delivery] if is_alb else [_nlb_delivery, _nlb_acl_check]
    made = HardenedBucket(
        scope,
        "access_logs",
        environment,
        name=name,
        statements=[statement(environment, bucket_arn) for statement in statements],
        noncurrent_version_days=NONCURRENT_VERSION_DAYS,
        expiration_days=environment.edge.access_logs.retention_days,
    )
    made.bucket.force_destroy = not environment.edge.deletion_protection
    return made


def _files(environment: Environment, bucket_arn: str) -> str:
    return f"{bucket_arn}/{PREFIX}/AWSLogs/{environment.account}/*"


def _alb_delivery(environment: Environment, bucket_arn: str) -> Statement:
    """The one principal for all regions; before 2022 each region had an account of AWS's instead.

    AWS puts the load balancer's account into the path, so that the path is the condition.
    """
    return Statement(
        "LoadBalancerLogDelivery",
        ["s3:PutObject"],
        [_files(environment, bucket_arn)],
        principals={"Service": ["logdelivery.elasticloadbalancing.amazonaws.com"]},
    )


def _nlb_delivery(environment: Environment, bucket_arn: str) -> Statement:
    """Network Load Balancers deliver through CloudWatch's log service.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/enable-access-logs.html
    """
    conditions = _from_this_account(environment)
    conditions["StringEquals"]["s3:x-amz-acl"] = "bucket-owner-full-control"
    return Statement(
        "LoadBalancerLogDelivery",
        ["s3:PutObject"],
        [_files(environment, bucket_arn)],
        principals={"Service": ["delivery.logs.amazonaws.com"]},
        conditions=conditions,
    )


def _nlb_acl_check(environment: Environment, bucket_arn: str) -> Statement:
    return Statement(
        "LoadBalancerLogAclCheck",
        ["s3:GetBucketAcl"],
        [bucket_arn],
        principals={"Service": ["delivery.logs.amazonaws.com"]},
        conditions=_from_this_account(environment),
    )


def _from_this_account(environment: Environment) -> dict[str, dict[str, str]]:
    partition, region, account = environment.partition, environment.region, environment.account
    return {
        "StringEquals": {"aws:SourceAccount": account},
        "ArnLike": {"aws:SourceArn": f"arn:{partition}:logs:{region}:{account}:*"},
    }
