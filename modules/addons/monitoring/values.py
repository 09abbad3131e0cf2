"""Values of kube-prometheus-stack: the operator, Prometheus, Alertmanager and the exporters."""

from collections.abc import Mapping
from typing import Any, Final

from config.addons.monitoring import PrometheusSettings
from config.environment import Environment
from modules.addons.monitoring import alertmanager, amp
from modules.addons.monitoring.grafana import grafana_values
from modules.addons.monitoring.tenancy import enforced_namespace
from modules.helm.contract import Context, Values
from modules.helm.traces import tracing_on
from modules.scheduling import SYSTEM_TOLERATIONS, resources, spread

NAME: Final = "kube-prometheus-stack"

HIDDEN: Final = {
    "kubeControllerManager": ("kubeControllerManager",),
    "kubeEtcd": ("etcd",),
    "kubeProxy": ("kubeProxy",),
    "kubeScheduler": ("kubeSchedulerAlerting", "kubeSchedulerRecording"),
}
"""Components whose metrics cannot be scraped, with the chart's rules about them. EKS hides the
control plane, and kube-proxy serves metrics to its own node only."""

REPLACED: Final[Mapping[str, tuple[str, ...]]] = {
    "KubeNodeNotReady": ("NodeNotReady",),
    "KubePodNotReady": ("PodPending", "PodUnschedulable"),
    "KubePersistentVolumeFillingUp": ("VolumeAlmostFull", "VolumeFillingUp"),
}
"""Alerts of the chart that are switched off, each with the platform's alerts in its place."""

SERVICE_NAME_LABEL: Final = "endpointslices=[kubernetes.io/service-name]"
"""What kube-state-metrics adds to its metrics, so that IngressWithoutEndpoints knows the Service of
an EndpointSlice."""

SELECTORS: Final = ("podMonitor", "probe", "rule", "scrapeConfig", "serviceMonitor")
"""Custom resources that Prometheus reads, as the chart's values call them."""


def values(context: Context) -> Values:
    """The values; chart https://github.com/prometheus-community/helm-charts/tree/main/charts/kube-prometheus-stack.

    * prometheus-operator-crds installs the CRDs.
    * Prometheus reads all its custom resources, and editors of a namespace may make them there.
      Those of teams are limited by modules/namespaces/admission, and by enforced_namespace.
    * cert-manager makes the certificate of the operator's webhook. While the webhook does not
      answer, rules are accepted: the operator skips invalid ones.
    """
    environment = context.environment
    settings = environment.platform.monitoring
    storage_class = settings.storage_class or environment.platform.storage_classes.of_volumes
    return {
        "crds": {"enabled": False},
        "global": {"rbac": {"createAggregateClusterRoles": True}},
        "defaultRules": {
            "rules": {rule: False for rules in HIDDEN.values() for rule in rules},
            "disabled": dict.fromkeys(REPLACED, True),
        },
        **{component: {"enabled": False} for component in HIDDEN},
        "prometheusOperator": {
            "admissionWebhooks": {
                "certManager": {"enabled": True},
                "patch": {"enabled": False},
                "failurePolicy": "Ignore",
            },
            "prometheusConfigReloader": {"resources": resources("10m", "64Mi")},
            "tolerations": SYSTEM_TOLERATIONS,
            "resources": resources("50m", "256Mi"),
        },
        "prometheus": _prometheus(context, storage_class),
        "alertmanager": _alertmanager(context, storage_class),
        "grafana": grafana_values(context, storage_class),
        "kube-state-metrics": {
            "metricLabelsAllowlist": [SERVICE_NAME_LABEL],
            "tolerations": SYSTEM_TOLERATIONS,
            "resources": resources("50m", "256Mi"),
        },
        "prometheus-node-exporter": {
            # On every node.
            "tolerations": [{"operator": "Exists"}],
            "priorityClassName": "system-node-critical",
            "resources": resources("20m", "64Mi"),
        },
    }


def _prometheus(context: Context, storage_class: str | None) -> dict[str, Any]:
    environment = context.environment
    settings = environment.platform.monitoring.prometheus
    several = settings.replicas > 1
    return {
        # Replicas have different samples, so that a client stays with one.
        "service": {"sessionAffinity": "ClientIP"} if several else {},
        "podDisruptionBudget": {"enabled": several, "minAvailable": settings.replicas - 1},
        **amp.service_account(context, amp.PROMETHEUS),
        "prometheusSpec": {
            **{f"{kind}SelectorNilUsesHelmValues": False for kind in SELECTORS},
            **_pods("prometheus", settings.replicas),
            "resources": resources(settings.cpu, settings.memory),
            "retention": _retention(environment),
            "retentionSize": f"{settings.kept_gib}GiB",
            "scrapeInterval": settings.scrape_interval,
            "evaluationInterval": settings.scrape_interval,
            "externalLabels": _labels(environment, settings),
            "storageSpec": _volume(storage_class, settings.storage_gib),
            **_metrics_of_traces(environment),
            **enforced_namespace(environment),
            **amp.prometheus_spec(environment),
        },
    }


def _retention(environment: Environment) -> str:
    hours = environment.platform.monitoring.retention_hours
    return f"{hours}h" if hours % 24 else f"{hours // 24}d"


def _metrics_of_traces(environment: Environment) -> dict[str, Any]:
    """Lets Tempo write the metrics of the service graph, with exemplars, which name a trace.

    Source: https://prometheus.io/docs/prometheus/latest/feature_flags/#exemplars-storage
    """
    if not (tracing_on(environment) and environment.platform.tracing.service_graph):
        return {}
    return {"enableRemoteWriteReceiver": True, "enableFeatures": ["exemplar-storage"]}


def _labels(environment: Environment, settings: PrometheusSettings) -> dict[str, str]:
    known = {"cluster": environment.cluster_name, "environment": environment.name}
    return known | amp.labels(environment) | settings.labels


def _alertmanager(context: Context, storage_class: str | None) -> dict[str, Any]:
    environment = context.environment
    settings = environment.platform.monitoring.alertmanager
    several = settings.replicas > 1
    return {
        "serviceAccount": {
            "name": alertmanager.SERVICE_ACCOUNT,
            "annotations": (context.role_annotations if alertmanager.policies(environment) else {}),
            "automountServiceAccountToken": False,
        },
        "podDisruptionBudget": {"enabled": several, "minAvailable": settings.replicas - 1},
        "config": alertmanager.configuration(environment),
        "alertmanagerSpec": {
            **_pods("alertmanager", settings.replicas),
            "secrets": alertmanager.secrets(environment),
            # It does not use the Kubernetes API.
            "automountServiceAccountToken": False,
            # It must work without other nodes.
            "tolerations": SYSTEM_TOLERATIONS,
            "resources": resources("20m", "128Mi"),
            "storage": _volume(storage_class, settings.storage_gib),
        },
    }


def _pods(name: str, replicas: int) -> dict[str, Any]:
    """Replicas on different nodes, and in different zones where possible."""
    return {
        "replicas": replicas,
        "podAntiAffinity": "hard",
        "topologySpreadConstraints": spread(
            {"app.kubernetes.io/name": name, "app.kubernetes.io/instance": f"{NAME}-{name}"}
        ),
    }


def _volume(storage_class: str | None, gib: int) -> dict[str, Any]:
    return {
        "volumeClaimTemplate": {
            "spec": {
                **({"storageClassName": storage_class} if storage_class else {}),
                "accessModes": ["ReadWriteOnce"],
                "resources": {"requests": {"storage": f"{gib}Gi"}},
            }
        }
    }
