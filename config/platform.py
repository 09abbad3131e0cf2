"""The `platform` section: what runs in the cluster, add-on by add-on."""

from config.addon_settings import AddonSettings, Charts, LoadBalancerController
from config.admission_policies import KyvernoSettings
from config.certificates import CertManagerSettings
from config.cilium import CiliumSettings
from config.cost import OpenCostSettings
from config.dns import ExternalDnsSettings
from config.gitops import ArgoCdSettings
from config.ingress import IngressSettings
from config.karpenter import KarpenterSettings
from config.logging import EckOperatorSettings, ElasticsearchSettings, FluentBitSettings
from config.monitoring import MonitoringSettings
from config.pod_autoscaling import ClusterAutoscalerSettings, VerticalPodAutoscalerSettings
from config.runtime_security import FalcoSettings
from config.secrets import (
    ExternalSecretsSettings,
    SecretsStoreCsiProviderSettings,
    SecretsStoreCsiSettings,
)
from config.service_mesh import IstioGatewaySettings, IstioSettings
from config.settings import Settings
from config.storage_classes import StorageClassSettings
from config.velero import VeleroSettings


class Platform(Settings):
    """What runs in the cluster."""

    charts: Charts = Charts()
    """Where charts and images come from."""

    aws_load_balancer_controller: LoadBalancerController = LoadBalancerController()
    """The AWS Load Balancer Controller, which puts pods behind load balancers."""

    karpenter: KarpenterSettings = KarpenterSettings()
    """Karpenter, which makes nodes for pods that have none."""

    cert_manager: CertManagerSettings = CertManagerSettings()
    """cert-manager, which issues and renews certificates."""

    ingress: IngressSettings = IngressSettings()
    """The ingress controller behind the front door."""

    argo_cd: ArgoCdSettings = ArgoCdSettings()
    """Argo CD, which deploys what is in Git."""

    vertical_pod_autoscaler: VerticalPodAutoscalerSettings = VerticalPodAutoscalerSettings()
    """The Vertical Pod Autoscaler, which fits requests to what pods use."""

    cluster_autoscaler: ClusterAutoscalerSettings = ClusterAutoscalerSettings()
    """Cluster Autoscaler, where `cluster.autoscaler` chooses it instead of Karpenter."""

    monitoring: MonitoringSettings = MonitoringSettings()
    """Prometheus, Grafana and Alertmanager."""

    cilium: CiliumSettings = CiliumSettings()
    """Cilium, which encrypts what pods on different nodes say."""

    istio: IstioSettings = IstioSettings()
    """Istio, the service mesh, which encrypts what pods say to each other."""

    istio_gateway: IstioGatewaySettings = IstioGatewaySettings()
    """The mesh's gateway, which lets requests from outside of the mesh in."""

    fluent_bit: FluentBitSettings = FluentBitSettings()
    """Fluent Bit, which collects the logs of every node."""

    eck_operator: EckOperatorSettings = EckOperatorSettings()
    """The operator of Elasticsearch and Kibana, where logs are kept in the cluster."""

    elasticsearch: ElasticsearchSettings = ElasticsearchSettings()
    """Elasticsearch and Kibana, where logs are kept in the cluster."""

    external_secrets: ExternalSecretsSettings = ExternalSecretsSettings()
    """External Secrets, which makes Kubernetes Secrets of those in AWS Secrets Manager."""

    velero: VeleroSettings = VeleroSettings()
    """Velero, which backs up what runs in the cluster."""

    secrets_store_csi: SecretsStoreCsiSettings = SecretsStoreCsiSettings()
    """The Secrets Store CSI driver, which mounts secrets as files."""

    secrets_store_csi_provider_aws: SecretsStoreCsiProviderSettings = (
        SecretsStoreCsiProviderSettings()
    )
    """AWS's provider for the Secrets Store CSI driver."""

    external_dns: ExternalDnsSettings = ExternalDnsSettings()
    """external-dns, which keeps records in Route 53 for Services and Ingresses."""

    kyverno: KyvernoSettings = KyvernoSettings()
    """Kyverno, which holds pods against policies."""

    falco: FalcoSettings = FalcoSettings()
    """Falco, which watches what containers ask of the kernel."""

    opencost: OpenCostSettings = OpenCostSettings()
    """OpenCost, which reckons what namespaces and workloads cost."""

    storage_classes: StorageClassSettings = StorageClassSettings()
    """The classes of volumes that Kubernetes makes for pods."""

    def addon(self, setting: str) -> AddonSettings:
        """The settings of an add-on.

        Args:
            setting: the field that has them, for example `cert_manager`.

        Raises:
            KeyError: no add-on has its settings there.
        """
        found = getattr(self, setting, None)
        if not isinstance(found, AddonSettings):
            raise KeyError(setting)
        return found
