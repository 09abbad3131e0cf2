"""Outputs of the edge stack."""

from collections.abc import Mapping

from cdktf_cdktf_provider_aws.lb import Lb
from constructs import Construct

from config.derived.front_doors import FrontDoor
from config.derived.shared_edge import TARGET_GROUPS, member_target_groups
from config.sections.edge_load_balancers import TargetGroup
from modules.outputs import Output, add_outputs


def edge_outputs(
    scope: Construct,
    door: FrontDoor,
    *,
    load_balancer: Lb,
    security_group_id: str,
    target_group_arns: Mapping[TargetGroup, str],
    certificate_arn: str | None,
    members: Mapping[str, Mapping[TargetGroup, str]],
    hosted_zone_id: str | None = None,
) -> None:
    """Makes the outputs. Their names are a contract with the platform stack.

    Args:
        members: target groups of the other environments behind the load balancer, by its name.
    """
    outputs = {
        "load_balancer_arn": Output(load_balancer.arn, "The load balancer"),
        "load_balancer_dns_name": Output(load_balancer.dns_name, "AWS's own name of it"),
        "load_balancer_zone_id": Output(
            load_balancer.zone_id, "Hosted zone of that name, for alias records made elsewhere"
        ),
        "load_balancer_security_group_id": Output(
            security_group_id, "Security group that nodes accept requests from"
        ),
        TARGET_GROUPS: Output(
            dict(target_group_arns), "Target groups that pods join, by http and https"
        ),
    }
    for name, arns in members.items():
        description = f"Target groups that pods of {name} join, by http and https"
        outputs[member_target_groups(name)] = Output(dict(arns), description)
    if certificate_arn is not None:
        outputs["certificate_arn"] = Output(certificate_arn, "Certificate of the load balancer")
    if hosted_zone_id is not None:
        outputs["hosted_zone_id"] = Output(hosted_zone_id, "Private zone of its names")
    add_outputs(scope, {door.prefixed(name): output for name, output in outputs.items()})
