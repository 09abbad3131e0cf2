"""The program of the reports: periods, queries, figures, the page, and where it stores it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
import yaml
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials

from modules.addons.reports.objects import PACKAGE, program
from modules.addons.reports.program.__main__ import files, made
from modules.addons.reports.program.alerts import episodes
from modules.addons.reports.program.aws import Credentials, signed
from modules.addons.reports.program.model import Column, Table
from modules.addons.reports.program.page import Report, page
from modules.addons.reports.program.period import last_period
from modules.addons.reports.program.prometheus import Series
from modules.addons.reports.program.queries import ALERT_STEP, QUERIES
from modules.addons.reports.program.sections import SECTIONS
from modules.addons.reports.program.sheet import csv_text
from modules.addons.reports.program.teams import teams
from modules.addons.reports.program.units import hours, share, usd
from support.alert_cases import run
from support.prometheus_tools import promtool
from support.promql import selectors
from support.standin_prometheus import StandIns, stand_ins
from tools.docs.runbook import components
from tools.emulator import LocalAws
from tools.report_sample import NOW, SETTINGS, reader, sample

DUBLIN = ZoneInfo("Europe/Dublin")
WEEK = last_period("weekly", NOW, DUBLIN)
METRICS = Path(__file__).parents[3] / "modules" / "addons" / "reports" / "metrics.yaml"
TARGET_LABELS = {"job", "instance", "namespace", "service", "endpoint", "pod", "container"}


@pytest.fixture
def servers() -> Iterator[StandIns]:
    with stand_ins(WEEK) as started:
        yield started


def report(servers: StandIns, **changes: Any) -> Report:
    settings = replace(SETTINGS, prometheus=servers.address, **changes)
    return made(settings, WEEK, NOW)


class Reader(HTMLParser):
    """What a page says and refers to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.mark.parametrize(
    ("kind", "now", "zone", "start", "hours_", "folder"),
    [
        ("weekly", "2026-11-23T06:00", "Europe/Dublin", "2026-11-16T00:00", 168, "2026-W47"),
        # Still Sunday in New York, so that the week is not over there.
        ("weekly", "2026-11-23T02:00", "America/New_York", "2026-11-09T05:00", 168, "2026-W46"),
        # Clocks go back.
        ("weekly", "2026-10-26T06:00", "Europe/Dublin", "2026-10-18T23:00", 169, "2026-W43"),
        ("weekly", "2027-01-04T06:00", "UTC", "2026-12-28T00:00", 168, "2026-W53"),
        ("monthly", "2027-03-01T07:00", "UTC", "2027-02-01T00:00", 672, "2027-02"),
        ("monthly", "2027-01-31T23:30", "Asia/Tokyo", "2026-12-31T15:00", 744, "2027-01"),
    ],
)
def test_a_report_is_of_the_last_whole_week_or_month_of_its_time_zone(
    kind: str, now: str, zone: str, start: str, hours_: int, folder: str
) -> None:
    moment = datetime.fromisoformat(f"{now}:00+00:00")
    period = last_period(kind, moment, ZoneInfo(zone))
    assert period.start == datetime.fromisoformat(f"{start}:00+00:00")
    assert period.hours == hours_
    assert period.folder == f"{kind}/{folder}"


def documented() -> dict[str, set[str]]:
    """The labels of each metric that the reports, or the alerts and dashboards, may read."""
    read = [each["labels"] for each in yaml.safe_load(METRICS.read_text())]
    read += [metrics.labels for each in components() for metrics in each.metrics]
    found: dict[str, set[str]] = {}
    for metric, labels in (pair for each in read for pair in each.items()):
        found.setdefault(metric, set(TARGET_LABELS)).update(labels)
    return found


@pytest.mark.parametrize("name", QUERIES)
def test_queries_select_documented_metrics_and_labels(name: str) -> None:
    known, found = documented(), selectors(QUERIES[name])
    assert found
    assert [
        (metric, labels)
        for metric, labels in found
        if metric not in known or not labels <= known[metric]
    ] == []


