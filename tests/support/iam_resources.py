"""The ARNs of the resources that a recorded request is about."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from support.iam_evaluator import Values
from tools.emulator.requests import texts

Request = Mapping[str, Any]

ACCOUNT: Final = "123456789012"
TAG: Final = "environment"

PREFIXES: Final = {
    "efs": "elasticfilesystem",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
}
"""Prefixes of actions that are not the name of the service in its SDK."""

NAMED: Final = {
    # Parameters that name a resource, and the ARN of the resource after `arn:aws:`.
    "backup": {
        "BackupVaultName": "backup:{region}:{account}:backup-vault:{}",
        "BackupPlanId": "backup:{region}:{account}:backup-plan:{}",
        "backupPlanId": "backup:{region}:{account}:backup-plan:{}",
    },
    "budgets": {
        "Budget.BudgetName": "budgets::{account}:budget/{}",
        "BudgetName": "budgets::{account}:budget/{}",
        "NewBudget.BudgetName": "budgets::{account}:budget/{}",
    },
    "cloudwatch": {"AlarmName": "cloudwatch:{region}:{account}:alarm:{}"},
    "dynamodb": {"TableName": "dynamodb:{region}:{account}:table/{}"},
    "ecr": {"repositoryName": "ecr:{region}:{account}:repository/{whole}"},
    "efs": {
        "FileSystemId": "elasticfilesystem:{region}:{account}:file-system/{}",
        "MountTargetId": "elasticfilesystem:{region}:{account}:file-system/{}",
    },
    "events": {
        "Name": "events:{region}:{account}:rule/{}",
        "Rule": "events:{region}:{account}:rule/{}",
    },
    "guardduty": {
        "DetectorId": "guardduty:{region}:{account}:detector/{}",
        "detectorId": "guardduty:{region}:{account}:detector/{}",
    },
    "iam": {
        "RoleName": "iam::{account}:role/{}",
        "PolicyName": "iam::{account}:policy/{}",
        "InstanceProfileName": "iam::{account}:instance-profile/{}",
    },
    "kms": {
        "AliasName": "kms:{region}:{account}:alias/{}",
        "KeyId": "kms:{region}:{account}:key/{}",
        "TargetKeyId": "kms:{region}:{account}:key/{}",
    },
    "logs": {"logGroupName": "logs:{region}:{account}:log-group:{whole}"},
    "wafv2": {"Name": "wafv2:{region}:{account}:regional/webacl/{}/id"},
    "rds": {"DBSubnetGroupName": "rds:{region}:{account}:subgrp:{}"},
    "route53": {"HostedZoneId": "route53:::hostedzone/{}", "Id": "route53:::{kind}/{}"},
    "sqs": {"QueueName": "sqs:{region}:{account}:{}", "QueueUrl": "sqs:{region}:{account}:{}"},
    "sns": {"Name": "sns:{region}:{account}:{}"},
    "eks": {
        "clusterName": "eks:{region}:{account}:cluster/{}",
        "name": "eks:{region}:{account}:cluster/{}",
    },
}

PARTS_OF_CLUSTERS: Final = {
    "addonName": "addon/{cluster}/{}/id",
    "associationId": "podidentityassociation/{cluster}/{}",
    "nodegroupName": "nodegroup/{cluster}/{}/id",
    "principalArn": "access-entry/{cluster}/role/{}",
}

_NEW: Final = {
    "acm": "certificate/new",
    "backup": "backup-plan:new",
    "efs": "file-system/new",
}
"""What a request makes that names nothing."""

_EC2_ID: Final = re.compile(r"([a-z]+(?:-[a-z]+)*)-[0-9a-f]{8,17}")
_EC2_TYPES: Final = {
    "acl": "network-acl",
    "eipassoc": "elastic-ip",
    "rtbassoc": "route-table",
    "eipalloc": "elastic-ip",
    "eni": "network-interface",
    "fl": "vpc-flow-log",
    "igw": "internet-gateway",
    "lt": "launch-template",
    "nat": "natgateway",
    "rtb": "route-table",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "subnet": "subnet",
    "vpc": "vpc",
    "vpce": "vpc-endpoint",
    "pcx": "vpc-peering-connection",
}


def resources_of(
    request: Request, types: tuple[tuple[str, bool, bool], ...]
) -> Iterator[tuple[str, dict[str, Values]]]:
    """The resources of a request, each with the condition keys that only it has."""
    if not types:
        return
    service = request["service"]
    if service == "ec2":
        yield from _of_ec2(request, types)
        return
    named = dict.fromkeys(_named(request))
    new = requested(request["parameters"])
    for arn in named:
        yield arn, new
    if not named and service in _NEW and new:
        place = f"{PREFIXES.get(service, service)}:{request['region']}:{ACCOUNT}"
        yield f"arn:aws:{place}:{_NEW[service]}", new


def _of_ec2(
    request: Request, types: tuple[tuple[str, bool, bool], ...]
) -> Iterator[tuple[str, dict[str, Values]]]:
    place = f"arn:aws:ec2:{request['region']}:{ACCOUNT}"
    known = {name for name, _, _ in types}
    seen: set[str] = set()
    for id_ in sorted(set(texts(request["parameters"]))):
        match = _EC2_ID.fullmatch(id_)
        kind = match and _EC2_TYPES.get(match[1])
        if kind and (kind in known):
            seen.add(kind)
            yield f"{place}:{kind}/{id_}", {}
    specified = {
        each["ResourceType"] for each in request["parameters"].get("TagSpecifications", [])
    }
    for name, required, gets_tags in types:
        if gets_tags and name not in seen and (required or name in specified):
            yield f"{place}:{name}/new", requested(request["parameters"])


def _named(request: Request) -> Iterator[str]:
    service, parameters = request["service"], request["parameters"]
    place = {"region": request["region"], "account": ACCOUNT}
    if service == "eks":
        yield from _of_eks(request, place)
        return
    for parameter, pattern in NAMED.get(service, {}).items():
        value: Any = parameters
        for part in parameter.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        # A role has policies of its own, which are no resources.
        if isinstance(value, str) and not (parameter == "PolicyName" and "RoleName" in parameters):
            kind = "change" if request["action"] == "GetChange" else "hostedzone"
            kind = "healthcheck" if "HealthCheck" in request["action"] else kind
            yield "arn:aws:" + pattern.format(
                value.rpartition("/")[2], whole=value, kind=kind, **place
            )
    if service == "elbv2" and (name := parameters.get("Name")):
        kind = "targetgroup" if "TargetGroup" in request["action"] else "loadbalancer/app"
        yield f"arn:aws:elasticloadbalancing:{place['region']}:{ACCOUNT}:{kind}/{name}/new"
    if request["action"] == "CreateBackupPlan":
        yield f"arn:aws:backup:{place['region']}:{ACCOUNT}:backup-plan:new"
    elif not (service == "iam" and "RoleName" in parameters):
        yield from _arns(request)


def _arns(request: Request) -> Iterator[str]:
    """The ARNs in a request that are resources of its service."""
    service = request["service"]
    prefix = f"arn:aws:{PREFIXES.get(service, service)}:"
    if request["action"] == "GetWebACLForResource":
        prefix = "arn:aws:elasticloadbalancing:"
    for text in sorted(set(texts(request["parameters"]))):
        if text.startswith(prefix) and not (service == "elbv2" and _only_refers(request, text)):
            yield text


def _only_refers(request: Request, arn: str) -> bool:
    """Whether a listener or a rule only leads to this target group."""
    made = request["action"] in ("CreateListener", "CreateRule", "ModifyListener", "ModifyRule")
    return made and ":targetgroup/" in arn


def _of_eks(request: Request, names: Mapping[str, str]) -> Iterator[str]:
    parameters = request["parameters"]
    place = "arn:aws:eks:{region}:{account}:".format(**names)
    cluster = parameters.get("clusterName") or parameters.get("name")
    making = request["action"].startswith("Create")
    for parameter, pattern in () if making else PARTS_OF_CLUSTERS.items():
        if value := parameters.get(parameter):
            yield place + pattern.format(value.rpartition("/")[2], cluster=cluster)
            return
    if cluster:
        yield f"{place}cluster/{cluster}"
    elif arn := parameters.get("resourceArn"):
        yield arn


def requested(parameters: Any) -> dict[str, Values]:
    """The environment's tag, as far as a request gives it."""
    for tags in _tag_lists(parameters):
        pairs = tags.items() if isinstance(tags, dict) else map(_pair, tags)
        if value := dict(pairs).get(TAG):
            return {f"aws:requesttag/{TAG}": value}
    return {}


def _pair(tag: Mapping[str, str]) -> tuple[str, str]:
    """Key and value of a tag, which services name differently."""
    by_name = {name.lower().removeprefix("tag"): value for name, value in tag.items()}
    return by_name["key"], by_name.get("value", "")


def _tag_lists(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for key, child in value.items():
            if key.lower() in ("tags", "tag", "tagset", "resourcetags", "backupplantags"):
                yield child
            else:
                yield from _tag_lists(child)
    elif isinstance(value, list):
        for child in value:
            yield from _tag_lists(child)
