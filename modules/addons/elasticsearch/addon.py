"""Elasticsearch and Kibana, which store and search logs (I5, I6)."""

from collections.abc import Sequence
from typing import Final

from config.derived.front_doors import chosen
from modules.addons.elasticsearch import dashboards, grafana
from modules.addons.elasticsearch.lifecycle import LABEL, job
from modules.addons.elasticsearch.users import user_secrets
from modules.addons.elasticsearch.values import CLUSTER_LABEL, values
from modules.helm.contract import Addon, Context, Helm, Manifest
from modules.helm.front_door_ingress import front_door_ingress
from modules.helm.logs import (
    CLUSTER,
    KIBANA,
    KIBANA_LABEL,
    KIBANA_PORT,
    KIBANA_SERVICE,
    NAMESPACE,
    PORT,
    sends_logs_to,
)
from modules.helm.requirements import FOR_NODES, FOR_SERVICES
from modules.helm.traffic import Call, PodTraffic, tcp
from modules.helm.workload import Workload

TRANSPORT_PORT: Final = 9300


def _resources(context: Context) -> Sequence[Manifest]:
    kibana = context.environment.platform.elasticsearch.kibana
    return (
        job(context),
        *([_ingress(context, kibana.host)] if kibana.enabled and kibana.host else []),
        *grafana.data_source(context),
    )


def _ingress(context: Context, host: str) -> Manifest:
    kibana = context.environment.platform.elasticsearch.kibana
    door = chosen(context.environment, kibana.load_balancer)
    return front_door_ingress(context, door, KIBANA, [host], KIBANA_SERVICE, KIBANA_PORT)


def _traffic(context: Context) -> tuple[PodTraffic, ...]:
    store = Call("eck-stack", "elasticsearch", tcp(PORT))
    kibana = context.environment.platform.elasticsearch.kibana
    nodes = Call("eck-stack", "elasticsearch", tcp(TRANSPORT_PORT))
    backends = (KIBANA_PORT,) if kibana.host else ()
    imports = Call("eck-stack", "kibana", tcp(KIBANA_PORT))
    made = [
        PodTraffic("elasticsearch", {CLUSTER_LABEL: CLUSTER}, calls=(nodes,)),
        PodTraffic("lifecycle", {"app.kubernetes.io/name": LABEL}, calls=(store,)),
    ]
    if kibana.enabled:
        made.append(PodTraffic("kibana", {KIBANA_LABEL: KIBANA}, calls=(store,), backends=backends))
    if dashboards.has_dashboards(context.environment):
        labels = {"app.kubernetes.io/name": dashboards.NAME}
        made.append(PodTraffic("dashboards", labels, calls=(imports,)))
    return tuple(made)


NODE: Final = "eck-elasticsearch.nodeSets.0"

ADDON: Final = Addon(
    name="eck-stack",
    chart="eck-stack",
    namespace=NAMESPACE,
    summary="Elasticsearch stores logs for the configured time, Kibana searches them.",
    values=values,
    setting="elasticsearch",
    applies=sends_logs_to("elasticsearch"),
    requires=("eck-operator", "external-secrets", FOR_SERVICES, FOR_NODES),
    prerequisites=user_secrets,
    resources=_resources,
    dashboards=dashboards.objects,
    helm=Helm(reason="The operator makes the pods; the next release waits for them."),
    resources_helm=Helm(
        timeout_seconds=1800,
        reason=(
            "Waits for a Job, which waits for Elasticsearch and maybe for new nodes and volumes: "
            "so logs arrive after the lifecycle policy exists. Another Job imports the dashboards, "
            "which waits for Kibana."
        ),
    ),
    workloads=(
        Workload(
            "elasticsearch",
            (f"{NODE}.podTemplate.spec.containers.0.resources",),
            f"{NODE}.count",
            system=False,
            init_resources=(f"{NODE}.podTemplate.spec.initContainers.0.resources",),
        ),
        Workload(
            "kibana",
            ("eck-kibana.podTemplate.spec.containers.0.resources",),
            "eck-kibana.count",
            system=False,
        ),
    ),
    traffic=_traffic,
    notes=(
        "Volumes are deleted with Elasticsearch. Images come from the operator's registry. Single "
        "sign-on needs a paid license; without it, users log in with Elasticsearch users. [About "
        "logs](../logging.md)."
    ),
)

ADDONS: Final = (ADDON,)
