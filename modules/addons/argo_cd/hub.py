"""IAM for additional clusters: the service accounts of Argo CD that assume their roles.

The application controller deploys to them and the server shows their resources. Each has its own
role, as each has its own Kubernetes permissions.
"""

from config.derived import fleet
from config.environment import Environment
from modules.helm.contract import ROLE_ANNOTATION
from modules.identity.policy import Statement


def manages_others(environment: Environment) -> bool:
    """Whether Argo CD calls other clusters than its own."""
    return bool(environment.platform.argo_cd.clusters or fleet.spokes(environment))


def account_annotations(environment: Environment, account: str) -> dict[str, str]:
    """Annotations of a service account: its role with IRSA, none otherwise."""
    if not manages_others(environment) or environment.cluster.identity != "irsa":
        return {}
    return {ROLE_ANNOTATION: fleet.role_arn(environment, account)}


def assume_cluster_roles(environment: Environment) -> Statement:
    """Lets Argo CD assume its roles in the other clusters, and no others.

    Session tags of Pod Identity are transitive, for which the assumed role needs `sts:TagSession`.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html
    """
    roles = {cluster.role_arn for cluster in environment.platform.argo_cd.clusters.values()}
    roles |= {fleet.spoke_role_arn(each) for each in fleet.spokes(environment)}
    return Statement("AssumeClusterRoles", ["sts:AssumeRole", "sts:TagSession"], sorted(roles))
