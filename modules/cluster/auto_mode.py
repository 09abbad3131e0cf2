"""EKS Auto Mode: what the cluster, its role and its nodes' role need (L9).

The three blocks of the cluster are all on or all off. A cluster that had them must go on saying
that they are off: without the blocks EKS refuses the next update.

Sources: https://docs.aws.amazon.com/eks/latest/userguide/auto-cluster-iam-role.html,
https://docs.aws.amazon.com/eks/latest/userguide/auto-create-node-role.html and
https://docs.aws.amazon.com/eks/latest/userguide/auto-disable.html
"""

from typing import Final

from cdktf_cdktf_provider_aws.eks_access_entry import EksAccessEntry
from cdktf_cdktf_provider_aws.eks_access_policy_association import (
    EksAccessPolicyAssociation,
    EksAccessPolicyAssociationAccessScope,
)
from cdktf_cdktf_provider_aws.eks_cluster import (
    EksCluster,
    EksClusterComputeConfig,
    EksClusterKubernetesNetworkConfigElasticLoadBalancing,
    EksClusterStorageConfig,
    EksClusterStorageConfigBlockStorage,
)
from constructs import Construct

from config.derived import names
from config.environment import Environment
from modules.identity.managed_policies import attach_managed_policies
from modules.identity.nodes import ec2_service
from modules.identity.policy import Condition, Statement, service_trust
from modules.identity.roles import iam_role
from modules.identity.volume_key import volume_key_use
from modules.registry.node_access import cache_access

CLUSTER_POLICIES: Final = (
    "AmazonEKSComputePolicy",
    "AmazonEKSBlockStoragePolicyV2",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
)
"""Besides AmazonEKSClusterPolicy. They allow the tags of EKS only."""

NODE_POLICIES: Final = ("AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly")
"""Nodes have no Session Manager, and the VPC CNI is not on them."""

CLUSTER_TAG: Final = "eks:eks-cluster-name"
"""Tag of all that Auto Mode makes; the value is the cluster's name."""


def compute_config(environment: Environment) -> EksClusterComputeConfig | None:
    """Nodes; without built-in node pools, which use the control plane's subnets and group."""
    state = _state(environment)
    return None if state is None else EksClusterComputeConfig(enabled=state)


def storage_config(environment: Environment) -> EksClusterStorageConfig | None:
    """Volumes."""
    state = _state(environment)
    if state is None:
        return None
    return EksClusterStorageConfig(block_storage=EksClusterStorageConfigBlockStorage(enabled=state))


def elastic_load_balancing(
    environment: Environment,
) -> EksClusterKubernetesNetworkConfigElasticLoadBalancing | None:
    """Load balancers and target groups."""
    state = _state(environment)
    if state is None:
        return None
    return EksClusterKubernetesNetworkConfigElasticLoadBalancing(enabled=state)


def _state(environment: Environment) -> bool | None:
    """Whether Auto Mode is on; None for a cluster that never had it."""
    return {"nodes": None, "auto": True, "left_auto": False}[environment.cluster.compute]


def has_cluster_policies(environment: Environment) -> bool:
    """Whether the cluster's role has the policies of Auto Mode.

    It keeps them afterwards, because EKS ends its machines with the role after the update.
    """
    return environment.cluster.compute != "nodes"


def cluster_statements(
    environment: Environment, volume_key: str | None
) -> dict[str, list[Statement]]:
    """Further permissions of the cluster's role by the suffix of the policy's name.

    Machines and their volumes have the tags of the environment, and the keys of volumes.

    Args:
        volume_key: ARN of the key of EBS volumes; None for the account's default key.
    """
    classes = environment.platform.karpenter.classes.values()
    keys = [
        environment.platform.storage_classes.kms_key,
        volume_key,
        *(each.volume_kms_key for each in classes),
    ]
    volume_keys = volume_key_use(environment, keys)
    found = {"tags": _tagging(environment)}
    return found | ({"volume-keys": volume_keys} if volume_keys else {})


def _tagging(environment: Environment) -> list[Statement]:
    """Tags of the environment on what Auto Mode makes for this cluster, and for no other."""
    cluster = {f"aws:RequestTag/{CLUSTER_TAG}": environment.cluster_name}
    own: Condition = {"StringEquals": cluster}
    ec2 = f"arn:{environment.partition}:ec2:*:*"

    def with_keys(*keys: str) -> Condition:
        return {**own, "StringLike": {f"aws:RequestTag/eks:{key}": "*" for key in keys}}

    return [
        Statement(
            "Machines",
            ["ec2:CreateFleet", "ec2:CreateLaunchTemplate", "ec2:RunInstances"],
            ["*"],
            conditions=with_keys("kubernetes-node-class-name", "kubernetes-node-pool-name"),
        ),
        Statement(
            "Volumes",
            ["ec2:CreateSnapshot", "ec2:CreateVolume"],
            [f"{ec2}:snapshot/*", f"{ec2}:volume/*"],
            conditions=own,
        ),
        Statement(
            "Interfaces",
            ["ec2:CreateNetworkInterface"],
            ["*"],
            conditions=with_keys("kubernetes-cni-node-name"),
        ),
        Statement(
            "LoadBalancers",
            [
                "ec2:CreateSecurityGroup",
                "elasticloadbalancing:CreateListener",
                "elasticloadbalancing:CreateLoadBalancer",
                "elasticloadbalancing:CreateRule",
                "elasticloadbalancing:CreateTargetGroup",
            ],
            ["*"],
            conditions=own,
        ),
    ]


def auto_node_role(scope: Construct, environment: Environment, cluster: EksCluster) -> str:
    """Makes the role of the nodes and lets them join; returns the role's name.

    EKS makes the access entry for built-in node pools only.
    """
    arn, ready = environment.identity.roles.nodes, []
    if arn is None:
        role = iam_role(
            scope,
            "auto_node_role",
            environment,
            name=names.node_role(environment),
            description=f"Auto Mode nodes of EKS cluster {environment.cluster_name}",
            trust=service_trust(ec2_service(environment.partition)),
            # GuardDuty attaches policies outside of Terraform.
            force_detach_policies=True,
        )
        ready = attach_managed_policies(scope, "auto_node_role", environment, role, NODE_POLICIES)
        ready += cache_access(scope, "auto_node_role", environment, role)
        arn = role.arn
    entry = EksAccessEntry(
        scope,
        "access_auto_nodes",
        cluster_name=cluster.name,
        principal_arn=arn,
        type="EC2",
        depends_on=ready or None,
    )
    EksAccessPolicyAssociation(
        scope,
        "access_auto_nodes_policy",
        cluster_name=cluster.name,
        principal_arn=entry.principal_arn,
        policy_arn=(
            f"arn:{environment.partition}:eks::aws:cluster-access-policy/AmazonEKSAutoNodePolicy"
        ),
        access_scope=EksAccessPolicyAssociationAccessScope(type="cluster"),
    )
    return names.node_role(environment)
