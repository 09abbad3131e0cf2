"""External Secrets: Kubernetes Secrets from AWS Secrets Manager (J2)."""

from typing import Final

from modules.addons.external_secrets.secret_stores import policies, stores
from modules.helm.contract import Addon, Context, Helm, Values
from modules.helm.metrics import metrics_on
from modules.helm.requirements import FOR_MONITORS, FOR_NODES, FOR_SERVICES
from modules.helm.traffic import PodTraffic
from modules.helm.workload import Workload
from modules.scheduling import SYSTEM_TOLERATIONS, resources, spread

NAME: Final = "external-secrets"

IMAGE: Final = "{registry}/external-secrets/external-secrets"


def _values(context: Context) -> Values:
    """Values; https://external-secrets.io/latest/guides/security-best-practices/.

    * Uninstalling keeps the CRDs, and with them every Secret.
    * The role may only read, so that features that write to Secrets Manager are disabled.
    """
    environment = context.environment
    settings = environment.platform.external_secrets
    return {
        "crds": {"annotations": {"helm.sh/resource-policy": "keep"}},
        "leaderElect": True,
        "processSecretStore": settings.namespaced_stores,
        # For stores of teams that name a service account; the platform's use the controller's role.
        "rbac": {"serviceAccountTokenCreate": settings.namespaced_stores},
        "processPushSecret": False,
        "processClusterPushSecret": False,
        "serviceAccount": {"name": NAME, "annotations": context.role_annotations},
        "serviceMonitor": {
            "enabled": metrics_on(environment),
            "renderMode": "alwaysRender",
            # Keeps the namespace of an ExternalSecret in its metrics, instead of the operator's.
            "honorLabels": True,
        },
        **_component(NAME, settings.replicas, "50m", "256Mi"),
        "webhook": _component(f"{NAME}-webhook", settings.webhook_replicas, "20m", "128Mi"),
        "certController": {
            **_component(f"{NAME}-cert-controller", settings.replicas, "20m", "256Mi"),
            "extraArgs": {"enable-leader-election": True},
        },
    }


def _component(name: str, replicas: int, cpu: str, memory: str) -> Values:
    labels = {"app.kubernetes.io/name": name, "app.kubernetes.io/instance": NAME}
    return {
        "replicaCount": replicas,
        "podDisruptionBudget": {"enabled": replicas > 1},
        "priorityClassName": "system-cluster-critical",
        "topologySpreadConstraints": spread(labels),
        "tolerations": SYSTEM_TOLERATIONS,
        "resources": resources(cpu, memory),
    }


def _traffic(_: Context) -> tuple[PodTraffic, ...]:
    """Also of stores that are not in AWS: their providers serve on port 443 as well."""
    key, metrics = "app.kubernetes.io/name", (8080,)
    certificates = f"{NAME}-cert-controller"
    return (
        PodTraffic("controller", {key: NAME}, api=True, aws=True, metrics=metrics),
        PodTraffic(
            "webhook", {key: f"{NAME}-webhook"}, api=True, webhooks=(10250,), metrics=metrics
        ),
        PodTraffic("cert-controller", {key: certificates}, api=True, metrics=metrics),
    )


ADDON: Final = Addon(
    name=NAME,
    chart=NAME,
    namespace=NAME,
    summary="Makes Kubernetes Secrets from AWS Secrets Manager, and keeps them in sync.",
    values=_values,
    requires=(FOR_SERVICES, FOR_NODES, FOR_MONITORS),
    service_account=NAME,
    policies=policies,
    resources=stores,
    helm=Helm(
        reason=(
            "The certificate controller is ready when the API server trusts the webhook, so that "
            "stores are validated."
        ),
    ),
    images={
        "image.repository": IMAGE,
        "webhook.image.repository": IMAGE,
        "certController.image.repository": IMAGE,
    },
    workloads=(
        Workload("controller", ("resources",), "replicaCount"),
        Workload("webhook", ("webhook.resources",), "webhook.replicaCount"),
        Workload(
            "certificate controller", ("certController.resources",), "certController.replicaCount"
        ),
    ),
    traffic=_traffic,
    notes=(
        "[How to use a secret](../secrets.md), and which store a namespace uses. The role may not "
        "list secrets, so that `dataFrom.find` finds none: name them. The project supports its "
        "newest minor only and tests it on one or two minors of Kubernetes; the chart's version "
        "depends on the cluster's."
    ),
)

ADDONS: Final = (ADDON,)
