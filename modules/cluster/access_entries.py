"""EKS access entries and their policies."""

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from cdktf_cdktf_provider_aws.eks_access_entry import EksAccessEntry
from cdktf_cdktf_provider_aws.eks_access_policy_association import (
    EksAccessPolicyAssociation,
    EksAccessPolicyAssociationAccessScope,
)
from cdktf_cdktf_provider_aws.eks_cluster import EksCluster
from constructs import Construct

from config.environment import Environment
from config.sections.cluster_access import Access
from modules.permissions.names import role_arn

POLICIES: Final = {
    "cluster_admin": "AmazonEKSClusterAdminPolicy",
    "admin": "AmazonEKSAdminPolicy",
    "edit": "AmazonEKSEditPolicy",
    "view": "AmazonEKSViewPolicy",
    "admin_view": "AmazonEKSAdminViewPolicy",
}
"""https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html"""

_PLAIN: Final = re.compile(r"^(role|user)/[A-Za-z0-9-]+$")


def access_entries(scope: Construct, environment: Environment, cluster: EksCluster) -> None:
    """Makes access entries for the environment's admins and for the principals of `cluster.access`.

    Every principal is named in the configuration, none depends on who runs Terraform (D1, D4).
    """
    for access in entries(environment):
        id_ = f"access_{principal_id(environment, access.principal)}"
        entry = EksAccessEntry(
            scope,
            id_,
            cluster_name=cluster.name,
            principal_arn=access.principal,
            # An empty list removes groups; without the argument earlier groups would stay.
            kubernetes_groups=list(access.groups),
            type="STANDARD",
        )
        for _, grant in access.grants():
            EksAccessPolicyAssociation(
                scope,
                f"{id_}_{grant.policy}",
                cluster_name=cluster.name,
                principal_arn=entry.principal_arn,
                policy_arn=policy_arn(environment, grant.policy),
                access_scope=EksAccessPolicyAssociationAccessScope(
                    type="namespace" if grant.namespaces else "cluster",
                    namespaces=list(grant.namespaces) or None,
                ),
            )


def ci_access_entries(scope: Construct, environment: Environment, cluster: EksCluster) -> None:
    """Makes access entries for the roles of pipelines that plan or apply the platform stack.

    A plan reads Secrets too, because Helm keeps its releases in them.
    """
    for name, role in environment.ci_roles.items():
        if role.stacks is not None and "platform" not in role.stacks:
            continue
        id_ = f"access_ci_{name.replace('-', '_')}"
        entry = EksAccessEntry(
            scope,
            id_,
            cluster_name=cluster.name,
            principal_arn=role_arn(environment, name),
            type="STANDARD",
        )
        policy = "cluster_admin" if role.access == "apply" else "admin_view"
        EksAccessPolicyAssociation(
            scope,
            f"{id_}_{policy}",
            cluster_name=cluster.name,
            principal_arn=entry.principal_arn,
            policy_arn=policy_arn(environment, policy),
            access_scope=EksAccessPolicyAssociationAccessScope(type="cluster"),
        )


def entries(environment: Environment) -> Iterator[Access]:
    """The admins, then the entries of `cluster.access`."""
    for principal in environment.admins:
        yield Access(principal=principal, policy="cluster_admin")
    yield from environment.cluster.access


def principal_id(environment: Environment, principal: str) -> str:
    """The unique and stable part of the ids of a principal's resources.

    A simple name in the environment's account stays readable; any other gets a hash, because ids
    allow fewer characters than ARNs.
    """
    account, name = principal.split(":", 5)[4:]
    if account == environment.account and _PLAIN.match(name):
        return re.sub(r"[/-]", "_", name)
    digest = sha256(principal.encode()).hexdigest()[:8]
    return f"{re.sub('[^A-Za-z0-9]+', '_', name)}_{digest}"


def policy_arn(environment: Environment, policy: str) -> str:
    """ARN of one of the POLICIES."""
    return f"arn:{environment.partition}:eks::aws:cluster-access-policy/{POLICIES[policy]}"
