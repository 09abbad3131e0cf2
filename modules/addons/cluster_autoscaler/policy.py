"""AWS permissions of Cluster Autoscaler (D3)."""

from config.environment import Environment
from modules.helm.contract import Policies
from modules.identity.policy import Statement


def _owned(environment: Environment) -> str:
    """The tag that EKS sets on the Auto Scaling groups of managed node groups.

    https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
    """
    return f"k8s.io/cluster-autoscaler/{environment.cluster_name}"


def resize_own_groups(environment: Environment) -> Policies:
    """Read access to all groups, and changes of this cluster's node groups only.

    https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md
    """
    place = f"{environment.region}:{environment.account}"
    groups = f"arn:{environment.partition}:autoscaling:{place}:autoScalingGroup:*"
    node_groups = (
        f"arn:{environment.partition}:eks:{place}:nodegroup/{environment.cluster_name}/*/*"
    )
    return {
        "node-groups": (
            Statement(
                "Discover",
                [
                    "autoscaling:DescribeAutoScalingGroups",
                    "autoscaling:DescribeAutoScalingInstances",
                    "autoscaling:DescribeLaunchConfigurations",
                    "autoscaling:DescribeScalingActivities",
                    "autoscaling:DescribeTags",
                    "ec2:DescribeImages",
                    "ec2:DescribeInstanceTypes",
                    "ec2:DescribeLaunchTemplateVersions",
                    "ec2:GetInstanceTypesFromInstanceRequirements",
                ],
                ["*"],
            ),
            Statement("ReadNodeGroups", ["eks:DescribeNodegroup"], [node_groups]),
            Statement(
                "ResizeOwnGroups",
                [
                    "autoscaling:SetDesiredCapacity",
                    "autoscaling:TerminateInstanceInAutoScalingGroup",
                ],
                [groups],
                conditions={"StringEquals": {f"aws:ResourceTag/{_owned(environment)}": "owned"}},
            ),
        )
    }
