"""The bucket of the load balancer's access log."""

from collections.abc import Sequence
from typing import Final

from constructs import Construct

from config.derived import edge_names
from config.derived.front_doors import FrontDoor, front_doors
from config.environment import Environment
from modules.identity.policy import Statement
from modules.storage.bucket import HardenedBucket

PREFIX: Final = "load-balancer"

NONCURRENT_VERSION_DAYS: Final = 30
"""Log files are written once, so that a noncurrent version is a recent mistake."""


def access_log_bucket(scope: Construct, environment: Environment) -> HardenedBucket | None:
    """Makes the bucket, with a policy that lets AWS deliver this account's logs.

    It uses SSE-S3: an Application Load Balancer does not deliver to a bucket with a customer
    managed KMS key. Deletion protection of the load balancer also protects the logs; without it a
    destroy deletes both. None if no load balancer writes a log.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    """
    name = edge_names.access_log_bucket(environment)
    bucket_arn = f"arn:{environment.partition}:s3:::{name}"
    writers = [door for door in front_doors(environment) if door.writes_access_logs]
    albs = [door for door in writers if door.is_alb]
    nlbs = [door for door in writers if not door.is_alb]
    if not writers:
        return None
    statements = [_alb_delivery(environment, bucket_arn, albs)] if albs else []
    if nlbs:
        statements.append(_nlb_delivery(environment, bucket_arn, nlbs))
        statements.append(_nlb_acl_check(environment, bucket_arn))
    protected = environment.edge_protected
    return HardenedBucket(
        scope,
        "access_logs",
        environment,
        name=name,
        statements=statements,
        noncurrent_version_days=NONCURRENT_VERSION_DAYS,
        expiration_days=environment.edge.access_logs.retention_days,
        prevent_destroy=protected,
        force_destroy=not protected,
    )


def log_prefix(door: FrontDoor) -> str:
    """What the names of a load balancer's log files begin with."""
    return f"{door.scheme}-{PREFIX}" if door.is_internal else PREFIX


def _files(environment: Environment, bucket_arn: str, doors: Sequence[FrontDoor]) -> list[str]:
    return [f"{bucket_arn}/{log_prefix(door)}/AWSLogs/{environment.account}/*" for door in doors]


def _alb_delivery(
    environment: Environment, bucket_arn: str, doors: Sequence[FrontDoor]
) -> Statement:
    """The principal of all regions; before 2022 each region had an AWS account instead.

    AWS puts the load balancer's account into the object key, so that the resource restricts the
    account.
    """
    return Statement(
        "LoadBalancerLogDelivery",
        ["s3:PutObject"],
        _files(environment, bucket_arn, doors),
        principals={"Service": ["logdelivery.elasticloadbalancing.amazonaws.com"]},
    )


def _nlb_delivery(
    environment: Environment, bucket_arn: str, doors: Sequence[FrontDoor]
) -> Statement:
    """Network Load Balancers deliver through the log delivery service of CloudWatch.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/enable-access-logs.html
    """
    conditions = _from_this_account(environment)
    conditions["StringEquals"]["s3:x-amz-acl"] = "bucket-owner-full-control"
    return Statement(
        "LoadBalancerLogDelivery",
        ["s3:PutObject"],
        _files(environment, bucket_arn, doors),
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
