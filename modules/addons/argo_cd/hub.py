"""The AWS side of further clusters: which service accounts of Argo CD assume their roles.

The application controller deploys to them and the server shows what runs there. Each has a role of
its own, because each runs with other Kubernetes permissions too.
"""

from typing import Final

from config.derived import limits
from config.environment import Environment
from modules.helm.contract import ROLE_ANNOTATION
from modules.identity.policy import Statement

CONTROLLER: Final = "argocd-application-controller"
SERVER: Final = "argocd-server"
ACCOUNTS: Final = (CONTROLLER, SERVER)
"""Service accounts, as the chart calls them."""


def role_name(environment: Environment, account: str) -> str:
    """The name of a service account's role, which the other clusters' roles trust."""
    return limits.shorten(f"{environment.cluster_name}-{account}", limits.ROLE_NAME)


def account_annotations(environment: Environment, account: str) -> dict[str, str]:
    """Annotations of a service account: its role with IRSA, none otherwise."""
    if not environment.platform.argo_cd.clusters or environment.cluster.identity != "irsa":
        return {}
    name = role_name(environment, account)
    return {ROLE_ANNOTATION: f"arn:{environment.partition}:iam::{environment.account}:role/{name}"}


def assume_cluster_roles(environment: Environment) -> Statement:
    """Lets Argo CD take the roles that it has in the other clusters, and no others.

    Pod Identity puts tags on its sessions that follow into assumed roles, which is what
    `sts:TagSession` allows.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html
    """
    roles = {cluster.role_arn for cluster in environment.platform.argo_cd.clusters.values()}
    return Statement("AssumeClusterRoles", ["sts:AssumeRole", "sts:TagSession"], sorted(roles))
