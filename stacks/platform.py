"""The platform stack: what runs in the cluster, installed with Helm."""

from collections.abc import Sequence
from typing import Final

from cdktf import Annotations, Fn, ITerraformDependable
from cdktf_cdktf_provider_aws.data_aws_eks_cluster import DataAwsEksCluster
from cdktf_cdktf_provider_helm.provider import (
    HelmProvider,
    HelmProviderKubernetes,
    HelmProviderKubernetesExec,
)
from cdktf_cdktf_provider_kubernetes.provider import KubernetesProvider, KubernetesProviderExec
from constructs import Construct

from config.derived import providers
from config.environment import Environment
from modules.addons.argo_cd.capability_clusters import capability_clusters
from modules.addons.argo_cd.hub_access import HubAccess
from modules.addons.catalog import platform_releases
from modules.addons.storage_classes.snapshot_class import snapshot_class
from modules.addons.storage_classes.storage_classes import StorageClasses
from modules.edge.node_access import node_access
from modules.helm.custom_resources import CustomResourceChart
from modules.helm.renderer import AddonReleases
from modules.namespaces.namespaces import team_namespaces
from modules.namespaces.role_bindings import cluster_role_bindings
from modules.remote_state import RemoteOutputs
from modules.workloads.workloads import WorkloadRoles
from stacks.base import EnvironmentStack

EXEC_API: Final = "client.authentication.k8s.io/v1beta1"
"""The API version of `aws eks get-token`.
https://docs.aws.amazon.com/cli/latest/reference/eks/get-token.html"""


class PlatformStack(EnvironmentStack):
    """The add-ons, storage classes and namespaces of an environment.

    Requirements C9, D1 to D3, E2 to E6, F1 to F9, G1 to G6, H1, H2, J5, J6 and L4.
    """

    def __init__(
        self, scope: Construct, environment: Environment, warnings: Sequence[str] = ()
    ) -> None:
        super().__init__(scope, environment, "platform")
        self._kubernetes_access(environment)
        outputs = RemoteOutputs(self, environment)
        node_access(self, environment, outputs)
        storage = StorageClasses(self, environment, outputs)
        hub = HubAccess(self, environment, outputs)
        chart, nodes = self._auto_mode(environment, outputs)
        addons = AddonReleases(
            self,
            environment,
            outputs,
            plan=platform_releases(environment),
            depends_on=[*storage.ready, *hub.ready, *nodes],
            chart=chart,
        )
        snapshot_class(self, environment, addons.chart.path, nodes)
        capability_clusters(self, environment, addons.chart.path)
        roles = WorkloadRoles(self, environment, outputs).ready
        team_namespaces(self, environment, addons.releases, addons.chart.path, outputs, roles)
        cluster_role_bindings(self, environment)
        for warning in warnings:
            Annotations.of(self).add_warning(warning)

    def _auto_mode(
        self, environment: Environment, outputs: RemoteOutputs
    ) -> tuple[CustomResourceChart | None, Sequence[ITerraformDependable]]:
        """In EKS Auto Mode makes our chart of custom resources, and with it the node pools."""
        if not environment.cluster.auto_mode:
            return None, ()
        # Imported here, because other environments do not need its bindings.
        from modules.addons.karpenter.auto_mode import auto_mode_nodes  # noqa: PLC0415

        chart = CustomResourceChart(self)
        return chart, auto_mode_nodes(self, environment, outputs, chart.path)

    def _kubernetes_access(self, environment: Environment) -> None:
        """Makes Helm and Kubernetes providers that find the cluster by its name.

        The name is known before the cluster exists, so that no provider depends on a resource.
        Tokens are requested when needed, because they expire after 15 minutes.
        """
        name = environment.cluster_name
        cluster = DataAwsEksCluster(self, "existing", name=name)
        certificate = Fn.base64decode(cluster.certificate_authority.get(0).data)
        arguments = ["eks", "get-token", "--cluster-name", name, "--region", environment.region]
        KubernetesProvider(
            self,
            "kubernetes",
            host=cluster.endpoint,
            cluster_ca_certificate=certificate,
            exec=[KubernetesProviderExec(api_version=EXEC_API, command="aws", args=arguments)],
        )
        HelmProvider(
            self,
            "helm",
            kubernetes=HelmProviderKubernetes(
                host=cluster.endpoint,
                cluster_ca_certificate=certificate,
                exec=HelmProviderKubernetesExec(
                    api_version=EXEC_API, command="aws", args=arguments
                ),
            ),
        )
        # Full sources with version ranges; the bindings write one exact version and a short name.
        versions = {
            "helm": providers.helm_constraint(environment),
            "kubernetes": providers.KUBERNETES_CONSTRAINT,
        }
        for provider, version in versions.items():
            requirement = {"source": f"hashicorp/{provider}", "version": version}
            self.add_override(f"terraform.required_providers.{provider}", requirement)
