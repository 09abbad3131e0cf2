"""The settings of the program, from those of the environment."""

import json
from collections.abc import Iterator
from typing import Any, Final

from config.derived import names
from config.environment import Environment
from modules.addons.monitoring.grafana import SERVICE as GRAFANA
from modules.addons.monitoring.values import NAME as PROMETHEUS
from modules.helm.metrics import MONITORING
from modules.identity.service_names import endpoint

PROMETHEUS_PORT: Final = 9090
ALERTMANAGER_PORT: Final = 9093
GRAFANA_PORT: Final = 3000
"""Ports of the pods.
https://github.com/prometheus-community/helm-charts/blob/main/charts/kube-prometheus-stack/values.yaml"""


def program_settings(environment: Environment) -> str:
    """The content of settings.json."""
    settings, region = environment.platform.reports, environment.region
    prometheus = _service(environment, "prometheus", PROMETHEUS_PORT)
    alertmanager = _service(environment, "alertmanager", ALERTMANAGER_PORT)
    made: dict[str, Any] = {
        "environment": environment.name,
        "cluster": environment.cluster_name,
        "region": region,
        "time_zone": settings.time_zone,
        "teams": {name: sorted(team.namespaces) for name, team in environment.teams.items()},
        "controller": environment.platform.ingress.controller,
        "left_out": dict(_left_out(environment)),
        "prometheus": prometheus,
        "alertmanager": alertmanager if settings.announcement.enabled else "",
        "grafana": _grafana(environment) if settings.pictures else "",
        "panels": [each.model_dump() for each in settings.pictures.panels]
        if settings.pictures
        else [],
        "severity": settings.announcement.severity,
        "s3": f"https://{endpoint(environment.partition, region, 's3')}",
        "sts": f"https://{endpoint(environment.partition, region, 'sts')}",
        "console": _console(environment),
        "bucket": names.reports(environment).bucket,
        "prefix": environment.cluster_name,
    }
    return json.dumps(made, indent=2, sort_keys=True)


def _service(environment: Environment, name: str, port: int) -> str:
    namespace = environment.platform.monitoring.namespace or MONITORING
    return f"http://{PROMETHEUS}-{name}.{namespace}.svc:{port}"


def _grafana(environment: Environment) -> str:
    namespace = environment.platform.monitoring.namespace or MONITORING
    return f"http://{GRAFANA}.{namespace}.svc"


def _left_out(environment: Environment) -> Iterator[tuple[str, str]]:
    """The sections that are not in the report, with the reason."""
    platform = environment.platform
    if not environment.teams:
        yield "teams", "there are no teams."
    if not platform.velero.enabled:
        yield "backups", "platform.velero, whose backups it would show, is not enabled."
    if not platform.opencost.enabled:
        yield "cost", "platform.opencost, which calculates it, is not enabled."


def _console(environment: Environment) -> str:
    """The address of the bucket's objects in the AWS console, without the object."""
    hosts = {
        "aws": "console.aws.amazon.com",
        "aws-cn": "console.amazonaws.cn",
        "aws-us-gov": "console.amazonaws-us-gov.com",
    }
    region, bucket = environment.region, names.reports(environment).bucket
    host = hosts[environment.partition]
    host = f"{region}.{host}" if environment.partition == "aws" else host
    return f"https://{host}/s3/object/{bucket}?region={region}"
