"""The clusters of EKS's Argo CD: Secrets that name them by their ARN (L10).

It does not know its own cluster without one. There is nothing secret in them.

Source: https://docs.aws.amazon.com/eks/latest/userguide/argocd-register-clusters.html
"""

from collections.abc import Sequence
from typing import Final

from cdktf import ITerraformDependable
from constructs import Construct

from config.environment import Environment
from config.sections.cluster_capabilities import IN_CLUSTER
from modules.helm.contract import Manifest
from modules.helm.helm_release import objects_release

TYPE_LABEL: Final = {"argocd.argoproj.io/secret-type": "cluster"}


def capability_clusters(
    scope: Construct,
    environment: Environment,
    chart: str,
    depends_on: Sequence[ITerraformDependable] = (),
) -> None:
    """Registers clusters, where `cluster.capabilities.argo_cd` is enabled.

    Args:
        chart: path of our chart of custom resources.
    """
    if environment.cluster.capabilities.argo_cd.enabled:
        objects_release(
            scope,
            name="argo-cd-clusters",
            namespace="kube-system",
            chart=chart,
            objects=cluster_secrets(environment),
            depends_on=depends_on,
        )


def cluster_secrets(environment: Environment) -> list[Manifest]:
    """This cluster, and those that the file names."""
    settings = environment.cluster.capabilities.argo_cd
    partition, region, account = environment.partition, environment.region, environment.account
    own = f"arn:{partition}:eks:{region}:{account}:cluster/{environment.cluster_name}"
    return [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {
                "name": f"cluster-{name}",
                "namespace": settings.namespace,
                "labels": TYPE_LABEL,
            },
            "stringData": {"name": name, "server": arn},
        }
        for name, arn in {IN_CLUSTER: own, **settings.clusters}.items()
    ]
