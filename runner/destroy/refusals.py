"""What AWS refuses to delete, and why."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from botocore.exceptions import ClientError

from config.derived.shared_edge import SERVES_TAG
from runner.backend.location import Location

Attributes = Mapping[str, Any]
"""Attributes of a resource in a Terraform state."""

GONE: Final = (
    "LoadBalancerNotFound",
    "TargetGroupNotFound",
    "NoSuchBucket",
    "RepositoryNotFoundException",
    "ResourceNotFoundException",
    "404",
)


def refusal(type_: str, attributes: Attributes, location: Location) -> str | None:
    """Why AWS would refuse to delete a resource; None if it would not, or if it does not exist.

    Args:
        type_: the resource's type in Terraform.

    Raises:
        ClientError: AWS rejected a call.
    """
    ask = _REFUSALS.get(type_)
    if ask is None:
        return None
    try:
        return ask(attributes, location)
    except ClientError as error:
        if error.response["Error"]["Code"] in GONE:
            return None
        raise


def _cluster(attributes: Attributes, location: Location) -> str | None:
    found = location.client("eks").describe_cluster(name=attributes["name"])["cluster"]
    return "EKS deletion protection is enabled" if found.get("deletionProtection") else None


def _load_balancer(attributes: Attributes, location: Location) -> str | None:
    arn = attributes["arn"]
    answer = location.client("elbv2", _region(arn)).describe_load_balancer_attributes(
        LoadBalancerArn=arn
    )
    values = {each["Key"]: each["Value"] for each in answer["Attributes"]}
    protected = values.get("deletion_protection.enabled") == "true"
    return "deletion protection is enabled" if protected else None


def _target_group(attributes: Attributes, location: Location) -> str | None:
    """Terraform would delete it, and the other environment would get no requests any more."""
    member = (attributes.get("tags") or {}).get(SERVES_TAG)
    if member is None:
        return None
    arn = attributes["arn"]
    client = location.client("elbv2", _region(arn))
    found = client.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    return f"pods of {member} are registered: destroy its platform stack first" if found else None


def _bucket(attributes: Attributes, location: Location) -> str | None:
    if attributes.get("force_destroy"):
        return None
    s3 = location.client("s3", attributes.get("region"))
    # Noncurrent versions and delete markers count: S3 refuses to delete a bucket with any.
    found = s3.list_object_versions(Bucket=attributes["bucket"], MaxKeys=1)
    holds = found.get("Versions") or found.get("DeleteMarkers")
    return "the bucket contains objects" if holds else None


def _backup_vault(attributes: Attributes, location: Location) -> str | None:
    if attributes.get("force_destroy"):
        return None
    client = location.client("backup", _region(attributes["arn"]))
    # The number that DescribeBackupVault returns may be an approximation.
    found = client.list_recovery_points_by_backup_vault(
        BackupVaultName=attributes["name"], MaxResults=1
    )
    return "the vault contains recovery points" if found["RecoveryPoints"] else None


def _repository(attributes: Attributes, location: Location) -> str | None:
    if attributes.get("force_delete"):
        return None
    client = location.client("ecr", _region(attributes["arn"]))
    found = client.list_images(repositoryName=attributes["name"], maxResults=1)
    return "the repository contains images" if found["imageIds"] else None


def _region(arn: str) -> str:
    return arn.split(":")[3]


_REFUSALS: Final[Mapping[str, Callable[[Attributes, Location], str | None]]] = {
    "aws_eks_cluster": _cluster,
    "aws_lb": _load_balancer,
    "aws_lb_target_group": _target_group,
    "aws_s3_bucket": _bucket,
    "aws_backup_vault": _backup_vault,
    "aws_ecr_repository": _repository,
}
"""By the resource's type in Terraform."""
