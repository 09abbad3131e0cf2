"""What every node of a cluster may do in AWS, and who hands it the role."""

from typing import Final

NODE_POLICIES: Final = (
    "AmazonEKSWorkerNodePolicy",
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonSSMManagedInstanceCore",
)
"""Join the cluster, pull images, be reached through Session Manager. AmazonEKS_CNI_Policy is not
among them: it belongs to the service account of the VPC CNI, not to every pod that reaches the
node's credentials.
https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html"""


def ec2_service(partition: str) -> str:
    """The service principal of EC2 as Karpenter's own template writes it: with the URL suffix.

    Source: https://karpenter.sh/docs/reference/cloudformation/#karpenternoderole
    """
    return "ec2.amazonaws.com.cn" if partition == "aws-cn" else "ec2.amazonaws.com"
