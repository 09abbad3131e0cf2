"""The Vertical Pod Autoscaler (E5)."""

from collections.abc import Sequence
from typing import Any, Final

from modules.helm.contract import Addon, Context, Manifest, Values
from modules.helm.monitors import pod_monitors
from modules.helm.requirements import FOR_MONITORS, FOR_NODES, FOR_SERVICES
from modules.helm.traffic import PodTraffic
from modules.helm.workload import JOB, Workload
from modules.scheduling import SYSTEM_TOLERATIONS, resources

NAME: Final = "vertical-pod-autoscaler"

WEBHOOK_PORT: Final = 8443
"""Instead of 8000, which the control plane cannot reach on nodes: see
modules/cluster/security_group_rules.py. With the webhook's failure policy Ignore, pods would keep
their old requests without an error."""


def _values(context: Context) -> Values:
    """Values; chart https://github.com/kubernetes/autoscaler/tree/master/vertical-pod-autoscaler/charts/vertical-pod-autoscaler."""
    replicas = context.environment.platform.vertical_pod_autoscaler.replicas
    port = {"port": 443, "protocol": "TCP", "targetPort": WEBHOOK_PORT}
    return {
        "podSecurityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
        "containerSecurityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "recommender": _component(replicas, "50m", "500Mi"),
        "updater": _component(replicas, "50m", "256Mi"),
        "admissionController": {
            **_component(replicas, "50m", "256Mi"),
            "extraArgs": [f"--port={WEBHOOK_PORT}"],
            "service": {"ports": [port]},
            "certGen": {"tolerations": SYSTEM_TOLERATIONS, "resources": resources("50m", "64Mi")},
        },
    }


def _component(replicas: int, cpu: str, memory: str) -> dict[str, Any]:
    return {
        "replicas": replicas,
        "tolerations": SYSTEM_TOLERATIONS,
        "resources": resources(cpu, memory),
        # A disruption budget for a single replica would block the drain of its node.
        "podDisruptionBudget": {"enabled": replicas > 1},
    }


def _resources(context: Context) -> Sequence[Manifest]:
    """Roles of teams, and metrics of its three components, whose pods have a port of this name."""
    return [
        _team_role("view", ["get", "list", "watch"], ["view", "edit", "admin"]),
        _team_role(
            "edit", ["create", "update", "patch", "delete", "deletecollection"], ["edit", "admin"]
        ),
        *pod_monitors(context, NAME, {"app.kubernetes.io/name": NAME}, "prometheus"),
    ]


def _team_role(name: str, verbs: Sequence[str], into: Sequence[str]) -> Manifest:
    """Adds verbs to roles of Kubernetes, which know no custom resources by themselves.

    https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles
    """
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {
            "name": f"{NAME}-{name}",
            "labels": {f"rbac.authorization.k8s.io/aggregate-to-{role}": "true" for role in into},
        },
        "rules": [
            {
                "apiGroups": ["autoscaling.k8s.io"],
                "resources": ["verticalpodautoscalers"],
                "verbs": list(verbs),
            }
        ],
    }


def _traffic(_: Context) -> tuple[PodTraffic, ...]:
    def of(component: str) -> dict[str, str]:
        return {"app.kubernetes.io/name": NAME, "app.kubernetes.io/component": component}

    admission = "admission-controller"
    return (
        PodTraffic("recommender", of("recommender"), api=True, metrics=(8942,)),
        PodTraffic("updater", of("updater"), api=True, metrics=(8943,)),
        PodTraffic(admission, of(admission), api=True, webhooks=(WEBHOOK_PORT,), metrics=(8944,)),
        PodTraffic("certificate", of("admission-certgen"), api=True),
    )


ADDON: Final = Addon(
    name=NAME,
    chart=NAME,
    namespace=NAME,
    summary="Adjusts the requests of pods to their usage, for pods of a VerticalPodAutoscaler.",
    values=_values,
    requires=(FOR_SERVICES, FOR_NODES, FOR_MONITORS),
    eks_addons=("metrics-server",),
    resources=_resources,
    images={
        "recommender.image.repository": "{registry}/autoscaling/vpa-recommender",
        "updater.image.repository": "{registry}/autoscaling/vpa-updater",
        "admissionController.image.repository": "{registry}/autoscaling/vpa-admission-controller",
        "admissionController.certGen.image.repository": (
            "{registry}/ingress-nginx/kube-webhook-certgen"
        ),
    },
    workloads=(
        Workload("recommender", ("recommender.resources",), "recommender.replicas"),
        Workload("updater", ("updater.resources",), "updater.replicas"),
        Workload(
            "admission-controller",
            ("admissionController.resources",),
            "admissionController.replicas",
        ),
        Workload("certificate", ("admissionController.certGen.resources",), JOB),
    ),
    traffic=_traffic,
    notes=(
        "Its chart says that it is not ready for production. Helm installs its CRDs once and "
        "never upgrades them. Where an HPA scales the same pods by CPU, let the VPA control "
        "memory only, as the sample application does."
    ),
)

ADDONS: Final = (ADDON,)
