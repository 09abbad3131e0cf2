"""Values of the chart eck-stack: the Elasticsearch and Kibana resources."""

from typing import Any, Final

from config.derived.front_doors import chosen
from config.environment import Environment
from modules.addons.elasticsearch.users import auth
from modules.helm.contract import Context, Values
from modules.helm.logs import CLUSTER, KIBANA, KIBANA_LABEL
from modules.scheduling import HOST, ZONE, resources, spread

CLUSTER_LABEL: Final = "elasticsearch.k8s.elastic.co/cluster-name"
"""Label that the operator sets on pods."""

ZONE_VARIABLE: Final = "ZONE"
CAPACITY_TYPE: Final = "karpenter.sh/capacity-type"

MAP_COUNT: Final = 1048576
"""`vm.max_map_count` that Elasticsearch 8.16 and later need.
https://www.elastic.co/docs/deploy-manage/deploy/cloud-on-k8s/virtual-memory"""


def values(context: Context) -> Values:
    """The values; chart https://github.com/elastic/cloud-on-k8s/tree/v3.5.0/deploy/eck-stack."""
    environment = context.environment
    settings = environment.platform.elasticsearch
    return {
        "eck-elasticsearch": {
            "enabled": True,
            "fullnameOverride": CLUSTER,
            "version": settings.stack_version,
            # Gives each pod the zone of its node.
            "annotations": {"eck.k8s.elastic.co/downward-node-labels": ZONE},
            "auth": auth(environment),
            "volumeClaimDeletePolicy": "DeleteOnScaledownAndClusterDeletion",
            "nodeSets": [_nodes(environment)],
        },
        "eck-kibana": {"enabled": False} if not settings.kibana.enabled else _kibana(environment),
    }


def kibana_url(environment: Environment) -> str | None:
    """Kibana's URL; None where the front door does not serve it."""
    kibana = environment.platform.elasticsearch.kibana
    if kibana.host is None:
        return None
    tls = chosen(environment, kibana.load_balancer).serves_tls
    return f"{'https' if tls else 'http'}://{kibana.host}"


def _nodes(environment: Environment) -> dict[str, Any]:
    """Elasticsearch nodes with all roles; replicas of a shard are in different zones.

    https://www.elastic.co/docs/deploy-manage/deploy/cloud-on-k8s/advanced-elasticsearch-node-scheduling
    """
    settings = environment.platform.elasticsearch
    storage_class = settings.storage_class or environment.platform.storage_classes.of_volumes
    config: dict[str, Any] = {
        "node.attr.zone": f"${{{ZONE_VARIABLE}}}",
        "cluster.routing.allocation.awareness.attributes": "k8s_node_name,zone",
    }
    if not settings.memory_maps:
        config["node.store.allow_mmap"] = False
    return {
        "name": "default",
        "count": settings.nodes,
        "config": config,
        "podTemplate": {"spec": _pod(environment)},
        "volumeClaimTemplates": [
            {
                "metadata": {"name": "elasticsearch-data"},
                "spec": {
                    "accessModes": ["ReadWriteOnce"],
                    **({"storageClassName": storage_class} if storage_class else {}),
                    "resources": {"requests": {"storage": f"{settings.volume_gib}Gi"}},
                },
            }
        ],
    }


def _pod(environment: Environment) -> dict[str, Any]:
    settings = environment.platform.elasticsearch
    zone = {"fieldRef": {"fieldPath": f"metadata.annotations['{ZONE}']"}}
    pod: dict[str, Any] = {
        "containers": [
            {
                "name": "elasticsearch",
                "resources": resources(settings.cpu, f"{settings.memory_gib}Gi"),
                "env": [{"name": ZONE_VARIABLE, "valueFrom": zone}],
            }
        ],
        # Two copies of a shard on one node or in one zone fail together.
        "topologySpreadConstraints": [
            {**constraint, "whenUnsatisfiable": "DoNotSchedule"}
            for constraint in spread({CLUSTER_LABEL: CLUSTER})
        ],
    }
    if settings.memory_maps:
        pod["initContainers"] = [
            {
                "name": "memory-maps",
                "command": ["sysctl", "-w", f"vm.max_map_count={MAP_COUNT}"],
                "securityContext": {"privileged": True, "runAsUser": 0, "runAsNonRoot": False},
                "resources": resources("10m", "32Mi"),
            }
        ]
    if environment.cluster.autoscaler == "karpenter":
        pod["affinity"] = {"nodeAffinity": _prefer_on_demand()}
    return pod


def _prefer_on_demand() -> dict[str, Any]:
    """Spot Instances are interrupted, several at once; copying shards takes long."""
    lasting = {"key": CAPACITY_TYPE, "operator": "In", "values": ["on-demand", "reserved"]}
    return {
        "preferredDuringSchedulingIgnoredDuringExecution": [
            {"weight": 100, "preference": {"matchExpressions": [lasting]}}
        ]
    }


def _kibana(environment: Environment) -> Values:
    """Kibana; the operator provides its user, the CA of Elasticsearch and its keys."""
    settings = environment.platform.elasticsearch
    url = kibana_url(environment)
    made: Values = {
        "enabled": True,
        "fullnameOverride": KIBANA,
        "version": settings.stack_version,
        "count": settings.kibana.replicas,
        "elasticsearchRef": {"name": CLUSTER},
        "config": {"telemetry.optIn": False} | ({"server.publicBaseUrl": url} if url else {}),
        "podTemplate": {
            "spec": {
                "containers": [{"name": "kibana", "resources": resources("250m", "1536Mi")}],
                "topologySpreadConstraints": spread({KIBANA_LABEL: KIBANA}, ZONE, HOST),
            }
        },
    }
    if url:
        # The ingress controller terminates TLS; a network policy blocks other clients.
        made["http"] = {"tls": {"selfSignedCertificate": {"disabled": True}}}
    return made
