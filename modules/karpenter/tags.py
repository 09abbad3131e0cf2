"""Tags of Karpenter's resources, as condition keys of its policies.

Source: https://karpenter.sh/docs/concepts/nodeclasses/#spectags
"""

from typing import Final, Literal

EKS_CLUSTER_NAME: Final = "eks:eks-cluster-name"
NODE_POOL: Final = "karpenter.sh/nodepool"
NODE_CLAIM: Final = "karpenter.sh/nodeclaim"
NODE_CLASS: Final = "karpenter.k8s.aws/ec2nodeclass"
REGION: Final = "topology.kubernetes.io/region"

TagCondition = Literal["RequestTag", "ResourceTag"]
"""Whether the request sets the tag, or the resource has it."""


def tag(where: TagCondition, key: str) -> str:
    """The condition key of a tag."""
    return f"aws:{where}/{key}"


def owned(where: TagCondition, cluster: str) -> dict[str, str]:
    """The condition that a resource belongs to a cluster."""
    return {tag(where, f"kubernetes.io/cluster/{cluster}"): "owned"}