def test_metrics_that_are_documented_for_reports_are_read() -> None:
    read = {metric for expr in QUERIES.values() for metric, _ in selectors(expr)}
    listed = [metric for each in yaml.safe_load(METRICS.read_text()) for metric in each["labels"]]
    assert [metric for metric in listed if metric not in read] == []


def test_prometheus_parses_every_query(tmp_path: Path) -> None:
    records = [{"record": f"a:{n}", "expr": each} for n, each in enumerate(QUERIES.values())]
    rules = {"groups": [{"name": "queries", "rules": records}]}
    assert run(promtool(), tmp_path, "check", "rules", "rules.yaml", rules=rules) == ""


SHOP = 'namespace="shop",severity="warning"'

EVALUATED = {
    "deployments_short": (
        {
            'kube_deployment_spec_replicas{namespace="shop",deployment="web"}': "4x60",
            'kube_deployment_status_replicas_available{namespace="shop",deployment="web"}': "3x60",
            'kube_deployment_spec_replicas{namespace="shop",deployment="off"}': "0x60",
            'kube_deployment_status_replicas_available{namespace="shop",deployment="off"}': "0x60",
            'kube_deployment_spec_replicas{namespace="shop",deployment="all"}': "2x60",
            'kube_deployment_status_replicas_available{namespace="shop",deployment="all"}': "2x60",
        },
        {'{namespace="shop", deployment="web"}': 0.75},
    ),
    "cpu_requested": (
        {
            'kube_pod_container_resource_requests{namespace="shop",pod="a",container="c",'
            'resource="cpu"}': "0.5x60",
            'kube_pod_status_phase{namespace="shop",pod="a",phase="Running"}': "1x60",
            'kube_pod_container_resource_requests{namespace="shop",pod="ended",container="c",'
            'resource="cpu"}': "3x60",
            'kube_pod_status_phase{namespace="shop",pod="ended",phase="Running"}': "0x60",
        },
        {'{namespace="shop"}': 0.5},
    ),
    # A pod of four cores for a quarter of the hour, on a node whose core costs 0.02 an hour. The
    # exporter was replaced within the hour.
    "cost_cpu": (
        {
            'container_cpu_allocation{namespace="shop",pod="a",container="c",node="n"}': (
                "_x45 4x14 _x30"
            ),
            'node_cpu_hourly_cost{node="n",pod="old"}': "0.02x29 _x40",
            'node_cpu_hourly_cost{node="n",pod="new"}': "_x30 0.02x40",
            'node_total_hourly_cost{node="n",pod="old"}': "1x29 _x40",
            'node_total_hourly_cost{node="n",pod="new"}': "_x30 1x40",
        },
        {'{namespace="shop"}': 0.02},
    ),
    # 100 GiB, mounted by two pods.
    "cost_volumes": (
        {
            f'pod_pvc_allocation{{namespace="shop",pod="{pod}",persistentvolume="v"}}': (
                f"{100 * 1024**3}x70"
            )
            for pod in "ab"
        }
        | {
            'pv_hourly_cost{persistentvolume="v"}': "0.0001x70",
            'node_total_hourly_cost{node="n"}': "1x70",
        },
        {'{namespace="shop"}': 0.01},
    ),
    "alerts": (
        {
            f'ALERTS{{alertname="{name}",{SHOP},alertstate="{state}",pod="{pod}"}}': "1x60"
            for name, state, pod in (
                ("A", "firing", "a"),
                ("A", "firing", "b"),
                ("B", "pending", "a"),
            )
        }
        | {
            'ALERTS{alertname="Watchdog",severity="none",alertstate="firing"}': "1x60",
        },
        {'{alertname="A", namespace="shop", severity="warning"}': 2},
    ),
}


