"""The `platform` section: what runs in the cluster, add-on by add-on.

Written by `python -m tools.docs` from the modules of config/addons. Change those instead.
"""

from config.addon_settings import AddonSettings, ObjectsSettings
from config.addons.argo_cd import ArgoCdSettings
from config.addons.aws_load_balancer_controller import AwsLoadBalancerControllerSettings
from config.addons.cert_manager import CertManagerSettings
from config.addons.charts import ChartsSettings
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
from config.addons.network_policies import NetworkPoliciesSettings
from config.addons.nvidia_device_plugin import NvidiaDevicePluginSettings
from config.addons.opencost import OpenCostSettings
from config.addons.releases import ReleasesSettings
from config.addons.reports import ReportsSettings
from config.addons.secrets_store_csi import SecretsStoreCsiSettings
from config.addons.secrets_store_csi_provider_aws import SecretsStoreCsiProviderAwsSettings
from config.addons.storage_classes import StorageClassesSettings
from config.addons.tracing import TracingSettings
from config.addons.velero import VeleroSettings
from config.addons.vertical_pod_autoscaler import VerticalPodAutoscalerSettings
from config.settings import Settings


class Platform(Settings):
    """What runs in the cluster."""

    argo_cd: ArgoCdSettings = ArgoCdSettings()
    """Argo CD, which deploys applications from Git."""

    aws_load_balancer_controller: AwsLoadBalancerControllerSettings = (
        AwsLoadBalancerControllerSettings()
    )
    """The AWS Load Balancer Controller, which registers pods with load balancers."""

    cert_manager: CertManagerSettings = CertManagerSettings()
    """cert-manager, which issues and renews certificates."""

    charts: ChartsSettings = ChartsSettings()
    """Mirrors of charts and container images."""

    cilium: CiliumSettings = CiliumSettings()
    """Cilium, chained to the VPC CNI, which encrypts pod-to-pod traffic between nodes."""

    cluster_autoscaler: ClusterAutoscalerSettings = ClusterAutoscalerSettings()
    """Cluster Autoscaler, which scales node groups, if `cluster.autoscaler` selects it."""

    eck_operator: EckOperatorSettings = EckOperatorSettings()
    """The operator of Elastic Cloud on Kubernetes, which runs Elasticsearch and Kibana."""

    elasticsearch: ElasticsearchSettings = ElasticsearchSettings()
    """Elasticsearch and Kibana in the cluster, if `fluent_bit.destination` is `elasticsearch`."""

    external_dns: ExternalDnsSettings = ExternalDnsSettings()
    """external-dns, which manages Route 53 records for Services and Ingresses."""

    external_secrets: ExternalSecretsSettings = ExternalSecretsSettings()
    """External Secrets, which creates Kubernetes Secrets from AWS Secrets Manager."""

    falco: FalcoSettings = FalcoSettings()
    """Falco, which monitors the system calls of containers."""

    fluent_bit: FluentBitSettings = FluentBitSettings()
    """Fluent Bit, which collects the logs of every node."""

    ingress: IngressSettings = IngressSettings()
    """The ingress controller behind the front door."""

    istio: IstioSettings = IstioSettings()
    """Istio, the service mesh, with mutual TLS between the pods of teams."""

    istio_gateway: IstioGatewaySettings = IstioGatewaySettings()
    """Istio's ingress gateway, for requests from outside the mesh."""

    karpenter: KarpenterSettings = KarpenterSettings()
    """Karpenter, which provisions nodes for pending pods."""

    kyverno: KyvernoSettings = KyvernoSettings()
    """Kyverno, which validates pods against policies."""

    monitoring: MonitoringSettings = MonitoringSettings()
    """Prometheus, Grafana and Alertmanager."""

    network_policies: NetworkPoliciesSettings = NetworkPoliciesSettings()
    """Network policies in the namespaces of add-ons."""

    nvidia_device_plugin: NvidiaDevicePluginSettings = NvidiaDevicePluginSettings()
    """NVIDIA's device plugin, by which pods request GPUs (`nvidia.com/gpu`)."""

    opencost: OpenCostSettings = OpenCostSettings()
    """OpenCost, which calculates the costs of namespaces and workloads."""

    releases: ReleasesSettings = {}
    """Releases of charts of one's own, by name."""

    reports: ReportsSettings = ReportsSettings()
    """Reports of availability, capacity, backups, alerts and cost, kept in a bucket."""

    secrets_store_csi: SecretsStoreCsiSettings = SecretsStoreCsiSettings()
    """The Secrets Store CSI driver, which mounts secrets as files."""

    secrets_store_csi_provider_aws: SecretsStoreCsiProviderAwsSettings = (
        SecretsStoreCsiProviderAwsSettings()
    )
    """The AWS provider of the Secrets Store CSI driver."""

    storage_classes: StorageClassesSettings = StorageClassesSettings()
    """The StorageClasses and the VolumeSnapshotClass."""

    tracing: TracingSettings = TracingSettings()
    """Tempo, and the OpenTelemetry Collector, to which the mesh and applications send traces."""

    velero: VeleroSettings = VeleroSettings()
    """Velero, which backs up Kubernetes objects and EBS volumes."""

    vertical_pod_autoscaler: VerticalPodAutoscalerSettings = VerticalPodAutoscalerSettings()
    """The Vertical Pod Autoscaler, which adjusts requests to the usage of pods."""

    def addon(self, key: str) -> AddonSettings | ObjectsSettings:
        """The settings of an add-on.

        Raises:
            KeyError: no add-on has this key.
        """
        found = getattr(self, key, None)
        if not isinstance(found, AddonSettings | ObjectsSettings):
            raise KeyError(key)
        return found


def addon_keys() -> tuple[str, ...]:
    """The keys of the section that configure add-ons, in their order."""
    return tuple(
        key
        for key, field in Platform.model_fields.items()
        if isinstance(field.annotation, type)
        and issubclass(field.annotation, AddonSettings | ObjectsSettings)
    )
