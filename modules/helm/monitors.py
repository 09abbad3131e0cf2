"""PodMonitors for add-ons whose chart has none."""

from collections.abc import Mapping
from typing import Final

from modules.helm.contract import Context, Manifest
from modules.helm.manifests import manifest
from modules.helm.metrics import metrics_on

MONITORING_API: Final = "monitoring.coreos.com/v1"


def pod_monitors(
    context: Context, name: str, labels: Mapping[str, str], port: str
) -> tuple[Manifest, ...]:
    """A PodMonitor in the add-on's namespace; none where monitoring is disabled.

    Args:
        port: name of the metrics port.

    Source: https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PodMonitor
    """
    if not metrics_on(context.environment):
        return ()
    spec = {"selector": {"matchLabels": dict(labels)}, "podMetricsEndpoints": [{"port": port}]}
    return (manifest(MONITORING_API, "PodMonitor", name, spec, namespace=context.namespace),)
