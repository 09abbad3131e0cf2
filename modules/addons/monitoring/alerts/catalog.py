"""All parts that are watched, and the objects that an environment gets of them."""

import json
from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from modules.addons.monitoring.alerts import (
    argo_cd,
    backups,
    certificates,
    haproxy,
    ingress,
    ingress_nginx,
    karpenter,
    logs,
    nginx,
    nodes,
    pods,
    secrets,
    traefik,
    volumes,
)
from modules.addons.monitoring.alerts.component import Part
from modules.helm.contract import Context, Manifest
from modules.helm.manifests import manifest

PARTS: Final[tuple[Part, ...]] = (
    nodes.NODES,
    pods.PODS,
    volumes.VOLUMES,
    karpenter.KARPENTER,
    certificates.CERTIFICATES,
    ingress.INGRESSES,
    nginx.NGINX,
    traefik.TRAEFIK,
    haproxy.HAPROXY,
    ingress_nginx.INGRESS_NGINX,
    argo_cd.ARGO_CD,
    secrets.SECRETS,
    logs.LOGS,
    backups.BACKUPS,
)
"""In the order of the docs."""

DASHBOARD_LABEL: Final = {"grafana_dashboard": "1"}
"""What Grafana's sidecar looks for in ConfigMaps of all namespaces
(`grafana.sidecar.dashboards.label`)."""


FOLDER: Final = {"grafana_folder": "Platform"}
"""The folder in Grafana (`grafana.sidecar.dashboards.folderAnnotation`)."""


def parts(environment: Environment) -> tuple[Part, ...]:
    """The parts that an environment has.

    Args:
        environment: the environment.
    """
    return tuple(part for part in PARTS if part.installed(environment))


def resources(context: Context) -> tuple[Manifest, ...]:
    """The alerts as PrometheusRules and the dashboards as ConfigMaps, one for each part.

    A dashboard has a few kilobytes, so that all of them stay far below the megabyte that a
    ConfigMap or the Secret of a Helm release may have.

    Args:
        context: gives the environment and the namespace.
    """
    return tuple(_objects(context))


def _objects(context: Context) -> Iterator[Manifest]:
    for part in parts(context.environment):
        name = f"platform-{part.name}"
        group = {"name": name, "rules": part.rules(context.environment)}
        yield manifest(
            "monitoring.coreos.com/v1",
            "PrometheusRule",
            name,
            {"groups": [group]},
            namespace=context.namespace,
        )
        if part.dashboard is not None:
            text = json.dumps(part.dashboard.model(), separators=(",", ":"), sort_keys=True)
            yield {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {
                    "name": f"dashboard-{part.name}",
                    "namespace": context.namespace,
                    "labels": dict(DASHBOARD_LABEL),
                    "annotations": dict(FOLDER),
                },
                "data": {f"{name}.json": text},
            }
