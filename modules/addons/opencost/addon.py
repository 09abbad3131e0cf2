"""OpenCost (requirement K5): what each namespace and workload costs."""

from typing import Final

from config.environment import Environment
from modules.addons.monitoring.addon import ADDON as PROMETHEUS
from modules.helm.contract import Addon, Context, Helm, Values
from modules.helm.metrics import PROMETHEUS_OPERATOR_CRDS, metrics_on
from modules.helm.scheduling import resources, spread
from modules.helm.workload import Workload

NAME: Final = "opencost"

PROMETHEUS_SERVICE: Final = f"{PROMETHEUS.name}-prometheus"
"""The chart names it after its release.
https://github.com/prometheus-community/helm-charts/blob/main/charts/kube-prometheus-stack/templates/prometheus/service.yaml"""

PROMETHEUS_PORT: Final = 9090


def opencost_on(environment: Environment) -> bool:
    """Whether costs are reckoned."""
    return environment.platform.opencost.enabled


def _values(context: Context) -> Values:
    """Values; chart https://github.com/opencost/opencost-helm-chart/tree/main/charts/opencost.

    It finds the region and the machines by what nodes say of themselves, and their prices in AWS's
    public list, so that it needs no permissions: https://opencost.io/docs/configuration/aws
    """
    environment = context.environment
    return {
        "opencost": {
            "exporter": {
                "defaultClusterId": environment.cluster_name,
                "replicas": 1,
                "resources": resources("50m", "1Gi"),
            },
            "prometheus": {
                "internal": {
                    "enabled": True,
                    "serviceName": PROMETHEUS_SERVICE,
                    "namespaceName": PROMETHEUS.namespace_in(environment),
                    "port": PROMETHEUS_PORT,
                },
            },
            "metrics": {"serviceMonitor": {"enabled": metrics_on(environment)}},
            "ui": {"enabled": True, "resources": resources("20m", "64Mi")},
            # A server for language models, which nobody asked for.
            "mcp": {"enabled": False},
            "topologySpreadConstraints": spread({"app.kubernetes.io/name": NAME}),
        },
    }


ADDON: Final = Addon(
    name=NAME,
    chart=NAME,
    namespace=NAME,
    summary="Reckons what each namespace and workload costs, from metrics and AWS's prices.",
    values=_values,
    requires=(
        "aws-load-balancer-controller",
        "karpenter",
        PROMETHEUS_OPERATOR_CRDS,
        PROMETHEUS.name,
    ),
    applies=opencost_on,
    helm=Helm(
        timeout_seconds=1200,
        reason=(
            "It starts only when Prometheus answers, which the operator starts after its release "
            "and on new nodes."
        ),
    ),
    images={
        "opencost.exporter.image.registry": "{registry}",
        "opencost.ui.image.registry": "{registry}",
    },
    pod_security="baseline",
    workloads=(
        Workload(
            NAME,
            ("opencost.exporter.resources", "opencost.ui.resources"),
            "opencost.exporter.replicas",
            system=False,
        ),
    ),
    notes=(
        "Its pages have no log-in, so that the front door does not show them: "
        "`kubectl --namespace opencost port-forward service/opencost 9090`. Prices are those of "
        "the public list: discounts, Savings Plans and what spot machines really cost are not in "
        "them. It fetches the list from pricing.us-east-1.amazonaws.com, for which the pods need a "
        "way to the internet."
    ),
)

ADDONS: Final = (ADDON,)
