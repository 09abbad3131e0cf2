"""The bucket of the load balancer's access log."""

from typing import Final

from constructs import Construct

from config.derived import edge_names
from config.environment import Environment
from modules.identity.policy import Statement
from modules.storage.bucket import HardenedBucket

PREFIX: Final = "load-balancer"

NONCURRENT_VERSION_DAYS: Final = 30
"""Log files are written once, so that a noncurrent version is a recent mistake."""


def access_log_bucket(scope: Construct, environment: Environment) -> HardenedBucket:
    """Makes the bucket, with a policy that lets AWS deliver this account's logs.

    It uses SSE-S3: an Application Load Balancer does not deliver to a bucket with a customer
    managed KMS key. Deletion protection of the load balancer also protects the logs; without it a
    destroy deletes both.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    """
    name = edge_names.access_log_bucket(environment)
    bucket_arn = f"arn:{environment.partition}:s3:::{name}"
    is_alb = environment.edge.load_balancer == "alb"
    statements = [_alb_delivery] if is_alb else [_nlb_delivery, _nlb_acl_check]
    protected = environment.edge_protected
    return HardenedBucket(
        scope,
        "access_logs",
        environment,
        name=name,
        statements=[statement(environment, bucket_arn) for statement in statements],
        noncurrent_version_days=NONCURRENT_VERSION_DAYS,
        expiration_days=environment.edge.access_logs.retention_days,
        prevent_destroy=protected,
        force_destroy=not protected,
    )


def _files(environment: Environment, bucket_arn: str) -> str:
    return f"{bucket_arn}/{PREFIX}/AWSLogs/{environment.account}/*"


def _alb_delivery(environment: Environment, bucket_arn: str) -> Statement:
    """The principal of all regions; before 2022 each region had an AWS account instead.

    AWS puts the load balancer's account into the object key, so that the resource restricts the
    account.
    """
    return Statement(
        "LoadBalancerLogDelivery",
        ["s3:PutObject"],
        [_files(environment, bucket_arn)],
        principals={"Service": ["logdelivery.elasticloadbalancing.amazonaws.com"]},
    )


def _nlb_delivery(environment: Environment, bucket_arn: str) -> Statement:
    """Network Load Balancers deliver through the log delivery service of CloudWatch.

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
