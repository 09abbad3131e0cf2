"""Karpenter's controller policies: upstream's 18 statements, in policies that always fit."""

from typing import Any

import pytest

from config.derived import limits
from config.types.regions import PARTITION_OF
from modules.identity.policy import Statement, policy_document
from modules.karpenter.controller_policies import controller_policies, decrypt_interruptions
from modules.karpenter.names import KarpenterNames

EC2 = "arn:aws:ec2:eu-west-1"
PROFILES = "arn:aws:iam::123456789012:instance-profile/*"
CLUSTER_ARN = "arn:aws:eks:eu-west-1:123456789012:cluster/c"
LAUNCHED = [
    f"{EC2}:*:{kind}/*"
    for kind in (
        "fleet",
        "instance",
        "volume",
        "network-interface",
        "launch-template",
        "spot-instances-request",
    )
]
OWN = {
    "StringEquals": {"aws:ResourceTag/kubernetes.io/cluster/c": "owned"},
    "StringLike": {"aws:ResourceTag/karpenter.sh/nodepool": "*"},
}
REQUESTED = {
    "aws:RequestTag/kubernetes.io/cluster/c": "owned",
    "aws:RequestTag/eks:eks-cluster-name": "c",
}
POOL_REQUESTED = {"aws:RequestTag/karpenter.sh/nodepool": "*"}
REGION_REQUESTED = {"aws:RequestTag/topology.kubernetes.io/region": "eu-west-1"}
PROFILE_EXISTS = {
    "aws:ResourceTag/kubernetes.io/cluster/c": "owned",
    "aws:ResourceTag/topology.kubernetes.io/region": "eu-west-1",
}
CLASS_EXISTS = {"aws:ResourceTag/karpenter.k8s.aws/ec2nodeclass": "*"}
CLASS_REQUESTED = {"aws:RequestTag/karpenter.k8s.aws/ec2nodeclass": "*"}

