"""The program of the reports: periods, figures, the page, pictures, and signed requests."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials

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
from support.standin_prometheus import StandIns, stand_ins
from tools.report_sample import NOW, SETTINGS, reader, sample

DUBLIN = ZoneInfo("Europe/Dublin")
WEEK = last_period("weekly", NOW, DUBLIN)


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
