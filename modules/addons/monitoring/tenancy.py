"""What keeps metrics and alerts of a namespace in it (I1).

Prometheus's operator adds the namespace of a monitor to its metrics, as the last relabeling, and
that of a PrometheusRule to its alerts and to every selector in its expressions.

Source: https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusSpec
"""

from typing import Any, Final

from config.environment import Environment
from modules.addons.catalog import enabled_addons

LABEL: Final = "namespace"

SYSTEM: Final = "kube-system"

RESOURCES: Final = ("podmonitors", "probes", "prometheusrules", "scrapeconfigs", "servicemonitors")


def enforced_namespace(environment: Environment) -> dict[str, Any]:
    """Values of Prometheus; none without teams.

    The platform's own namespaces are left out: their metrics and alerts are about others.
    """
    if not environment.teams:
        return {}
    addons = [each for each in enabled_addons(environment) if each.installed(environment)]
    namespaces = {SYSTEM, *(addon.namespace_in(environment) for addon in addons)}
    return {
        "enforcedNamespaceLabel": LABEL,
        "excludedFromEnforcement": [
            {"namespace": namespace, "resource": resource}
            for namespace in sorted(namespaces)
            for resource in RESOURCES
        ],
    }
