"""External Secrets: Kubernetes Secrets from AWS Secrets Manager (requirement J2)."""

from typing import Final

from modules.addons.external_secrets.secret_stores import policies, stores
from modules.helm.contract import Addon, Context, Helm, Values
from modules.helm.metrics import PROMETHEUS_OPERATOR_CRDS, metrics_on
from modules.helm.scheduling import SYSTEM_TOLERATIONS, resources, spread
from modules.helm.workload import Workload

NAME: Final = "external-secrets"

IMAGE: Final = "{registry}/external-secrets/external-secrets"


def _values(context: Context) -> Values:
    """Values; https://external-secrets.io/latest/guides/security-best-practices/.

    * Uninstalling leaves the kinds, and with them every Secret that was made.
    * The role may only read, so that what writes to Secrets Manager is switched off.
    """
    environment = context.environment
    settings = environment.platform.external_secrets
    return {
        "crds": {"annotations": {"helm.sh/resource-policy": "keep"}},
        "leaderElect": True,
        "processSecretStore": settings.namespaced_stores,
        "processPushSecret": False,
        "processClusterPushSecret": False,
        "serviceAccount": {"name": NAME, "annotations": context.role_annotations},
        "serviceMonitor": {
            "enabled": metrics_on(environment),
            "renderMode": "alwaysRender",
            # Metrics of an ExternalSecret have its own namespace, not the operator's.
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


ADDON: Final = Addon(
    name=NAME,
    chart=NAME,
    namespace=NAME,
    summary="Makes Kubernetes Secrets of those in AWS Secrets Manager, and keeps them current.",
    values=_values,
    requires=("aws-load-balancer-controller", "karpenter", PROMETHEUS_OPERATOR_CRDS),
    service_account=NAME,
    policies=policies,
    resources=stores,
    helm=Helm(
        reason=(
            "The certificate controller is ready when the API server trusts the webhook, so that "
            "stores come when somebody checks them."
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
    notes=(
        "[How to bring a secret in](../secrets.md), and which store a namespace uses. The role may "
        "not list secrets, so that `dataFrom.find` finds none: name them. The project looks after "
        "its newest minor only and tests it on one or two minors of Kubernetes; the chart's "
        "version follows the cluster's."
    ),
)

ADDONS: Final = (ADDON,)
