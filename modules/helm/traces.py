"""What the mesh, the namespaces of teams and Grafana need to know about tracing."""

from typing import Final

from config.addons.tracing import SamplingMethod
from config.environment import Environment

NAMESPACE: Final = "tracing"
"""Default namespace of Tempo and the collector."""

COLLECTOR: Final = "otel-collector"
"""Release and Service of the collector."""

OTLP_GRPC: Final = 4317
OTLP_HTTP: Final = 4318
"""Ports of OTLP.
https://opentelemetry.io/docs/specs/otlp/"""

PROVIDER: Final = "platform-tracing"
"""The mesh's provider of traces, which a Telemetry resource names."""

TRACED_REQUESTS: Final = "platform-traced-requests"
"""The mesh's provider of access logs with trace ids."""

DATA_SOURCE: Final = "tempo"
"""The uid of the data source in Grafana."""


EXEMPLAR_LABEL: Final = "traceID"
"""Label of exemplars with the trace id, as Tempo's metrics generator writes it."""


def tracing_on(environment: Environment) -> bool:
    """Whether traces are collected."""
    return environment.platform.tracing.enabled


def tracing_namespace(environment: Environment) -> str:
    """The namespace of Tempo and the collector."""
    return environment.platform.tracing.namespace or NAMESPACE


def collector_host(environment: Environment) -> str:
    """The host name of the collector's Service."""
    return f"{COLLECTOR}.{tracing_namespace(environment)}.svc.cluster.local"


def sampling_method(environment: Environment) -> SamplingMethod:
    """Where the percentage of traces is applied."""
    configured = environment.platform.tracing.sampling.method
    return configured or ("head" if environment.platform.istio.enabled else "probabilistic")


def kept_percentage(environment: Environment) -> float:
    """The percentage of traces that are kept; a whole number where it is one."""
    percentage = environment.platform.tracing.sampling.percentage
    return int(percentage) if percentage == int(percentage) else percentage


def mesh_percentage(environment: Environment) -> float:
    """The percentage of requests of which the mesh makes traces."""
    return kept_percentage(environment) if sampling_method(environment) == "head" else 100
