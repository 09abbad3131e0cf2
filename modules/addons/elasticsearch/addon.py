"""Elasticsearch and Kibana, which store and search logs (I5, I6)."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from modules.addons.elasticsearch import dashboards, grafana
from modules.addons.elasticsearch.lifecycle import job
from modules.addons.elasticsearch.users import user_secrets
from modules.addons.elasticsearch.values import CLUSTER_LABEL, values
from modules.helm.contract import Addon, Context, Helm, Manifest
from modules.helm.front_door_ingress import NETWORKING, front_door_ingress
from modules.helm.logs import (
    CLUSTER,
    KIBANA,
    KIBANA_LABEL,
    KIBANA_PORT,
    KIBANA_SERVICE,
    NAMESPACE,
    sends_logs_to,
)
from modules.helm.manifests import manifest
from modules.helm.metrics import grafana_pods
from modules.helm.platform_namespaces import ECK_OPERATOR_NAMESPACE, INGRESS_NAMESPACE
from modules.helm.requirements import FOR_NODES, FOR_SERVICES
from modules.helm.workload import Workload


def _resources(context: Context) -> Sequence[Manifest]:
    kibana = context.environment.platform.elasticsearch.kibana
    return (
        job(context),
        _allow_from(context, CLUSTER, {CLUSTER_LABEL: CLUSTER}, *_clients(context)),
        *([_kibana_policy(context)] if kibana.enabled else []),
        *([_ingress(context, kibana.host)] if kibana.enabled and kibana.host else []),
        *grafana.data_source(context),
    )


def _clients(context: Context) -> Iterator[dict[str, Any]]:
    """The operator, and Grafana where it reads logs."""
    environment = context.environment
    yield _pods_of(environment.platform.eck_operator.namespace or ECK_OPERATOR_NAMESPACE)
    if grafana.linked(environment):
        yield grafana_pods(environment)


def _kibana_policy(context: Context) -> Manifest:
    namespace = context.environment.platform.ingress.namespace or INGRESS_NAMESPACE
    return _allow_from(context, KIBANA, {KIBANA_LABEL: KIBANA}, _pods_of(namespace))


def _pods_of(namespace: str) -> dict[str, Any]:
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}}}


def _allow_from(
    context: Context, name: str, labels: dict[str, str], *others: dict[str, Any]
) -> Manifest:
    """Allows pods of the same namespace and others; probes are always allowed."""
    spec = {
        "podSelector": {"matchLabels": labels},
        "policyTypes": ["Ingress"],
        "ingress": [{"from": [{"podSelector": {}}, *others]}],
    }
    return manifest(NETWORKING, "NetworkPolicy", name, spec, namespace=context.namespace)


def _ingress(context: Context, host: str) -> Manifest:
    return front_door_ingress(context, KIBANA, [host], KIBANA_SERVICE, KIBANA_PORT)


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
    notes=(
        "Volumes are deleted with Elasticsearch. Images come from the operator's registry. Single "
        "sign-on needs a paid license; without it, users log in with Elasticsearch users. [About "
        "logs](../logging.md)."
    ),
)

ADDONS: Final = (ADDON,)
