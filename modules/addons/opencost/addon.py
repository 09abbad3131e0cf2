"""OpenCost: costs of namespaces and workloads (K5)."""

from typing import Final

from config.environment import Environment
from modules.addons.monitoring.addon import ADDON as PROMETHEUS
from modules.helm.contract import Addon, Context, Helm, Values
from modules.helm.metrics import metrics_on
from modules.helm.requirements import FOR_MONITORS, FOR_NODES, FOR_SERVICES
from modules.helm.traffic import HTTPS, Call, PodTraffic, tcp
from modules.helm.workload import Workload
from modules.scheduling import resources, spread

NAME: Final = "opencost"

PROMETHEUS_SERVICE: Final = f"{PROMETHEUS.name}-prometheus"
"""The chart derives the name from its release.
https://github.com/prometheus-community/helm-charts/blob/main/charts/kube-prometheus-stack/templates/prometheus/service.yaml
"""

PROMETHEUS_PORT: Final = 9090


def opencost_on(environment: Environment) -> bool:
    """Whether OpenCost is enabled."""
    return environment.platform.opencost.enabled


def _values(context: Context) -> Values:
    """Values; chart https://github.com/opencost/opencost-helm-chart/tree/main/charts/opencost.

    It reads region and instance types from node labels, and prices from AWS's public price list, so
    that it needs no permissions: https://opencost.io/docs/configuration/aws
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
            # An MCP server, which is not needed.
            "mcp": {"enabled": False},
            "topologySpreadConstraints": spread({"app.kubernetes.io/name": NAME}),
        },
    }


def _traffic(_: Context) -> tuple[PodTraffic, ...]:
    return (
        PodTraffic(
            NAME,
            {"app.kubernetes.io/name": NAME},
            api=True,
            outside=HTTPS,
            calls=(Call(PROMETHEUS.name, "prometheus", tcp(PROMETHEUS_PORT)),),
            metrics=(9003,),
        ),
    )


ADDON: Final = Addon(
    name=NAME,
    chart=NAME,
    namespace=NAME,
    summary="Calculates the costs of namespaces and workloads, from metrics and AWS's prices.",
    values=_values,
    requires=(
        FOR_SERVICES,
        FOR_NODES,
        FOR_MONITORS,
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
    traffic=_traffic,
    notes=(
        "Its user interface has no authentication, so that the front door does not serve it: use "
        "`kubectl --namespace opencost port-forward service/opencost 9090`. Prices are public "
        "list prices, without discounts, Savings Plans and actual Spot prices. It downloads them "
        "from pricing.us-east-1.amazonaws.com, for which the pods need internet access."
    ),
)

ADDONS: Final = (ADDON,)
