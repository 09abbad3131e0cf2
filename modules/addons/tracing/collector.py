"""The OpenTelemetry Collector: values of its chart, and its Service for traces of other replicas.

Traces come by OTLP, get the metadata of the pod that sent them, and go to Tempo. How a trace is
kept depends on `sampling.method`:

* head: it was chosen where it began, so that all that arrive are kept.
* probabilistic: the collector keeps a percentage by trace id, so that each replica decides alone
  and the same.
* tail: one replica needs all spans of a trace. Whichever receives a span passes it on by trace id
  to the replica that decides.
"""

from collections.abc import Sequence
from typing import Any, Final

from config.environment import Environment
from modules.helm.contract import Context, Manifest, Values
from modules.helm.manifests import manifest
from modules.helm.metrics import metrics_on
from modules.helm.traces import COLLECTOR, OTLP_GRPC, kept_percentage, sampling_method
from modules.scheduling import resources, spread

IMAGE: Final = "open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-k8s"
REGISTRY: Final = "ghcr.io"

LABELS: Final = {
    "app.kubernetes.io/name": "opentelemetry-collector",
    "app.kubernetes.io/instance": COLLECTOR,
}
"""Labels that the chart sets on the pods."""

ROUTED: Final = "otel-collector-routed"
"""Headless Service, whose addresses are those of all replicas."""

ROUTED_PORT: Final = 4319
"""Port of spans from other replicas."""

METRICS_PORT: Final = 8888

RATIO: Final = "sampling.ratio"
"""Attribute with the ratio of traces that are kept, by which Tempo divides the numbers of requests.
It is not set where a source sets it itself."""

DEFAULT_MEMORY: Final = "512Mi"
TAIL_MEMORY: Final = "2Gi"

TEMPO: Final = "otlp_grpc/tempo"
LIMITER: Final = "memory_limiter"
"""First in each pipeline, so that senders try again later instead of the collector running out of
memory."""


def values(context: Context) -> Values:
    """The values; chart https://github.com/open-telemetry/opentelemetry-helm-charts/tree/opentelemetry-collector-0.170.0/charts/opentelemetry-collector."""
    environment = context.environment
    settings = environment.platform.tracing.collector
    tail = sampling_method(environment) == "tail"
    memory = settings.memory or (TAIL_MEMORY if tail else DEFAULT_MEMORY)
    several = settings.replicas > 1
    metrics = metrics_on(environment)
    return {
        "mode": "deployment",
        "fullnameOverride": COLLECTOR,
        "image": {"repository": f"{REGISTRY}/{IMAGE}"},
        "command": {"name": "otelcol-k8s"},
        "replicaCount": settings.replicas,
        "resources": resources(settings.cpu, memory),
        "podDisruptionBudget": {"enabled": several, **({"maxUnavailable": 1} if several else {})},
        "topologySpreadConstraints": spread(LABELS),
        "podSecurityContext": {
            "runAsNonRoot": True,
            "runAsUser": 10001,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "presets": {"kubernetesAttributes": {"enabled": True}},
        "ports": _ports(metrics=metrics, tail=tail),
        "serviceMonitor": {"enabled": metrics},
        "config": _config(context, tail=tail),
    }


def _ports(*, metrics: bool, tail: bool) -> dict[str, Any]:
    ports: dict[str, Any] = {
        name: {"enabled": False}
        for name in ("jaeger-compact", "jaeger-grpc", "jaeger-thrift", "zipkin")
    }
    ports["metrics"] = {"enabled": metrics}
    if tail:
        ports["otlp-routed"] = {
            "enabled": True,
            "containerPort": ROUTED_PORT,
            "servicePort": ROUTED_PORT,
            "protocol": "TCP",
            "appProtocol": "grpc",
        }
    return ports


def _config(context: Context, *, tail: bool) -> dict[str, Any]:
    """The configuration, over the chart's; the preset adds the metadata of pods to pipelines.

    https://opentelemetry.io/docs/collector/configuration/
    """
    environment = context.environment
    exporters: dict[str, Any] = {
        "debug": None,
        TEMPO: {
            "endpoint": f"tempo.{context.namespace}.svc:{OTLP_GRPC}",
            "tls": {"insecure": True},
            # Ten minutes cover a restart of Tempo on another node.
            "retry_on_failure": {"max_elapsed_time": "10m"},
        },
    }
    receivers: dict[str, Any] = dict.fromkeys(("jaeger", "prometheus", "zipkin"))
    processors = _processors(environment)
    pipelines: dict[str, Any] = {
        "logs": None,
        "metrics": None,
        "traces": {
            "receivers": ["otlp"],
            "processors": [LIMITER, *processors, "batch"],
            "exporters": [TEMPO],
        },
    }
    if tail:
        endpoint = f"${{env:MY_POD_IP}}:{ROUTED_PORT}"
        receivers["otlp/routed"] = {"protocols": {"grpc": {"endpoint": endpoint}}}
        exporters["loadbalancing"] = _to_replicas(context)
        pipelines["traces"] |= {"processors": [LIMITER, "batch"], "exporters": ["loadbalancing"]}
        pipelines["traces/routed"] = {
            "receivers": ["otlp/routed"],
            "processors": [LIMITER, *processors, "batch"],
            "exporters": [TEMPO],
        }
    return {
        "receivers": receivers,
        "processors": processors,
        "exporters": exporters,
        "service": {"pipelines": pipelines},
    }


def _processors(environment: Environment) -> dict[str, Any]:
    """The processors that choose traces, in order."""
    ratio = round(kept_percentage(environment) / 100, 6)
    noted = {"resource/ratio": {"attributes": [{"key": RATIO, "value": ratio, "action": "insert"}]}}
    match sampling_method(environment):
        case "head":
            return noted
        case "probabilistic":
            percentage = {"sampling_percentage": kept_percentage(environment)}
            return {"probabilistic_sampler": percentage, **noted}
        case "tail":
            return {"tail_sampling": _tail(environment)}


def _tail(environment: Environment) -> dict[str, Any]:
    """https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/v0.158.0/processor/tailsamplingprocessor."""
    sampling = environment.platform.tracing.sampling
    percentage = {"sampling_percentage": kept_percentage(environment)}
    return {
        "decision_wait": f"{sampling.wait_seconds}s",
        "policies": [
            {
                "name": "errors",
                "type": "status_code",
                "status_code": {"status_codes": ["ERROR"]},
            },
            {"name": "slow", "type": "latency", "latency": {"threshold_ms": sampling.slow_ms}},
            {"name": "percentage", "type": "probabilistic", "probabilistic": percentage},
        ],
    }


def _to_replicas(context: Context) -> dict[str, Any]:
    """https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/v0.158.0/exporter/loadbalancingexporter."""
    hostname = f"{ROUTED}.{context.namespace}.svc.cluster.local"
    return {
        "routing_key": "traceID",
        "protocol": {"otlp": {"tls": {"insecure": True}}},
        "resolver": {"dns": {"hostname": hostname, "port": str(ROUTED_PORT)}},
    }


def routed_service(context: Context) -> Sequence[Manifest]:
    """The headless Service by which replicas find each other, for `tail`."""
    if sampling_method(context.environment) != "tail":
        return ()
    port = {"name": "otlp-routed", "port": ROUTED_PORT, "appProtocol": "grpc"}
    spec = {"clusterIP": "None", "selector": LABELS, "ports": [port]}
    return (manifest("v1", "Service", ROUTED, spec, namespace=context.namespace),)
