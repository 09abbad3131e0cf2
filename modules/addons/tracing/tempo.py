"""Tempo: values of its chart, and its permissions."""

from typing import Any, Final

from config.derived import names
from config.environment import Environment
from modules.addons.monitoring.values import NAME as PROMETHEUS
from modules.addons.tracing.collector import RATIO
from modules.helm.contract import Context, Policies, Values
from modules.helm.metrics import MONITORING, metrics_on
from modules.helm.traces import sampling_method
from modules.identity.bucket_access import bucket_access
from modules.identity.service_names import endpoint
from modules.scheduling import resources

NAME: Final = "tempo"
"""Release, Service and service account."""

PORT: Final = 3200
"""Port of queries and metrics."""

VOLUME: Final = "/var/tempo"
"""Where the chart mounts the volume."""

PROCESSORS: Final = ("service-graphs", "span-metrics")
"""https://grafana.com/docs/tempo/latest/metrics-from-traces/metrics-generator/"""

PROMETHEUS_PORT: Final = 9090


def values(context: Context) -> Values:
    """The values; chart https://github.com/grafana-community/helm-charts/tree/tempo-2.2.4/charts/tempo."""
    environment = context.environment
    settings = environment.platform.tracing
    storage_class = settings.storage_class or environment.platform.storage_classes.of_volumes
    return {
        "tempo": {
            "resources": resources(settings.tempo.cpu, settings.tempo.memory),
            "reportingEnabled": False,
            "retention": f"{settings.retention_hours}h",
            "memBallastSizeMbs": 0,
            "receivers": _receivers(),
            "storage": {
                "trace": {
                    "backend": "s3",
                    "local": None,
                    "s3": {
                        "bucket": names.traces(environment).bucket,
                        "region": environment.region,
                        "endpoint": endpoint(environment.partition, environment.region, "s3"),
                    },
                    "wal": {"path": f"{VOLUME}/wal"},
                }
            },
            "securityContext": {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            },
            **(_service_graph(environment) if settings.service_graph else {}),
        },
        "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
        "serviceAccount": {
            "name": NAME,
            "annotations": context.role_annotations,
            # Tempo does not use the Kubernetes API.
            "automountServiceAccountToken": False,
        },
        "persistence": {
            "enabled": True,
            "size": f"{settings.tempo.storage_gib}Gi",
            **({"storageClassName": storage_class} if storage_class else {}),
            # Uninstalling the release deletes the volume, whose traces are in the bucket then.
            "enableStatefulSetAutoDeletePVC": True,
        },
        "serviceMonitor": {"enabled": metrics_on(environment)},
    }


def _receivers() -> dict[str, Any]:
    """OTLP only.

    The chart does not render without Jaeger's receivers. Without an endpoint they listen on the
    pod's loopback interface and are no ports of the Service.
    """
    protocols = ("grpc", "thrift_binary", "thrift_compact", "thrift_http")
    return {"jaeger": {"protocols": {name: {"endpoint": None} for name in protocols}}}


def _service_graph(environment: Environment) -> dict[str, Any]:
    """The metrics generator, which writes to every replica of Prometheus.

    Each replica answers queries alone, so that each needs all metrics. A write through their
    Service would reach one of them.

    Source: https://grafana.com/docs/tempo/latest/metrics-from-traces/metrics-generator/
    """
    # The ratio is unknown where traces are kept because of their errors or duration.
    exact = sampling_method(environment) != "tail"
    multiplied = {"span_multiplier_key": RATIO} if exact else {}
    return {
        "metricsGenerator": {
            "enabled": True,
            "processor": {"service_graphs": multiplied, "span_metrics": multiplied},
            "registry": {"external_labels": {"source": NAME}},
            "storage": {
                "path": f"{VOLUME}/generator/wal",
                "remote_write": [
                    {"url": url, "send_exemplars": True} for url in _remote_writes(environment)
                ],
            },
            "traces_storage": {"path": f"{VOLUME}/generator/traces"},
        },
        "overrides": {"defaults": {"metrics_generator": {"processors": list(PROCESSORS)}}},
    }


def _remote_writes(environment: Environment) -> list[str]:
    """The addresses of the replicas of Prometheus; the operator makes the headless Service.

    https://prometheus-operator.dev/docs/platform/troubleshooting/
    """
    monitoring = environment.platform.monitoring
    namespace = monitoring.namespace or MONITORING
    return [
        f"http://prometheus-{PROMETHEUS}-prometheus-{index}.prometheus-operated.{namespace}.svc"
        f":{PROMETHEUS_PORT}/api/v1/write"
        for index in range(monitoring.prometheus.replicas)
    ]


def policies(environment: Environment) -> Policies:
    """Access to the bucket and its key.

    Source: https://grafana.com/docs/tempo/latest/configuration/hosted-storage/s3/
    """
    objects = (
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:GetObjectTagging",
        "s3:PutObject",
        "s3:PutObjectTagging",
    )
    return {"traces": bucket_access(environment, names.traces(environment), objects)}
