"""The managed policies of every node's role, and the service principal that it trusts."""

from typing import Final

NODE_POLICIES: Final = (
    "AmazonEKSWorkerNodePolicy",
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonSSMManagedInstanceCore",
)
"""To join the cluster, pull images and use Session Manager. AmazonEKS_CNI_Policy is not included:
the service account of the VPC CNI has it, so that pods with access to the node's credentials do
not.
https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html"""


def ec2_service(partition: str) -> str:
    """The service principal of EC2 with the partition's URL suffix, as in Karpenter's template.

    Source: https://karpenter.sh/docs/reference/cloudformation/#karpenternoderole
    """
    return "ec2.amazonaws.com.cn" if partition == "aws-cn" else "ec2.amazonaws.com"
