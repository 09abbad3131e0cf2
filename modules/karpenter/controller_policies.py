"""The controller's six IAM policies, as Karpenter 1.14 splits them.

One document with all 18 statements would exceed IAM's limit for a managed policy when the cluster's
name has more than 8 to 17 characters, depending on the region. Split, each policy fits for every
name and region; a test measures it.

Source: https://karpenter.sh/docs/reference/cloudformation/
"""

from collections.abc import Mapping

from modules.identity.policy import Statement
from modules.karpenter.instance_profiles import instance_profiles
from modules.karpenter.names import KarpenterNames
from modules.karpenter.node_lifecycle import node_lifecycle


def controller_policies(names: KarpenterNames) -> Mapping[str, tuple[Statement, ...]]:
    """The statements of each policy, by the suffix that the policy's name adds to the role's."""
    return {
        "node-lifecycle": node_lifecycle(names),
        "iam-integration": instance_profiles(names),
        "eks-integration": (
            Statement(
                "AllowAPIServerEndpointDiscovery", ["eks:DescribeCluster"], [names.cluster_arn]
            ),
        ),
        "interruption": (
            Statement(
                "AllowInterruptionQueueActions",
                ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"],
                [names.queue_arn],
            ),
        ),
        "zonal-shift": (
            Statement(
                "AllowZonalShiftStatusReadOnly",
                ["arc-zonal-shift:GetManagedResource"],
                ["*"],
                conditions={
                    "StringEquals": {"arc-zonal-shift:ResourceIdentifier": names.cluster_arn}
                },
            ),
        ),
        "resource-discovery": _resource_discovery(names),
    }


def decrypt_interruptions(names: KarpenterNames, key_arn: str) -> Statement:
    """Lets the controller read the queue where a customer managed KMS key encrypts it.

    Upstream has no such statement, because its queue uses the encryption of SQS.

    Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
    """
    return Statement(
        "AllowInterruptionQueueDecryption",
        ["kms:Decrypt"],
        [key_arn],
        conditions={"StringEquals": {"kms:EncryptionContext:aws:sqs:arn": names.queue_arn}},
    )


def _resource_discovery(names: KarpenterNames) -> tuple[Statement, ...]:
    """Read access. The three `*` are for actions without resource-level permissions."""
    return (
        Statement(
            "AllowRegionalReadActions",
            [
                "ec2:DescribeCapacityReservations",
                "ec2:DescribeImages",
                "ec2:DescribeInstances",
                "ec2:DescribeInstanceStatus",
                "ec2:DescribeInstanceTypeOfferings",
                "ec2:DescribeInstanceTypes",
                "ec2:DescribeLaunchTemplates",
                "ec2:DescribePlacementGroups",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSpotPriceHistory",
                "ec2:DescribeSubnets",
            ],
            ["*"],
            conditions={"StringEquals": {"aws:RequestedRegion": names.region}},
        ),
        Statement(
            "AllowSSMReadActions",
            ["ssm:GetParameter"],
            [f"arn:{names.partition}:ssm:{names.region}::parameter/aws/service/*"],
        ),
        Statement("AllowPricingReadActions", ["pricing:GetProducts"], ["*"]),
        *_profile_lists(names),
        Statement(
            "AllowInstanceProfileReadActions",
            ["iam:GetInstanceProfile"],
            [names.instance_profiles_arn],
        ),
    )


def _profile_lists(names: KarpenterNames) -> tuple[Statement, ...]:
    """By the list the controller finds profiles that it made and that no node class uses."""
    if not names.reaches_iam:
        return ()
    return (
        Statement("AllowUnscopedInstanceProfileListAction", ["iam:ListInstanceProfiles"], ["*"]),
    )
