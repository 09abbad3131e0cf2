"""The PromQL of the reports, by name.

Each is evaluated once per hour of the period, for the hour before it. So Prometheus reads each
sample once, and never more than an hour at a time: the range of a month would exceed its limit of
samples per query. Sums and means of the period are made of the hours.

`metrics.yaml` beside this folder has the source of each metric.
"""

from collections.abc import Mapping
from typing import Final

ALERT_STEP: Final = 300
"""Alerts are read every five minutes, so that one that fires for less than an hour is found."""

_CONTAINERS: Final = 'container!="", image!=""'
"""What cAdvisor reports of containers, without the sums that it reports of pods."""

_RUNNING: Final = (
    "* on (namespace, pod) group_left () "
    'max by (namespace, pod) (kube_pod_status_phase{phase="Running"} == 1)'
)
"""Requests of pods that have ended, or have no node, reserve nothing."""


def _workloads(kind: str, wanted: str) -> str:
    """The workloads of a kind that should have pods, with their number of pods."""
    return f"max by (namespace, {kind}) (avg_over_time({wanted}[1h])) > 0"


def _short(kind: str, ready: str, wanted: str) -> str:
    """The share of pods that is available, of workloads that lack some."""
    return (
        f"max by (namespace, {kind}) (avg_over_time({ready}[1h])) "
        f"/ ({_workloads(kind, wanted)}) < 1"
    )


def _requested(resource: str) -> str:
    return (
        "sum by (namespace) (max by (namespace, pod, container) "
        f'(kube_pod_container_resource_requests{{resource="{resource}"}}) {_RUNNING})'
    )


_DEPLOYMENTS: Final = ("deployment", "kube_deployment_spec_replicas")
_STATEFUL_SETS: Final = ("statefulset", "kube_statefulset_replicas")

_SCRAPES: Final = "scalar(max(sum by (node) (count_over_time(node_total_hourly_cost[1h]))))"
"""How often OpenCost was scraped within the hour. A sum of samples divided by it is the mean of the
hour, also of a pod that existed for a part of it only."""


def _hourly_cost(amount: str, price: str, on: str) -> str:
    """Cost of an hour by namespace: the amount of each, by the price of its node or volume."""
    return (
        f"sum by (namespace) ({amount} * on ({on}) group_left () "
        f"avg by ({on}) (avg_over_time({price}[1h]))) / {_SCRAPES}"
    )


QUERIES: Final[Mapping[str, str]] = {
    # How much of the period Prometheus has metrics of.
    "targets": "avg by (job) (avg_over_time(up[1h]))",
    # Availability.
    "nodes_ready": (
        'avg(avg_over_time(kube_node_status_condition{condition="Ready", status="true"}[1h]))'
    ),
    "deployments": f"count by (namespace) ({_workloads(*_DEPLOYMENTS)})",
    "deployments_short": _short(
        "deployment",
        "kube_deployment_status_replicas_available",
        "kube_deployment_spec_replicas",
    ),
    "statefulsets": f"count by (namespace) ({_workloads(*_STATEFUL_SETS)})",
    "statefulsets_short": _short(
        "statefulset", "kube_statefulset_status_replicas_ready", "kube_statefulset_replicas"
    ),
    "api_requests": "sum(increase(apiserver_request_total[1h]))",
    "api_errors": 'sum(increase(apiserver_request_total{code=~"5.."}[1h]))',
    # Requests through the front door, by ingress controller.
    "ingress-nginx_requests": (
        "sum by (namespace) (increase(nginx_ingress_controller_requests[1h]))"
    ),
    "ingress-nginx_errors": (
        'sum by (namespace) (increase(nginx_ingress_controller_requests{status=~"5.."}[1h]))'
    ),
    "nginx_requests": (
        "sum by (resource_namespace) "
        "(increase(nginx_ingress_controller_upstream_server_response_latency_ms_count[1h]))"
    ),
    "nginx_errors": (
        "sum by (resource_namespace) (increase("
        'nginx_ingress_controller_upstream_server_response_latency_ms_count{code=~"5.."}[1h]))'
    ),
    "traefik_requests": "sum by (exported_service) (increase(traefik_service_requests_total[1h]))",
    "traefik_errors": (
        'sum by (exported_service) (increase(traefik_service_requests_total{code=~"5.."}[1h]))'
    ),
    "haproxy_requests": "sum by (proxy) (increase(haproxy_backend_http_responses_total[1h]))",
    "haproxy_errors": (
        'sum by (proxy) (increase(haproxy_backend_http_responses_total{code="5xx"}[1h]))'
    ),
    # Capacity.
    "nodes": "count(max by (node) (kube_node_info))",
    "pods": "count(max by (namespace, pod) (kube_pod_info))",
    "cpu_allocatable": 'sum(max by (node) (kube_node_status_allocatable{resource="cpu"}))',
    "memory_allocatable": 'sum(max by (node) (kube_node_status_allocatable{resource="memory"}))',
    "cpu_requested": _requested("cpu"),
    "memory_requested": _requested("memory"),
    "cpu_used": (
        f"sum by (namespace) (rate(container_cpu_usage_seconds_total{{{_CONTAINERS}}}[1h]))"
    ),
    "memory_used": (
        "sum by (namespace) "
        f"(avg_over_time(container_memory_working_set_bytes{{{_CONTAINERS}}}[1h]))"
    ),
    "volumes_capacity": (
        "sum by (namespace) (max by (namespace, persistentvolumeclaim) "
        "(kubelet_volume_stats_capacity_bytes))"
    ),
    "volumes_used": (
        "sum by (namespace) (max by (namespace, persistentvolumeclaim) "
        "(kubelet_volume_stats_used_bytes))"
    ),
    # Backups of Velero.
    "backups_made": "sum by (schedule) (increase(velero_backup_success_total[1h]))",
    "backups_failed": (
        "sum by (schedule) (increase(velero_backup_failure_total[1h]) "
        "+ increase(velero_backup_partial_failure_total[1h]) "
        "+ increase(velero_backup_validation_failure_total[1h]))"
    ),
    "backups_last": "max by (schedule) (velero_backup_last_successful_timestamp)",
    # Alerts, without the one that always fires and the one that only inhibits others.
    "alerts": (
        "count by (alertname, namespace, severity) "
        '(ALERTS{alertstate="firing", alertname!~"Watchdog|InfoInhibitor"})'
    ),
    # Cost, of OpenCost's prices in USD per hour.
    "cost_nodes": f"sum(sum_over_time(node_total_hourly_cost[1h])) / {_SCRAPES}",
    "cost_cpu": _hourly_cost(
        "sum by (namespace, node) (sum_over_time(container_cpu_allocation[1h]))",
        "node_cpu_hourly_cost",
        "node",
    ),
    "cost_memory": _hourly_cost(
        "sum by (namespace, node) (sum_over_time(container_memory_allocation_bytes[1h])) "
        "/ 1073741824",
        "node_ram_hourly_cost",
        "node",
    ),
    "cost_volumes": _hourly_cost(
        "max by (namespace, persistentvolume) (sum_over_time(pod_pvc_allocation[1h])) / 1073741824",
        "pv_hourly_cost",
        "persistentvolume",
    ),
    "cost_load_balancers": (
        f"sum by (namespace) (sum_over_time(kubecost_load_balancer_cost[1h])) / {_SCRAPES}"
    ),
}
