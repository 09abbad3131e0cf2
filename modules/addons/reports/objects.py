"""The objects of the reports: CronJobs, the program and its account."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from config import versions
from config.addons.reports import WeeklyReport
from config.environment import Environment
from modules.addons.reports.program_settings import program_settings
from modules.helm.contract import Context, Manifest
from modules.helm.manifests import manifest
from modules.scheduling import SYSTEM_TOLERATIONS, resources

NAME: Final = "reports"
"""Release, namespace, service account, and the label of the pods."""

IMAGE: Final = "docker/library/python"
"""The image of the Python project in slim form, for what it has: Python, root certificates and time
zones. The image of the AWS CLI has no Python of its own to rely on, those with AWS's SDK no time
zones, and the program sends AWS two requests only."""

PROGRAM: Final = Path(__file__).with_name("program")
PACKAGE: Final = "report"
"""The name of the program's package in the pod."""

LABELS: Final = {"app.kubernetes.io/name": NAME}

DEADLINE_SECONDS: Final = 1800
LATE_SECONDS: Final = 6 * 3600
FINISHED_SECONDS: Final = 3 * 24 * 3600
"""Jobs with their pods and logs are kept over a weekend."""

KEPT: Final = 3
USER: Final = 65532


def program() -> dict[str, str]:
    """The files of the program."""
    files = sorted([*PROGRAM.glob("*.py"), *PROGRAM.glob("*.css")])
    return {file.name: file.read_text(encoding="utf-8") for file in files}


def objects(context: Context) -> list[Manifest]:
    """All objects."""
    return [
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {
                "name": NAME,
                "namespace": context.namespace,
                "annotations": context.role_annotations,
            },
            # The program does not use the Kubernetes API.
            "automountServiceAccountToken": False,
        },
        _config_map(context, "report-program", program()),
        _config_map(
            context, "report-settings", {"settings.json": program_settings(context.environment)}
        ),
        *_cron_jobs(context),
    ]


def _config_map(context: Context, name: str, data: dict[str, str]) -> Manifest:
    metadata = {"name": name, "namespace": context.namespace}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def cron_job_name(period: str) -> str:
    """The name of the CronJob of weekly or monthly reports."""
    return f"report-{period}"


def _cron_jobs(context: Context) -> Iterator[Manifest]:
    for period, schedule in context.environment.platform.reports.schedules.items():
        yield _cron_job(context, period, schedule)


def _cron_job(context: Context, period: str, schedule: WeeklyReport) -> Manifest:
    """Source: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/."""
    settings = context.environment.platform.reports
    spec = {
        "schedule": schedule.cron,
        "timeZone": settings.time_zone,
        "concurrencyPolicy": "Forbid",
        "startingDeadlineSeconds": LATE_SECONDS,
        "successfulJobsHistoryLimit": KEPT,
        "failedJobsHistoryLimit": KEPT,
        "jobTemplate": {
            "spec": {
                "backoffLimit": 3,
                "activeDeadlineSeconds": DEADLINE_SECONDS,
                "ttlSecondsAfterFinished": FINISHED_SECONDS,
                "template": {"metadata": {"labels": dict(LABELS)}, "spec": _pod(context, period)},
            }
        },
    }
    name = cron_job_name(period)
    return manifest("batch/v1", "CronJob", name, spec, namespace=context.namespace)


def _pod(context: Context, period: str) -> dict[str, Any]:
    environment = context.environment
    mounts = {"program": f"/program/{PACKAGE}", "settings": "/settings"}
    variables = {
        "PYTHONPATH": "/program",
        # The file system is read-only.
        "PYTHONDONTWRITEBYTECODE": "1",
        "REPORT_SETTINGS": mounts["settings"],
        "REPORT_NAMESPACE": context.namespace,
    }
    container = {
        "name": "report",
        "image": image(environment),
        "command": ["python", "-m", PACKAGE, period],
        "env": [
            *({"name": name, "value": value} for name, value in variables.items()),
            *_token(environment),
        ],
        "resources": resources("100m", environment.platform.reports.memory),
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [
            {"name": name, "mountPath": path, "readOnly": True} for name, path in mounts.items()
        ],
    }
    return {
        "serviceAccountName": NAME,
        "automountServiceAccountToken": False,
        # A failed attempt stays as a pod with its log.
        "restartPolicy": "Never",
        "tolerations": SYSTEM_TOLERATIONS,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": USER,
            "runAsGroup": USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [container],
        "volumes": [{"name": name, "configMap": {"name": f"report-{name}"}} for name in mounts],
    }


def _token(environment: Environment) -> Iterator[dict[str, Any]]:
    """The token for Grafana, which is in no file of the pod."""
    pictures = environment.platform.reports.pictures
    if pictures:
        name, _, key = pictures.token.partition(":")
        # Without it the report comes without pictures: the token is made when Grafana runs already.
        reference = {"secretKeyRef": {"name": name, "key": key, "optional": True}}
        yield {"name": "GRAFANA_TOKEN", "valueFrom": reference}


def image(environment: Environment) -> str:
    """The image of the pod."""
    pin = versions.table().images[IMAGE]
    registry = environment.platform.charts.image_registry or pin.registry
    return f"{registry}/{IMAGE}:{pin.version}"
