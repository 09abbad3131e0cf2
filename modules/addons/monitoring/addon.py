"""Prometheus, Grafana and Alertmanager (I1, I2, I3)."""

from dataclasses import dataclass
from typing import Final

from config.environment import Environment
from modules.addons.monitoring import alertmanager, alerts, amp, grafana, prometheus_operator_crds
from modules.addons.monitoring.traffic import traffic
from modules.addons.monitoring.values import NAME, values
from modules.helm.cluster_secrets import referenced_secrets
from modules.helm.contract import Addon, Context, Helm, Manifest
from modules.helm.metrics import MONITORING
from modules.helm.pod_role import PodRole
from modules.helm.requirements import FOR_MONITORS, FOR_NODES, FOR_SERVICES
from modules.helm.workload import NODE, Workload

_RELOADER: Final = "prometheusOperator.prometheusConfigReloader.resources"


def _secrets(context: Context) -> tuple[Manifest, ...]:
    """The Secrets that Grafana and Alertmanager need to start, and the role of Grafana."""
    named = referenced_secrets(context.environment, "monitoring", context.namespace)
    return (
        *grafana.dashboard_reader(context),
        *grafana.admin_secret(context),
        *grafana.renderer_secret(context),
        *named,
    )


@dataclass(frozen=True)
class Monitoring(Addon):
    """kube-prometheus-stack, each of whose components has a role of its own."""

    def has_role(self, environment: Environment) -> bool:
        """Whether one of its service accounts has an IAM role."""
        return bool(self.roles(environment))

    def roles(self, environment: Environment) -> dict[str, PodRole]:
        """Those of Alertmanager, Prometheus and Grafana, by the reference name of their ARN."""
        own = super().roles(environment) if self.policies(environment) else {}
        return own | amp.role_references(environment)


ADDON: Final = Monitoring(
    name=NAME,
    chart=NAME,
    namespace=MONITORING,
    summary=(
        "Collects and shows metrics of nodes, pods and services, and sends alerts to receivers."
    ),
    values=values,
    setting="monitoring",
    requires=(
        FOR_SERVICES,
        "cert-manager",
        "external-secrets",
        FOR_NODES,
        FOR_MONITORS,
    ),
    service_account=alertmanager.SERVICE_ACCOUNT,
    policies=alertmanager.policies,
    prerequisites=_secrets,
    resources=lambda context: (*alerts.resources(context), *grafana.route(context)),
    helm=Helm(
        timeout_seconds=900,
        reason=(
            "Waits until operator, exporters and Grafana are ready, which may need new nodes. The "
            "operator starts Prometheus and Alertmanager after that."
        ),
    ),
    images={"global.imageRegistry": "{registry}"},
    pod_security="privileged",
    workloads=(
        Workload("operator", ("prometheusOperator.resources",)),
        Workload("kube-state-metrics", ("kube-state-metrics.resources",)),
        Workload("node-exporter", ("prometheus-node-exporter.resources",), NODE),
        Workload(
            "alertmanager",
            ("alertmanager.alertmanagerSpec.resources", _RELOADER),
            "alertmanager.alertmanagerSpec.replicas",
            volume=True,
        ),
        Workload(
            "prometheus",
            ("prometheus.prometheusSpec.resources", _RELOADER),
            "prometheus.prometheusSpec.replicas",
            system=False,
        ),
        Workload(
            "grafana",
            ("grafana.resources", "grafana.sidecar.resources", "grafana.sidecar.resources"),
            system=False,
        ),
        Workload(
            "image-renderer",
            ("grafana.imageRenderer.resources",),
            system=False,
            enabled="grafana.imageRenderer.enabled",
        ),
    ),
    traffic=lambda context: tuple(traffic(context)),
    notes=(
        "node-exporter uses the host's network, processes and file systems, which is why the "
        "namespace is privileged. Alertmanager's role may publish to the SNS topics of its "
        "receivers; without such a receiver there is no role. With `amp`, Prometheus has a role "
        "that may write to the workspace, and Grafana one that may query it. Uninstalling the "
        "release leaves the volumes of Prometheus and Alertmanager; deleting the namespace deletes "
        "them. See "
        "[monitoring](../monitoring.md) and [alerts](../alerts.md)."
    ),
)

ADDONS: Final = (prometheus_operator_crds.ADDON, ADDON)
