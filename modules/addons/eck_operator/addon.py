"""The operator of Elastic Cloud on Kubernetes, which runs Elasticsearch and Kibana (I5, I6)."""

from typing import Final

from modules.helm.contract import Addon, Context, Helm, Values
from modules.helm.logs import sends_logs_to
from modules.helm.metrics import PROMETHEUS_OPERATOR_CRDS, metrics_on
from modules.helm.platform_namespaces import ECK_OPERATOR_NAMESPACE
from modules.helm.scheduling import SYSTEM_TOLERATIONS, resources
from modules.helm.workload import Workload

NAME: Final = "eck-operator"
METRICS_PORT: Final = "8080"


def _values(context: Context) -> Values:
    """Values; chart https://github.com/elastic/cloud-on-k8s/tree/v3.5.0/deploy/eck-operator.

    The authority of Elasticsearch's certificate outlives the pods that have read it: certificates
    are renewed every year, the authority after ten.
    """
    metrics = metrics_on(context.environment)
    return {
        "resources": resources("100m", "512Mi"),
        "tolerations": SYSTEM_TOLERATIONS,
        "priorityClassName": "system-cluster-critical",
        # The rest of what its restricted namespace asks for is the chart's default.
        "podSecurityContext": {
            "runAsNonRoot": True,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        # Elastic would be sent the number and size of clusters.
        "telemetry": {"disabled": True},
        "config": {
            "caValidity": "87600h",
            "metrics": {"port": METRICS_PORT if metrics else "0"},
        },
        "podMonitor": {"enabled": metrics, "interval": "1m"},
        "serviceMonitor": {"enabled": False},
    }


ADDON: Final = Addon(
    name=NAME,
    chart=NAME,
    namespace=ECK_OPERATOR_NAMESPACE,
    summary="Makes and keeps Elasticsearch and Kibana, their certificates, users and upgrades.",
    values=_values,
    applies=sends_logs_to("elasticsearch"),
    requires=("aws-load-balancer-controller", PROMETHEUS_OPERATOR_CRDS),
    helm=Helm(reason="Waits until it runs: what comes next is for it to make."),
    images={
        "image.repository": "{registry}/eck/eck-operator",
        "config.containerRegistry": "{registry}",
    },
    workloads=(Workload("operator", ("resources",)),),
    notes=(
        "One pod is enough: while it is away, Elasticsearch and Kibana run on and only changes "
        "wait. Elastic's own licence applies to it, the basic one, which costs nothing."
    ),
)

ADDONS: Final = (ADDON,)
