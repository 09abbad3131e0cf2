"""The operator of Elastic Cloud on Kubernetes (ECK), for Elasticsearch and Kibana (I5, I6)."""

from typing import Final

from modules.helm.contract import Addon, Context, Helm, Values
from modules.helm.logs import PORT, sends_logs_to
from modules.helm.metrics import metrics_on
from modules.helm.platform_namespaces import ECK_OPERATOR_NAMESPACE
from modules.helm.requirements import FOR_MONITORS, FOR_SERVICES
from modules.helm.traffic import Call, PodTraffic, tcp
from modules.helm.workload import Workload
from modules.scheduling import SYSTEM_TOLERATIONS, resources

NAME: Final = "eck-operator"
METRICS_PORT: Final = "8080"


def _values(context: Context) -> Values:
    """Values; chart https://github.com/elastic/cloud-on-k8s/tree/v3.5.0/deploy/eck-operator.

    The CA of Elasticsearch's certificate outlives the pods that have read it: certificates are
    renewed every year, the CA after ten years.

    An object that refers to Elasticsearch in another namespace gets a user with the role
    `superuser`: `enforceRBAC` asks Kubernetes whether its service account may read Elasticsearch.
    https://www.elastic.co/docs/deploy-manage/deploy/cloud-on-k8s/restrict-cross-namespace-resource-associations
    """
    metrics = metrics_on(context.environment)
    return {
        "resources": resources("100m", "512Mi"),
        "tolerations": SYSTEM_TOLERATIONS,
        "priorityClassName": "system-cluster-critical",
        # The chart's defaults meet the rest of the `restricted` standard.
        "podSecurityContext": {
            "runAsNonRoot": True,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        # Telemetry would send the number and size of clusters to Elastic.
        "telemetry": {"disabled": True},
        "config": {
            "caValidity": "87600h",
            "metrics": {"port": METRICS_PORT if metrics else "0"},
        },
        "refs": {"enforceRBAC": True},
        "podMonitor": {"enabled": metrics, "interval": "1m"},
        "serviceMonitor": {"enabled": False},
    }


def _traffic(_: Context) -> tuple[PodTraffic, ...]:
    """It also manages Elasticsearch in other namespaces, which admit it themselves."""
    return (
        PodTraffic(
            "operator",
            {"app.kubernetes.io/name": "elastic-operator"},
            api=True,
            calls=(Call("eck-stack", "elasticsearch", tcp(PORT)),),
            everywhere=(PORT,),
            webhooks=(9443,),
            metrics=(int(METRICS_PORT),),
        ),
    )


ADDON: Final = Addon(
    name=NAME,
    chart=NAME,
    namespace=ECK_OPERATOR_NAMESPACE,
    summary="Manages Elasticsearch and Kibana with their certificates, users and upgrades.",
    values=_values,
    applies=sends_logs_to("elasticsearch"),
    requires=(FOR_SERVICES, FOR_MONITORS),
    helm=Helm(reason="Waits until it runs: the next release contains resources for it."),
    images={
        "image.repository": "{registry}/eck/eck-operator",
        "config.containerRegistry": "{registry}",
    },
    workloads=(Workload("operator", ("resources",)),),
    traffic=_traffic,
    notes=(
        "One pod is enough: without it Elasticsearch and Kibana keep running and only changes "
        "wait. It uses Elastic's basic license, which is free."
    ),
)

ADDONS: Final = (ADDON,)