@pytest.mark.parametrize("name", EVALUATED)
def test_prometheus_evaluates_queries_as_they_are_meant(name: str, tmp_path: Path) -> None:
    series, expected = EVALUATED[name]
    test = {
        "interval": "1m",
        "input_series": [{"series": key, "values": values} for key, values in series.items()],
        "promql_expr_test": [
            {
                "expr": f"round({QUERIES[name]}, 0.0001)",
                "eval_time": "59m59s",
                "exp_samples": [{"labels": key, "value": value} for key, value in expected.items()],
            }
        ],
    }
    tests = {"rule_files": [], "evaluation_interval": "1m", "tests": [test]}
    assert run(promtool(), tmp_path, "test", "rules", "tests.yaml", tests=tests) == ""


def test_the_report_has_all_sections_and_the_figures_of_prometheus(servers: StandIns) -> None:
    found = report(servers)
    assert [each.name for each in found.sections] == list(SECTIONS)
    assert [each.problem for each in found.sections] == [""] * len(SECTIONS)
    assert found.sections == sample().sections
    figures = {each.title: each for section in found.sections for each in section.figures}
    assert figures["Critical alerts"].value == "2"
    assert figures["Backups"].detail == "1 failed"
    assert figures["Workloads available"].state == "good"


def test_every_hour_of_the_period_is_read_once_and_alerts_every_five_minutes(
    servers: StandIns,
) -> None:
    report(servers)
    start, end = int(WEEK.start.timestamp()), int(WEEK.end.timestamp())
    alerts = servers.asked.pop("alerts")
    assert alerts == (start + ALERT_STEP, end, ALERT_STEP)
    assert set(servers.asked.values()) == {(start + 3600, end, 3600)}
    assert set(servers.asked) == {
        name for name in QUERIES if not re.match("(ingress-nginx|traefik|haproxy)_|alerts$", name)
    }


def test_a_query_that_fails_marks_its_section_only(servers: StandIns) -> None:
    servers.failing = {"cpu_used"}
    found = report(servers)
    problems = {each.name: each.problem for each in found.sections if each.problem}
    assert problems == {
        "capacity": "query cpu_used: HTTP 422: query processing would load too many samples into "
        "memory in query execution"
    }
    text = Reader(page(found)).text
    assert "This section could not be made. query cpu_used: HTTP 422" in text
    assert "Cost by team" in text


def test_a_report_comes_also_where_prometheus_does_not_answer() -> None:
    with stand_ins(WEEK) as gone:
        pass
    found = report(gone)
    assert all("Connection refused" in each.problem for each in found.sections)
    assert "This section could not be made" in page(found)


def test_what_is_not_installed_is_left_out_and_named(servers: StandIns) -> None:
    found = report(servers, left_out={"cost": "platform.opencost is not enabled."})
    assert "cost" not in [each.name for each in found.sections]
    assert not [name for name in servers.asked if name.startswith("cost")]
    assert "Cost: platform.opencost is not enabled." in Reader(page(found)).text
    assert not [name for name in files(found) if name.startswith("cost")]


def test_hours_without_metrics_are_said(servers: StandIns) -> None:
    servers.empty = {"targets"}
    text = Reader(page(report(servers))).text
    assert "Prometheus has no metrics of 168 of the 168 hours" in text
    assert "has no metrics" not in Reader(page(sample())).text


def test_a_platform_without_any_metrics_has_an_empty_report(servers: StandIns) -> None:
    servers.empty = set(QUERIES)
    found = report(servers)
    assert [each.problem for each in found.sections] == [""] * len(SECTIONS)
    assert "No alert was firing in this period." in Reader(page(found)).text


