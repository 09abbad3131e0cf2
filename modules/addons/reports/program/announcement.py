"""Announces a report by an alert in Alertmanager, which ends by itself.

https://prometheus.io/docs/alerting/latest/alerts_api/
"""

import json
import urllib.request
from datetime import datetime, timedelta
from typing import Final

from .period import Period
from .settings import ProgramSettings

ALERT: Final = "PlatformReport"

FIRES: Final = timedelta(minutes=10)
"""Longer than the time that Alertmanager waits for further alerts of a group."""

TIMEOUT_SECONDS: Final = 30


class AnnouncementError(Exception):
    """Alertmanager did not take the alert; the message says why."""


def announce(
    settings: ProgramSettings,
    period: Period,
    path: str,
    problems: list[str],
    now: datetime,
    namespace: str,
) -> None:
    """Posts the alert.

    Args:
        path: the path of the page in the bucket.
        problems: sections that could not be made.
        namespace: the namespace of the alert, as routes know it.

    Raises:
        AnnouncementError: Alertmanager did not take it.
    """
    failed = f" Without {', '.join(problems)}, whose queries failed." if problems else ""
    alert = {
        "labels": {
            "alertname": ALERT,
            "severity": settings.severity,
            "namespace": namespace,
            "cluster": settings.cluster,
            "environment": settings.environment,
            "report": period.kind,
        },
        "annotations": {
            "summary": f"The {period.kind} report of {settings.environment} is there.",
            "description": f"{period.title}.{failed} s3://{settings.bucket}/{path}",
            "runbook": "docs/reports.md",
            "link": link(settings, path),
        },
        "startsAt": now.isoformat(),
        "endsAt": (now + FIRES).isoformat(),
        "generatorURL": link(settings, path),
    }
    request = urllib.request.Request(  # noqa: S310 -- the platform's own Alertmanager
        f"{settings.alertmanager}/api/v2/alerts",
        json.dumps([alert]).encode(),
        {"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):  # noqa: S310
            pass
    except OSError as error:
        raise AnnouncementError(f"{settings.alertmanager}: {error}") from error


def link(settings: ProgramSettings, path: str) -> str:
    """The address of the page in the AWS console, for those who may read the bucket."""
    return f"{settings.console}&prefix={path}"
