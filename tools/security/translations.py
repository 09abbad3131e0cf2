"""Says in words that a scanner knows what it would misread. Not a suppression: the rule still runs.

Each translation has a test that the rule it serves still finds what is wrong.
"""

import copy
import json
from collections.abc import Mapping
from typing import Any, Final

from config import versions
from config.versions import number

NEWEST_OF_CHECKOV: Final = "1.35"
"""The newest Kubernetes minor that checkov 3.3 knows."""


def for_tfnag(plan: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a copy of a plan that tf-nag 0.1 reads as it is meant.

    AwsSolutions-EC26 asks whether `ebs` of a launch template's volumes is an object whose
    `encrypted` is true. In the AWS provider it is a list of one, and a boolean that may be unset
    is the text "true": encrypted volumes are reported and nothing could be done about it.

    AwsSolutions-SQS3 knows a dead-letter queue by the redrive policy of another queue that names
    its address. In the AWS provider the policy is JSON text with an ARN.
    """
    translated = copy.deepcopy(dict(plan))
    resources = translated["planned_values"].get("root_module", {}).get("resources", [])
    _redrive_policies_as_objects([r for r in resources if r["type"] == "aws_sqs_queue"])
    for resource in resources:
        if resource["type"] == "aws_launch_template":
            for volume in resource["values"].get("block_device_mappings") or []:
                if volume.get("ebs"):
                    (ebs,) = volume["ebs"]
                    volume["ebs"] = ebs | {"encrypted": ebs.get("encrypted") == "true"}
    return translated


def _redrive_policies_as_objects(queues: list[dict[str, Any]]) -> None:
    addresses = {queue["values"].get("arn"): queue["address"] for queue in queues}
    for queue in queues:
        if text := queue["values"].get("redrive_policy"):
            target = addresses.get(json.loads(text)["deadLetterTargetArn"])
            queue["values"]["redrive_policy"] = {"dead_letter_target_arn": target}


def for_checkov(terraform: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a copy of a stack's Terraform JSON, or of a plan, as checkov 3.3 should read it.

    Its checks of ingress rules (CKV_AWS_24, 25, 260) know the source group of a rule by the name
    that older resources give it, and take a rule from another group for one from everywhere.

    CKV_AWS_339 knows the Kubernetes minors of its own release only. The rules of the configuration
    refuse minors that EKS does not support.
    """
    translated = copy.deepcopy(dict(terraform))
    clusters = translated.get("resource", {}).get("aws_eks_cluster", {}).values()
    planned = translated.get("planned_values", {}).get("root_module", {}).get("resources", [])
    for cluster in (
        *clusters,
        *(each["values"] for each in planned if each["type"] == "aws_eks_cluster"),
    ):
        version = cluster.get("version")
        if version in versions.minors() and number(version) > number(NEWEST_OF_CHECKOV):
            cluster["version"] = NEWEST_OF_CHECKOV
    rules = translated.get("resource", {}).get("aws_vpc_security_group_ingress_rule", {})
    for rule in rules.values():
        if "referenced_security_group_id" in rule:
            rule["source_security_group_id"] = rule["referenced_security_group_id"]
    return translated