@pytest.mark.parametrize(
    ("controller", "label"),
    [("ingress-nginx", "namespace"), ("traefik", "exported_service"), ("haproxy", "proxy")],
)
def test_requests_are_those_of_the_chosen_ingress_controller(
    servers: StandIns, controller: str, label: str
) -> None:
    assert f"sum by ({label})" in QUERIES[f"{controller}_requests"]
    report(servers, controller=controller)
    assert {f"{controller}_requests", f"{controller}_errors"} <= set(servers.asked)
    assert "nginx_requests" not in servers.asked


def test_cost_and_idle_add_up_to_nodes_volumes_and_load_balancers() -> None:
    [cost] = [each for each in sample().sections if each.name == "cost"]
    for table in cost.tables:
        shares = [float(str(row[-1])) for row in table.rows]
        assert sum(shares) == pytest.approx(1)
    teams, namespaces = (sum(float(str(row[-2])) for row in table.rows) for table in cost.tables)
    assert teams == pytest.approx(namespaces)


def test_teams_have_what_the_sections_say_of_their_namespaces() -> None:
    sections = {each.name: each for each in sample().sections}
    [table] = sections["teams"].tables
    rows = {str(row[0]): row[1:] for row in table.rows}
    assert list(rows) == ["payments", "search", "shop", "(no team)"]
    by_team = {str(row[0]): row for row in sections["cost"].tables[0].rows}
    for team, row in rows.items():
        assert row[-1] == pytest.approx(by_team[team][-2])
    # 2 h 15 min of 11 workloads in 168 hours, and 55 minutes of NginxErrors.
    assert rows["shop"][:3] == pytest.approx([2, 1 - 2.25 / (11 * 168), 55 / 60])
    without = replace(SETTINGS, left_out={"cost": ""})
    [table] = teams(reader(WEEK), without).tables
    assert [each.title for each in table.columns][-1] == "Memory requested"


def test_an_alert_fires_once_for_each_stretch_without_a_gap() -> None:
    times = [0, 300, 600, 1500, 1800, 9000]
    assert episodes(Series({}, dict.fromkeys(times, 1.0))) == 3


