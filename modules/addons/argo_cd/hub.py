"""IAM for additional clusters: the service accounts of Argo CD that assume their roles.

The application controller deploys to them and the server shows their resources. Each has its own
role, as each has its own Kubernetes permissions.
"""

from typing import Final

from config.derived import names
from config.environment import Environment
from modules.helm.contract import ROLE_ANNOTATION
from modules.identity.policy import Statement

CONTROLLER: Final = "argocd-application-controller"
SERVER: Final = "argocd-server"
ACCOUNTS: Final = (CONTROLLER, SERVER)
"""Names of the service accounts in the chart."""


def role_name(environment: Environment, account: str) -> str:
    """The name of a service account's role, which the roles in other clusters trust."""
    return names.role(environment, regional_role_name(environment, account))


def regional_role_name(environment: Environment, account: str) -> str:
    """The role's name within the region."""
    return f"{environment.cluster_name}-{account}"


def account_annotations(environment: Environment, account: str) -> dict[str, str]:
    """Annotations of a service account: its role with IRSA, none otherwise."""
    if not environment.platform.argo_cd.clusters or environment.cluster.identity != "irsa":
        return {}
    name = role_name(environment, account)
    return {ROLE_ANNOTATION: f"arn:{environment.partition}:iam::{environment.account}:role/{name}"}


def assume_cluster_roles(environment: Environment) -> Statement:
    """Lets Argo CD assume its roles in the other clusters, and no others.

    Session tags of Pod Identity are transitive, for which the assumed role needs `sts:TagSession`.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html
    """
    roles = {cluster.role_arn for cluster in environment.platform.argo_cd.clusters.values()}
    return Statement("AssumeClusterRoles", ["sts:AssumeRole", "sts:TagSession"], sorted(roles))
