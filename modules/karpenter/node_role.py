"""The role and the access entry of the nodes that Karpenter launches."""

from collections.abc import Sequence

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.eks_access_entry import EksAccessEntry
from constructs import Construct

from config.environment import Environment
from modules.identity.managed_policies import attach_managed_policies
from modules.identity.node_parameters import deny_parameters
from modules.identity.nodes import NODE_POLICIES, ec2_service
from modules.identity.policy import service_trust
from modules.identity.roles import iam_role, instance_profile
from modules.identity.service_account import ClusterIdentity
from modules.karpenter.names import KarpenterNames
from modules.registry.node_access import cache_access


class NodeRole:
    """IAM role and EC2_LINUX access entry of Karpenter's nodes (E1).

    With an instance profile where Karpenter cannot make it, because it does not reach IAM. A role
    that others made is that of managed node groups too, for which EKS makes the access entry.
    Source: https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
    """

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        *,
        cluster: ClusterIdentity,
        names: KarpenterNames,
        depends_on: Sequence[ITerraformDependable] = (),
    ) -> None:
        role = names.node_role
        if names.given_node_role is None:
            role = self._make(scope, environment, cluster, names, depends_on)
        if not names.reaches_iam:
            instance_profile(
                scope,
                "karpenter_node_profile",
                environment,
                name=names.instance_profile,
                role=role,
            )

    def _make(
        self,
        scope: Construct,
        environment: Environment,
        cluster: ClusterIdentity,
        names: KarpenterNames,
        depends_on: Sequence[ITerraformDependable],
    ) -> str:
        """Makes the role with its access entry; its name."""
        role = iam_role(
            scope,
            "karpenter_node",
            environment,
            name=names.node_role,
            description=f"Nodes that Karpenter launches for cluster {cluster.name}",
            trust=service_trust(ec2_service(environment.partition)),
            # Systems Manager Quick Setup and GuardDuty attach policies to instance roles outside of
            # Terraform, and a role with attached policies cannot be deleted.
            force_detach_policies=True,
        )
        attachments = attach_managed_policies(
            scope, "karpenter_node", environment, role, NODE_POLICIES
        )
        caches = cache_access(scope, "karpenter_node", environment, role)
        deny_parameters(scope, "karpenter_node", environment, role)
        EksAccessEntry(
            scope,
            "karpenter_node_access",
            cluster_name=cluster.cluster_name_token,
            principal_arn=role.arn,
            type="EC2_LINUX",
            # A node that joins before it may pull images stays NotReady.
            depends_on=[*attachments, *caches, *depends_on],
        )
        return role.name
