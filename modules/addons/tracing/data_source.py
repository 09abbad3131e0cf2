"""Tempo as a data source of Grafana, with links from spans to logs and metrics."""

import json
from collections.abc import Sequence
from typing import Any, Final

from config.environment import Environment
from modules.addons.tracing.tempo import NAME, PORT
from modules.helm.contract import Context, Manifest
from modules.helm.logs import GRAFANA_UID, logs_in_elasticsearch
from modules.helm.metrics import (
    DATA_SOURCE_LABELS,
    PROMETHEUS_UID,
    metrics_on,
    monitoring_namespace,
)
from modules.helm.traces import DATA_SOURCE

QUERIES: Final = {
    "Requests per second": "sum(rate(traces_spanmetrics_calls_total{$$__tags}[5m]))",
    "Errors per second": (
        'sum(rate(traces_spanmetrics_calls_total{$$__tags, status_code="STATUS_CODE_ERROR"}[5m]))'
    ),
    "95th percentile of the duration": (
        "histogram_quantile(0.95, "
        "sum by (le) (rate(traces_spanmetrics_latency_bucket{$$__tags}[5m])))"
    ),
}
"""Metrics of the service of a span, by the title of their link. Grafana reads `$$` as `$`."""

HOUR: Final = "1h"


def data_source(context: Context) -> Sequence[Manifest]:
    """The ConfigMap with the data source, in Grafana's namespace; none without Grafana.

    Source: https://grafana.com/docs/grafana/latest/datasources/tempo/configure-tempo-data-source/
    """
    if not metrics_on(context.environment):
        return ()
    source = {
        "name": "Tempo",
        "uid": DATA_SOURCE,
        "type": "tempo",
        "access": "proxy",
        "editable": False,
        "url": f"http://{NAME}.{context.namespace}.svc:{PORT}",
        "jsonData": {
            "nodeGraph": {"enabled": True},
            **_logs(context.environment),
            **_metrics(context.environment),
        },
    }
    # JSON is YAML.
    text = json.dumps({"apiVersion": 1, "datasources": [source]})
    return (
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": "grafana-data-source",
                "namespace": monitoring_namespace(context.environment),
                "labels": dict(DATA_SOURCE_LABELS),
            },
            "data": {"tempo.yaml": text},
        },
    )


def _logs(environment: Environment) -> dict[str, Any]:
    """The log entries with the id of a trace, where they are in the platform's Elasticsearch."""
    if not logs_in_elasticsearch(environment):
        return {}
    return {
        "tracesToLogsV2": {
            "datasourceUid": GRAFANA_UID,
            "spanStartTimeShift": f"-{HOUR}",
            "spanEndTimeShift": HOUR,
            "customQuery": True,
            "query": 'fields.trace_id:"$${__trace.traceId}"',
        }
    }


def _metrics(environment: Environment) -> dict[str, Any]:
    """The metrics that Tempo makes of traces."""
    if not environment.platform.tracing.service_graph:
        return {}
    return {
        "serviceMap": {"datasourceUid": PROMETHEUS_UID},
        "tracesToMetrics": {
            "datasourceUid": PROMETHEUS_UID,
            "spanStartTimeShift": f"-{HOUR}",
            "spanEndTimeShift": HOUR,
            "tags": [{"key": "service.name", "value": "service"}],
            "queries": [{"name": name, "query": query} for name, query in QUERIES.items()],
        },
    }
