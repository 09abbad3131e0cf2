"""The `platform` section: what runs in the cluster, add-on by add-on."""

from config.addon_settings import AddonSettings
from config.addons.argo_cd import ArgoCdSettings
from config.addons.aws_load_balancer_controller import LoadBalancerController
from config.addons.cert_manager import CertManagerSettings
from config.addons.charts import Charts
from config.addons.cilium import CiliumSettings
from config.addons.cluster_autoscaler import ClusterAutoscalerSettings
from config.addons.eck_operator import EckOperatorSettings
from config.addons.elasticsearch import ElasticsearchSettings
from config.addons.external_dns import ExternalDnsSettings
from config.addons.external_secrets import ExternalSecretsSettings
from config.addons.falco import FalcoSettings
from config.addons.fluent_bit import FluentBitSettings
from config.addons.ingress import IngressSettings
from config.addons.istio import IstioSettings
from config.addons.istio_gateway import IstioGatewaySettings
from config.addons.karpenter import KarpenterSettings
from config.addons.kyverno import KyvernoSettings
from config.addons.monitoring import MonitoringSettings
from config.addons.opencost import OpenCostSettings
from config.addons.secrets_store_csi import SecretsStoreCsiSettings
from config.addons.secrets_store_csi_provider_aws import SecretsStoreCsiProviderSettings
from config.addons.storage_classes import StorageClassSettings
from config.addons.velero import VeleroSettings
from config.addons.vertical_pod_autoscaler import VerticalPodAutoscalerSettings
from config.settings import Settings


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


def addon_keys() -> tuple[str, ...]:
    """The keys of the section that configure add-ons, in their order."""
    return tuple(
        key
        for key, field in Platform.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, AddonSettings)
    )