UPSTREAM: dict[str, dict[str, tuple[list[str], list[str], dict[str, Any]]]] = {
    "node-lifecycle": {
        "AllowScopedEC2InstanceAccessActions": (
            ["ec2:RunInstances", "ec2:CreateFleet"],
            [
                f"{EC2}::image/*",
                f"{EC2}::snapshot/*",
                f"{EC2}:*:security-group/*",
                f"{EC2}:*:subnet/*",
                f"{EC2}:*:capacity-reservation/*",
                f"{EC2}:*:placement-group/*",
            ],
            {},
        ),
        "AllowScopedEC2LaunchTemplateAccessActions": (
            ["ec2:RunInstances", "ec2:CreateFleet"],
            [f"{EC2}:*:launch-template/*"],
            OWN,
        ),
        "AllowScopedEC2InstanceActionsWithTags": (
            ["ec2:RunInstances", "ec2:CreateFleet", "ec2:CreateLaunchTemplate"],
            LAUNCHED,
            {"StringEquals": REQUESTED, "StringLike": POOL_REQUESTED},
        ),
        "AllowScopedResourceCreationTagging": (
            ["ec2:CreateTags"],
            LAUNCHED,
            {
                "StringEquals": {
                    **REQUESTED,
                    "ec2:CreateAction": ["RunInstances", "CreateFleet", "CreateLaunchTemplate"],
                },
                "StringLike": POOL_REQUESTED,
            },
        ),
        "AllowScopedResourceTagging": (
            ["ec2:CreateTags"],
            [f"{EC2}:*:instance/*"],
            {
                **OWN,
                "StringEqualsIfExists": {"aws:RequestTag/eks:eks-cluster-name": "c"},
                "ForAllValues:StringEquals": {
                    "aws:TagKeys": ["eks:eks-cluster-name", "karpenter.sh/nodeclaim", "Name"]
                },
            },
        ),
        "AllowScopedDeletion": (
            ["ec2:TerminateInstances", "ec2:DeleteLaunchTemplate"],
            [f"{EC2}:*:instance/*", f"{EC2}:*:launch-template/*"],
            OWN,
        ),
    },
    "iam-integration": {
        "AllowPassingInstanceRole": (
            ["iam:PassRole"],
            ["arn:aws:iam::123456789012:role/KarpenterNodeRole-c"],
            {
                "StringEquals": {
                    "iam:PassedToService": ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"]
                }
            },
        ),
        "AllowScopedInstanceProfileCreationActions": (
            ["iam:CreateInstanceProfile"],
            [PROFILES],
            {"StringEquals": {**REQUESTED, **REGION_REQUESTED}, "StringLike": CLASS_REQUESTED},
        ),
        "AllowScopedInstanceProfileTagActions": (
            ["iam:TagInstanceProfile"],
            [PROFILES],
            {
                "StringEquals": {**PROFILE_EXISTS, **REQUESTED, **REGION_REQUESTED},
                "StringLike": {**CLASS_EXISTS, **CLASS_REQUESTED},
            },
        ),
        "AllowScopedInstanceProfileActions": (
            [
                "iam:AddRoleToInstanceProfile",
                "iam:RemoveRoleFromInstanceProfile",
                "iam:DeleteInstanceProfile",
            ],
            [PROFILES],
            {"StringEquals": PROFILE_EXISTS, "StringLike": CLASS_EXISTS},
        ),
    },
    "eks-integration": {
        "AllowAPIServerEndpointDiscovery": (["eks:DescribeCluster"], [CLUSTER_ARN], {}),
    },
    "interruption": {
        "AllowInterruptionQueueActions": (
            ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"],
            ["arn:aws:sqs:eu-west-1:123456789012:Karpenter-c"],
            {},
        ),
    },
    "zonal-shift": {
        "AllowZonalShiftStatusReadOnly": (
            ["arc-zonal-shift:GetManagedResource"],
            ["*"],
            {"StringEquals": {"arc-zonal-shift:ResourceIdentifier": CLUSTER_ARN}},
        ),
    },
    "resource-discovery": {
        "AllowRegionalReadActions": (
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
            {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
        ),
        "AllowSSMReadActions": (
            ["ssm:GetParameter"],
            ["arn:aws:ssm:eu-west-1::parameter/aws/service/*"],
            {},
        ),
        "AllowPricingReadActions": (["pricing:GetProducts"], ["*"], {}),
        "AllowUnscopedInstanceProfileListAction": (["iam:ListInstanceProfiles"], ["*"], {}),
        "AllowInstanceProfileReadActions": (["iam:GetInstanceProfile"], [PROFILES], {}),
    },
}
"""Karpenter 1.14's CloudFormation template, copied manually, for cluster `c`."""

UNCONDITIONAL_WILDCARDS = {
    "AllowPricingReadActions": "prices have no resource ARN",
    "AllowUnscopedInstanceProfileListAction": "IAM lists without naming a resource",
}


def names(region: str = "eu-west-1", cluster: str = "c") -> KarpenterNames:
    return KarpenterNames(PARTITION_OF[region], region, "123456789012", cluster)


def one_document(region: str, cluster: str) -> int:
    parts = controller_policies(names(region, cluster)).values()
    return limits.policy_length(policy_document(*(each for part in parts for each in part)))


def test_the_18_statements_equal_upstream() -> None:
    ours = {
        part: {
            each.sid: (
                list(each.actions),
                list(each.resources),
                {operator: dict(keys) for operator, keys in each.conditions.items()},
            )
            for each in statements
        }
        for part, statements in controller_policies(names()).items()
    }
    assert ours == UPSTREAM
    assert sum(map(len, ours.values())) == 18


def test_the_statements_only_allow() -> None:
    effects = {s.effect for part in controller_policies(names()).values() for s in part}
    assert effects == {"Allow"}


def test_a_bare_wildcard_has_a_condition_or_a_reason() -> None:
    bare = {
        each.sid
        for part in controller_policies(names()).values()
        for each in part
        if "*" in each.resources and not each.conditions
    }
    assert bare == UNCONDITIONAL_WILDCARDS.keys()


@pytest.mark.parametrize("region", sorted(PARTITION_OF))
def test_every_policy_fits_for_every_cluster_name(region: str) -> None:
    lengths = {
        (part, length): limits.policy_length(policy_document(*statements))
        for length in range(1, limits.CLUSTER_NAME + 1)
        for part, statements in controller_policies(names(region, "n" * length)).items()
    }
    assert max(lengths.values()) <= limits.POLICY_LENGTH
    # The longest is far below the limit, for additions of the next Karpenter version.
    assert max(lengths.values()) < 4000


@pytest.mark.parametrize(
    ("region", "longest"),
    [("us-east-1", 17), ("eu-west-1", 17), ("eu-central-1", 12), ("ap-southeast-1", 8)],
)
def test_one_document_would_not_fit_for_names_of_ordinary_length(region: str, longest: int) -> None:
    # As reported in terraform-aws-eks issue 3571: 15 characters work, 18 do not.
    assert one_document(region, "n" * longest) <= limits.POLICY_LENGTH
    assert one_document(region, "n" * (longest + 1)) > limits.POLICY_LENGTH


@pytest.mark.parametrize("region", ["us-gov-east-1", "us-gov-west-1"])
def test_one_document_would_fit_for_no_name_at_all_in_govcloud(region: str) -> None:
    assert one_document(region, "n") > limits.POLICY_LENGTH


@pytest.mark.parametrize(
    ("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
)
def test_every_arn_is_of_the_regions_partition(region: str, partition: str) -> None:
    statements: list[Statement] = [
        each for part in controller_policies(names(region)).values() for each in part
    ]
    arns = [arn for each in statements for arn in each.resources if arn != "*"]
    assert len(arns) == 30
    assert all(arn.startswith(f"arn:{partition}:") for arn in arns)


def test_roles_that_are_passed_have_the_name_that_they_get() -> None:
    long = names(cluster="n" * 100)
    [passing, *_] = controller_policies(long)["iam-integration"]
    assert passing.resources == [f"arn:aws:iam::123456789012:role/{long.node_role}"]
    assert len(long.node_role) == limits.ROLE_NAME


def test_the_key_may_be_used_for_the_queue_alone() -> None:
    statement = decrypt_interruptions(names(), "arn:key")
    assert statement.resources == ["arn:key"]
    assert statement.conditions == {
        "StringEquals": {
            "kms:EncryptionContext:aws:sqs:arn": "arn:aws:sqs:eu-west-1:123456789012:Karpenter-c"
        }
    }
