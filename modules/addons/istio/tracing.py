"""Traces of the mesh: providers of the mesh's configuration, and what is sent to them.

Without the Telemetry resource sidecars and gateways send nothing. It is made when the collector
runs, and deleted before it.
"""

from collections.abc import Sequence
from typing import Any, Final

from config.environment import Environment
from modules.helm.contract import Manifest
from modules.helm.manifests import manifest
from modules.helm.traces import (
    OTLP_GRPC,
    PROVIDER,
    TRACED_REQUESTS,
    collector_host,
    mesh_percentage,
    sampling_method,
    tracing_on,
)

TELEMETRY: Final = ("telemetry.istio.io/v1", "Telemetry")

LOGGED: Final = {
    "trace_id": "%TRACE_ID%",
    "method": "%REQ(:METHOD)%",
    "authority": "%REQ(:AUTHORITY)%",
    "protocol": "%PROTOCOL%",
    "response_code": "%RESPONSE_CODE%",
    "response_flags": "%RESPONSE_FLAGS%",
    "duration": "%DURATION%",
    "bytes_received": "%BYTES_RECEIVED%",
    "bytes_sent": "%BYTES_SENT%",
    "upstream_cluster": "%UPSTREAM_CLUSTER%",
}
"""Fields of the log entry of a request. The path, whose query may hold a secret, is in the trace.
https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage"""

TRACED: Final = "request.headers['traceparent'].endsWith('-01')"
"""Requests of which a trace is made: the last field of the header says so.
https://www.w3.org/TR/trace-context/#trace-flags"""


def trace_providers(environment: Environment) -> dict[str, Any]:
    """The part of the mesh's configuration that is about traces.

    Source: https://istio.io/latest/docs/tasks/observability/distributed-tracing/opentelemetry/
    """
    if not tracing_on(environment):
        return {}
    collector = {"service": collector_host(environment), "port": OTLP_GRPC}
    providers: list[dict[str, Any]] = [{"name": PROVIDER, "opentelemetry": collector}]
    if sampling_method(environment) == "head":
        log = {"path": "/dev/stdout", "logFormat": {"labels": LOGGED}}
        providers.append({"name": TRACED_REQUESTS, "envoyFileAccessLog": log})
    return {"enableTracing": True, "extensionProviders": providers}


def telemetry(environment: Environment, root_namespace: str) -> Sequence[Manifest]:
    """Which requests of the whole mesh are traced, and logged with the id of their trace.

    Only traced requests are logged. Where the collector chooses among all requests, logs of all of
    them would be the price, so that there are none.

    Args:
        root_namespace: the namespace of the control plane.

    Source: https://istio.io/latest/docs/reference/config/telemetry/
    """
    spec: dict[str, Any] = {
        "tracing": [
            {
                "providers": [{"name": PROVIDER}],
                "randomSamplingPercentage": mesh_percentage(environment),
            }
        ]
    }
    if sampling_method(environment) == "head":
        spec["accessLogging"] = [
            {"providers": [{"name": TRACED_REQUESTS}], "filter": {"expression": TRACED}}
        ]
    return (manifest(*TELEMETRY, PROVIDER, spec, namespace=root_namespace),)