def test_the_page_loads_and_runs_nothing_and_escapes_names() -> None:
    evil = Table("t", "<b>caption</b>", (Column("Name"),), [("<script>alert(1)</script>",)])
    found = sample()
    first = replace(found.sections[0], tables=(evil,), title='"><img src=x>')
    text = page(replace(found, sections=(first,), environment="<i>prod</i>"))
    read = Reader(text)
    assert {"script", "img", "link", "iframe", "b", "i", "object"}.isdisjoint(
        tag for tag, _ in read.tags
    )
    policy = next(each for tag, each in read.tags if "http-equiv" in each)
    assert policy["content"] == ("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
    links = [str(each["href"]) for tag, each in read.tags if tag == "a"]
    assert all(each.startswith(("#", "data:text/csv")) for each in links)


def test_tables_and_pictures_can_be_read_aloud() -> None:
    read = Reader(page(sample()))
    tags = [tag for tag, _ in read.tags]
    assert tags.count("caption") == tags.count("table") > 8
    assert all(each.get("scope") in ("col", "row") for tag, each in read.tags if tag == "th")
    for tag, each in read.tags:
        if tag == "svg":
            assert each.get("aria-label") or each.get("aria-hidden") == "true"
    # A state is not only a colour.
    assert "(needs attention)" in read.text
    assert ("html", {"lang": "en"}) in read.tags


def test_the_page_follows_dark_mode_and_prints() -> None:
    text = page(sample())
    for rule in ("prefers-color-scheme: dark", "@media print", "color-scheme: light dark"):
        assert rule in text


def test_numbers_are_written_for_people() -> None:
    assert share(1) == "100 %"
    assert share(0.9999999) == "99.999 %"
    assert share(0.9989) == "99.89 %"
    assert share(0.456) == "45.6 %"
    assert usd(1234.5) == "$1,234"
    assert hours(0.5) == "30 min"
    assert hours(25.25) == "25 h 15 min"
    assert hours(60) == "2.5 days"


def test_csv_has_all_rows_numbers_as_they_are_and_no_formulas() -> None:
    columns = (Column("Name"), Column("CPU", "cores"), Column("Course", "trend"))
    table = Table("t", "", columns, [("=1+1", 0.123456789, [1, 2]), ("b", None, [])], shown=1)
    assert csv_text(table, DUBLIN) == "Name,CPU (cores)\r\n'=1+1,0.123457\r\nb,\r\n"


PANELS = [
    {"title": "Nodes", "dashboard": "platform-karpenter", "panel": 1, "width": 800, "height": 300},
    {"title": "All", "dashboard": "platform-traces", "panel": None, "width": 1, "height": 1},
]
PICTURE = b"\x89PNG\r\n\x1a\n and the rest"


def test_panels_are_rendered_for_the_period_and_put_into_the_page(
    servers: StandIns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAFANA_TOKEN", "glsa_example")
    servers.images = [(200, PICTURE), (200, PICTURE)]
    found = report(servers, grafana=servers.address, panels=PANELS)
    assert found.pictures == {"Nodes": PICTURE, "All": PICTURE}
    assert servers.tokens == ["Bearer glsa_example"] * 2
    panel, dashboard = (urlsplit(each) for each in servers.rendered)
    assert panel.path == "/render/d-solo/platform-karpenter/report"
    fields = {key: each for key, [each] in parse_qs(panel.query).items()}
    assert (fields["panelId"], fields["width"], fields["height"]) == ("1", "800", "300")
    assert int(fields["from"]) == WEEK.start.timestamp() * 1000
    assert int(fields["to"]) == WEEK.end.timestamp() * 1000
    assert dashboard.path == "/render/d/platform-traces/report"
    assert "panelId" not in parse_qs(dashboard.query)
    images = [each for tag, each in Reader(page(found)).tags if tag == "img"]
    assert [each["alt"] for each in images] == ["Nodes", "All"]
    assert all(str(each["src"]).startswith("data:image/png;base64,") for each in images)


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        ((401, b""), "Grafana answered HTTP 401."),
        ((200, b"<html>"), "Grafana answered with no picture."),
    ],
)
def test_a_picture_that_is_missing_is_named_and_the_report_comes(
    servers: StandIns, image: tuple[int, bytes], reason: str
) -> None:
    servers.images = [image]
    found = report(servers, grafana=servers.address, panels=PANELS[:1])
    assert found.sections == sample().sections
    assert f"Nodes: {reason}" in Reader(page(found)).text


@pytest.mark.parametrize("token", ["", "session"])
def test_requests_to_s3_are_signed_as_botocore_signs_them(
    token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, content = datetime(2026, 11, 23, 6, 1, 2, tzinfo=UTC), b"<!doctype html>"
    url = "https://s3.eu-west-1.amazonaws.com/prod-reports/prod/weekly/2026-W47/report.html"
    headers = {"content-type": "text/html; charset=utf-8"}
    role = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG", token)
    own = signed("PUT", url, "eu-west-1", role, content, headers, now)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: now, raising=False)
    request = AWSRequest("PUT", url, headers=headers, data=content)
    auth = S3SigV4Auth(BotoCredentials(role.key, role.secret, token or None), "s3", "eu-west-1")
    request.headers["X-Amz-Content-SHA256"] = own["x-amz-content-sha256"]
    request.context["timestamp"] = own["x-amz-date"]
    if token:
        request.headers["X-Amz-Security-Token"] = token
    request.headers["X-Amz-Date"] = own["x-amz-date"]
    canonical = auth.canonical_request(request)
    signature = auth.signature(auth.string_to_sign(request, canonical), request)
    assert own["authorization"].endswith(f"Signature={signature}")
    assert (
        f"SignedHeaders={auth.signed_headers(auth.headers_to_sign(request))},"
        in (own["authorization"])
    )


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
