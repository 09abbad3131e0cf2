"""Finds things by the names that must be unique in an account and region.

Each function gives the tags of what exists under the name of a resource; None if nothing does.
"""

from collections.abc import Callable
from typing import Any, Final

from runner.check.aws import AwsReader
from runner.check.needs import Resource
from runner.check.ours import Tags, tags_of

Finder = Callable[[AwsReader, str, str], Tags | None]
"""From the region and the name."""


def _cluster(aws: AwsReader, region: str, name: str) -> Tags | None:
    found = aws.find("eks", "describe_cluster", region, name=name)
    return found["cluster"].get("tags", {}) if found else None


def _log_group(aws: AwsReader, region: str, name: str) -> Tags | None:
    found = aws.pages("logs", "describe_log_groups", "logGroups", region, logGroupNamePrefix=name)
    arn = next((each["arn"] for each in found if each["logGroupName"] == name), None)
    if arn is None:
        return None
    tags = aws.find("logs", "list_tags_for_resource", region, resourceArn=arn.removesuffix(":*"))
    return tags["tags"] if tags else {}


def _alias(aws: AwsReader, region: str, name: str) -> Tags | None:
    """An alias has no tags; its key has."""
    found = aws.find("kms", "describe_key", region, KeyId=name)
    if found is None:
        return None
    key = found["KeyMetadata"]["KeyId"]
    tags = aws.pages("kms", "list_resource_tags", "Tags", region, KeyId=key)
    return tags_of(tags, "TagKey", "TagValue")


def _table(aws: AwsReader, region: str, name: str) -> Tags | None:
    found = aws.find("dynamodb", "describe_table", region, TableName=name)
    if found is None:
        return None
    arn = found["Table"]["TableArn"]
    tags = aws.pages("dynamodb", "list_tags_of_resource", "Tags", region, ResourceArn=arn)
    return tags_of(tags)


def _queue(aws: AwsReader, region: str, name: str) -> Tags | None:
    found = aws.find("sqs", "get_queue_url", region, QueueName=name)
    if found is None:
        return None
    return aws.call("sqs", "list_queue_tags", region, QueueUrl=found["QueueUrl"]).get("Tags", {})


def _launch_template(aws: AwsReader, region: str, name: str) -> Tags | None:
    found = aws.find("ec2", "describe_launch_templates", region, LaunchTemplateNames=[name])
    return tags_of(found["LaunchTemplates"][0].get("Tags", ())) if found else None


def _balancing(operation: str, key: str, arn: str) -> Finder:
    def find(aws: AwsReader, region: str, name: str) -> Tags | None:
        found = aws.find("elbv2", operation, region, Names=[name])
        if found is None:
            return None
        arns = [found[key][0][arn]]
        described = aws.call("elbv2", "describe_tags", region, ResourceArns=arns)
        return tags_of(described["TagDescriptions"][0]["Tags"])

    return find


def _subnet_group(aws: AwsReader, region: str, name: str) -> Tags | None:
    found = aws.find("rds", "describe_db_subnet_groups", region, DBSubnetGroupName=name)
    if found is None:
        return None
    arn = found["DBSubnetGroups"][0]["DBSubnetGroupArn"]
    return tags_of(aws.call("rds", "list_tags_for_resource", region, ResourceName=arn)["TagList"])


def _web_acl(aws: AwsReader, region: str, name: str) -> Tags | None:
    found = aws.call("wafv2", "list_web_acls", region, Scope="REGIONAL", Limit=100)
    arn = next((each["ARN"] for each in found["WebACLs"] if each["Name"] == name), None)
    if arn is None:
        return None
    tags = aws.call("wafv2", "list_tags_for_resource", region, ResourceARN=arn)
    return tags_of(tags["TagInfoForResource"]["TagList"])


def _vault(aws: AwsReader, region: str, name: str) -> Tags | None:
    found = aws.pages("backup", "list_backup_vaults", "BackupVaultList", region)
    arn = next((each["BackupVaultArn"] for each in found if each["BackupVaultName"] == name), None)
    return aws.call("backup", "list_tags", region, ResourceArn=arn)["Tags"] if arn else None


def _rule(aws: AwsReader, region: str, name: str) -> Tags | None:
    """EventBridge changes an existing rule instead of refusing a second one."""
    found = aws.find("events", "describe_rule", region, Name=name)
    if found is None:
        return None
    tags = aws.call("events", "list_tags_for_resource", region, ResourceARN=found["Arn"])
    return tags_of(tags["Tags"])


def _topic(aws: AwsReader, region: str, name: str) -> Tags | None:
    found = aws.pages("sns", "list_topics", "Topics", region)
    arns = (each["TopicArn"] for each in found)
    arn = next((arn for arn in arns if arn.endswith(f":{name}")), None)
    if arn is None:
        return None
    return tags_of(aws.call("sns", "list_tags_for_resource", region, ResourceArn=arn)["Tags"])


def _repository(aws: AwsReader, region: str, name: str) -> Tags | None:
    found = aws.find("ecr", "describe_repositories", region, repositoryNames=[name])
    if found is None:
        return None
    arn = found["repositories"][0]["repositoryArn"]
    return tags_of(aws.call("ecr", "list_tags_for_resource", region, resourceArn=arn)["tags"])


def _detector(aws: AwsReader, region: str, name: str) -> Tags | None:
    """An account has one detector in a region, which has no name."""
    found = aws.pages("guardduty", "list_detectors", "DetectorIds", region)
    if name or not found:
        return None
    return aws.call("guardduty", "get_detector", region, DetectorId=found[0]).get("Tags", {})


KINDS: Final[dict[str, tuple[str, str, Finder]]] = {
    "aws_eks_cluster": ("EKS cluster", "name", _cluster),
    "aws_cloudwatch_log_group": ("log group", "name", _log_group),
    "aws_kms_alias": ("KMS alias", "name", _alias),
    "aws_dynamodb_table": ("DynamoDB table", "name", _table),
    "aws_sqs_queue": ("SQS queue", "name", _queue),
    "aws_launch_template": ("launch template", "name", _launch_template),
    "aws_lb": (
        "load balancer",
        "name",
        _balancing("describe_load_balancers", "LoadBalancers", "LoadBalancerArn"),
    ),
    "aws_lb_target_group": (
        "target group",
        "name",
        _balancing("describe_target_groups", "TargetGroups", "TargetGroupArn"),
    ),
    "aws_db_subnet_group": ("DB subnet group", "name", _subnet_group),
    "aws_wafv2_web_acl": ("web ACL", "name", _web_acl),
    "aws_backup_vault": ("backup vault", "name", _vault),
    "aws_cloudwatch_event_rule": ("event rule", "name", _rule),
    "aws_sns_topic": ("SNS topic", "name", _topic),
    "aws_ecr_repository": ("ECR repository", "name", _repository),
    "aws_guardduty_detector": ("GuardDuty detector", "", _detector),
}
"""By resource type: its name for the user, the argument with its name, and how it is found."""


def name_of(resource: Resource) -> str | None:
    """The name under which a resource is found; empty where there can be one only."""
    argument = KINDS[resource.type][1]
    return resource.literal(argument) if argument else ""


def existing(aws: AwsReader, resource: Resource) -> Tags | None:
    """The tags of what exists under the name of a resource; None if nothing does.

    Raises:
        NotCheckedError: AWS did not answer.
    """
    find: Any = KINDS[resource.type][2]
    return find(aws, resource.region, name_of(resource))
