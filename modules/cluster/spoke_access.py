"""The role with which the Argo CD of a fleet's hub manages this cluster (G6, K3)."""

from cdktf_cdktf_provider_aws.eks_access_entry import EksAccessEntry
from cdktf_cdktf_provider_aws.eks_access_policy_association import (
    EksAccessPolicyAssociation,
    EksAccessPolicyAssociationAccessScope,
)
from cdktf_cdktf_provider_aws.eks_cluster import EksCluster
from constructs import Construct

from config.derived import fleet
from config.environment import Environment
from modules.cluster.access_entries import policy_arn
from modules.identity.policy import Statement, policy_document
from modules.identity.roles import iam_role


def spoke_access(scope: Construct, environment: Environment, cluster: EksCluster) -> None:
    """Makes role, access entry and its policy, if another environment's Argo CD manages this one.

    Argo CD deploys objects of every kind into every namespace, so that it is an administrator.
    """
    hub = fleet.hub_of_spoke(environment)
    if hub is None:
        return
    role = iam_role(
        scope,
        "argocd_spoke_role",
        environment,
        name=fleet.spoke_role_name(environment),
        description=f"Argo CD in cluster {hub.cluster_name} manages cluster {cluster.name_input}",
        trust=_trust(hub),
    )
    entry = EksAccessEntry(
        scope,
        "argocd_spoke_access",
        cluster_name=cluster.name,
        principal_arn=role.arn,
        kubernetes_groups=[],
        type="STANDARD",
    )
    EksAccessPolicyAssociation(
        scope,
        "argocd_spoke_access_cluster_admin",
        cluster_name=cluster.name,
        principal_arn=entry.principal_arn,
        policy_arn=policy_arn(environment, "cluster_admin"),
        access_scope=EksAccessPolicyAssociationAccessScope(type="cluster"),
    )


def _trust(hub: Environment) -> str:
    """Trusts the roles of the hub's Argo CD, which may not exist yet.

    IAM refuses a trust policy that has a role that does not exist as a principal, and replaces the
    ARN of a deleted one by its id: so the principal is the account, and the condition names the
    roles. Session tags of Pod Identity are transitive, which needs `sts:TagSession`.

    Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    and https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html
    """
    roles = [fleet.role_arn(hub, account) for account in fleet.ACCOUNTS]
    return policy_document(
        Statement(
            "ArgoCdOfTheHub",
            ["sts:AssumeRole", "sts:TagSession"],
            principals={"AWS": [f"arn:{hub.partition}:iam::{hub.account}:root"]},
            conditions={"ArnEquals": {"aws:PrincipalArn": roles}},
        )
    )
