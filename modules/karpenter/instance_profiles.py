"""Karpenter's IAM permissions: pass the node role, manage the instance profiles it makes.

Upstream calls this policy IAMIntegrationPolicy:
https://karpenter.sh/docs/reference/cloudformation/#iamintegrationpolicy

A controller that does not reach IAM passes the node role only.
https://karpenter.sh/docs/concepts/nodeclasses/#specinstanceprofile
"""

from modules.identity.policy import Statement
from modules.karpenter.names import KarpenterNames
from modules.karpenter.tags import EKS_CLUSTER_NAME, NODE_CLASS, REGION, owned, tag


def instance_profiles(names: KarpenterNames) -> tuple[Statement, ...]:
    """The statements about the node role and, where the controller makes them, its profiles."""
    passing = Statement(
        "AllowPassingInstanceRole",
        ["iam:PassRole"],
        [names.node_role_arn],
        conditions={
            "StringEquals": {"iam:PassedToService": ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"]}
        },
    )
    return (passing, *_own_profiles(names)) if names.reaches_iam else (passing,)


def _own_profiles(names: KarpenterNames) -> tuple[Statement, ...]:
    existing = {**owned("ResourceTag", names.cluster), tag("ResourceTag", REGION): names.region}
    requested = {
        **owned("RequestTag", names.cluster),
        tag("RequestTag", EKS_CLUSTER_NAME): names.cluster,
        tag("RequestTag", REGION): names.region,
    }
    class_exists = {tag("ResourceTag", NODE_CLASS): "*"}
    class_requested = {tag("RequestTag", NODE_CLASS): "*"}
    profiles = [names.instance_profiles_arn]
    return (
        Statement(
            "AllowScopedInstanceProfileCreationActions",
            ["iam:CreateInstanceProfile"],
            profiles,
            conditions={"StringEquals": requested, "StringLike": class_requested},
        ),
        Statement(
            "AllowScopedInstanceProfileTagActions",
            ["iam:TagInstanceProfile"],
            profiles,
            conditions={
                "StringEquals": {**existing, **requested},
                "StringLike": {**class_exists, **class_requested},
            },
        ),
        Statement(
            "AllowScopedInstanceProfileActions",
            [
                "iam:AddRoleToInstanceProfile",
                "iam:RemoveRoleFromInstanceProfile",
                "iam:DeleteInstanceProfile",
            ],
            profiles,
            conditions={"StringEquals": existing, "StringLike": class_exists},
        ),
    )
