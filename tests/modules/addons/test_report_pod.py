"""The program of reports as its pod runs it: stored, announced, with its role (I2)."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from modules.addons.reports.objects import PACKAGE, program
from modules.addons.reports.program.period import last_period
from support.standin_prometheus import StandIns, stand_ins
from tools.emulator import LocalAws
from tools.report_sample import SETTINGS

DUBLIN = ZoneInfo("Europe/Dublin")


@pytest.fixture
def pod(tmp_path: Path) -> Path:
    """The files that the pod has, from its ConfigMaps."""
    package = tmp_path / PACKAGE
    package.mkdir()
    for name, text in program().items():
        (package / name).write_text(text)
    return tmp_path


def ran(
    pod: Path, servers: StandIns, aws: LocalAws, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Runs the program as the pod does, without any package but Python's own."""
    settings = replace(
        SETTINGS,
        prometheus=servers.address,
        alertmanager=servers.address,
        s3=aws.endpoint,
        sts=aws.endpoint,
    )
    (pod / "settings.json").write_text(json.dumps(asdict(settings)))
    return subprocess.run(
        [sys.executable, "-S", "-m", PACKAGE, "weekly"],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(pod),
            "REPORT_SETTINGS": str(pod),
            "REPORT_NAMESPACE": "reports",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        | variables,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def current(aws: LocalAws) -> Iterator[StandIns]:
    """Servers with metrics of the week before today, and a bucket."""
    aws.client("s3").create_bucket(Bucket=SETTINGS.bucket)
    with stand_ins(last_period("weekly", datetime.now(UTC), DUBLIN)) as started:
        yield started


def stored(aws: LocalAws) -> dict[str, Any]:
    found = aws.client("s3").list_objects_v2(Bucket=SETTINGS.bucket).get("Contents", [])
    return {each["Key"]: each for each in found}


def test_the_pod_stores_the_report_and_announces_it(
    pod: Path, current: StandIns, aws: LocalAws
) -> None:
    done = ran(pod, current, aws)
    assert (done.returncode, done.stderr) == (0, "")
    folder = f"prod/{current.period.folder}"
    assert done.stdout == f"s3://{SETTINGS.bucket}/{folder}/report.html\n"
    assert {f"{folder}/report.html", f"{folder}/cost-teams.csv"} <= set(stored(aws))
    html = aws.client("s3").get_object(Bucket=SETTINGS.bucket, Key=f"{folder}/report.html")
    assert html["ContentType"] == "text/html; charset=utf-8"
    assert "<h1>prod: Week" in html["Body"].read().decode()
    [alert] = current.alerts
    assert alert["labels"] == {
        "alertname": "PlatformReport",
        "severity": "info",
        "namespace": "reports",
        "cluster": "prod",
        "environment": "prod",
        "report": "weekly",
    }
    assert alert["generatorURL"].endswith(f"&prefix={folder}/report.html")
    assert f"s3://{SETTINGS.bucket}/{folder}/report.html" in alert["annotations"]["description"]
    length = datetime.fromisoformat(alert["endsAt"]) - datetime.fromisoformat(alert["startsAt"])
    assert length.total_seconds() == 600


def test_a_report_with_a_failed_section_is_stored_and_says_so(
    pod: Path, current: StandIns, aws: LocalAws
) -> None:
    current.failing = {"backups_made"}
    done = ran(pod, current, aws)
    assert done.returncode == 0
    assert done.stderr.startswith("backups: query backups_made: HTTP 422")
    [alert] = current.alerts
    assert "Without backups, whose queries failed." in alert["annotations"]["description"]


def test_a_report_that_cannot_be_stored_or_announced_fails_the_job(
    pod: Path, current: StandIns, aws: LocalAws
) -> None:
    current.alertmanager_fails = True
    done = ran(pod, current, aws)
    assert done.returncode == 1
    assert done.stderr == f"Error: {current.address}: HTTP Error 500: Internal Server Error\n"
    assert len(stored(aws)) > 8
    for key in stored(aws):
        aws.client("s3").delete_object(Bucket=SETTINGS.bucket, Key=key)
    aws.client("s3").delete_bucket(Bucket=SETTINGS.bucket)
    done = ran(pod, current, aws)
    assert done.returncode == 1
    assert re.match(r"Error: \S+: HTTP 404: .*NoSuchBucket", done.stderr, re.DOTALL)
    assert current.alerts == []


NONE = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}


def test_the_pod_takes_its_role_from_pod_identity(
    pod: Path, current: StandIns, aws: LocalAws
) -> None:
    (pod / "token").write_text("token of the pod")
    done = ran(
        pod,
        current,
        aws,
        **NONE,
        AWS_CONTAINER_CREDENTIALS_FULL_URI=f"{current.address}/v1/credentials",
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=str(pod / "token"),
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert current.tokens == ["token of the pod"]
    assert stored(aws)


def test_the_pod_takes_its_role_by_irsa(pod: Path, current: StandIns, aws: LocalAws) -> None:
    (pod / "token").write_text("token of the pod")
    done = ran(
        pod,
        current,
        aws,
        **NONE,
        AWS_WEB_IDENTITY_TOKEN_FILE=str(pod / "token"),
        AWS_ROLE_ARN="arn:aws:iam::123456789012:role/prod-reports",
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert stored(aws)


def test_a_pod_without_a_role_says_so(pod: Path, current: StandIns, aws: LocalAws) -> None:
    done = ran(pod, current, aws, **NONE)
    assert done.returncode == 1
    assert done.stderr == ("Error: the pod has no credentials: its service account has no role\n")
