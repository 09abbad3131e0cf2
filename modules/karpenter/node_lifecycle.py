"""Karpenter's EC2 permissions: launch and tag instances, terminate those with its tags.

Upstream calls this policy NodeLifecyclePolicy. Sids, actions, resources and conditions are those of
Karpenter 1.14:
https://karpenter.sh/docs/reference/cloudformation/#nodelifecyclepolicy
"""

from typing import Final

from modules.identity.policy import Statement
from modules.karpenter.names import KarpenterNames
from modules.karpenter.tags import EKS_CLUSTER_NAME, NODE_CLAIM, NODE_POOL, owned, tag

_LAUNCHED: Final = (
    "fleet",
    "instance",
    "volume",
    "network-interface",
    "launch-template",
    "spot-instances-request",
)
"""Resources that a launch creates and Karpenter tags."""


def node_lifecycle(names: KarpenterNames) -> tuple[Statement, ...]:
    """The six statements about instances, fleets and launch templates."""
    launched = [names.ec2_arn(kind) for kind in _LAUNCHED]
    tagged_in_request = {
        **owned("RequestTag", names.cluster),
        tag("RequestTag", EKS_CLUSTER_NAME): names.cluster,
    }
    pool_in_request = {tag("RequestTag", NODE_POOL): "*"}
    own_resource = {
        "StringEquals": owned("ResourceTag", names.cluster),
        "StringLike": {tag("ResourceTag", NODE_POOL): "*"},
    }
    return (
        Statement(
            "AllowScopedEC2InstanceAccessActions",
            ["ec2:RunInstances", "ec2:CreateFleet"],
            [
                names.ec2_arn("image", account=""),
                names.ec2_arn("snapshot", account=""),
                names.ec2_arn("security-group"),
                names.ec2_arn("subnet"),
                names.ec2_arn("capacity-reservation"),
                names.ec2_arn("placement-group"),
            ],
        ),
        Statement(
            "AllowScopedEC2LaunchTemplateAccessActions",
            ["ec2:RunInstances", "ec2:CreateFleet"],
            [names.ec2_arn("launch-template")],
            conditions=own_resource,
        ),
        Statement(
            "AllowScopedEC2InstanceActionsWithTags",
            ["ec2:RunInstances", "ec2:CreateFleet", "ec2:CreateLaunchTemplate"],
            launched,
            conditions={"StringEquals": tagged_in_request, "StringLike": pool_in_request},
        ),
        Statement(
            "AllowScopedResourceCreationTagging",
            ["ec2:CreateTags"],
            launched,
            conditions={
                "StringEquals": {
                    **tagged_in_request,
                    "ec2:CreateAction": ["RunInstances", "CreateFleet", "CreateLaunchTemplate"],
                },
                "StringLike": pool_in_request,
            },
        ),
        Statement(
            "AllowScopedResourceTagging",
            ["ec2:CreateTags"],
            [names.ec2_arn("instance")],
            conditions={
                **own_resource,
                "StringEqualsIfExists": {tag("RequestTag", EKS_CLUSTER_NAME): names.cluster},
                "ForAllValues:StringEquals": {
                    "aws:TagKeys": [EKS_CLUSTER_NAME, NODE_CLAIM, "Name"]
                },
            },
        ),
        Statement(
            "AllowScopedDeletion",
            ["ec2:TerminateInstances", "ec2:DeleteLaunchTemplate"],
            [names.ec2_arn("instance"), names.ec2_arn("launch-template")],
            conditions=own_resource,
        ),
    )
