"""A report of a platform that does not exist: `python -m tools.report_sample FOLDER`.

Prometheus' answers are made up here, from nothing but names and hours, so that each run writes the
same page. The picture in docs/reports.md is of it, and the tests read the same answers over HTTP.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from math import sin, tau
from pathlib import Path
from typing import Any, Final
from zlib import crc32
from zoneinfo import ZoneInfo

from modules.addons.reports.program.__main__ import files
from modules.addons.reports.program.page import Report
from modules.addons.reports.program.period import HOUR, Period, last_period
from modules.addons.reports.program.prometheus import Reader, Series
from modules.addons.reports.program.queries import ALERT_STEP
from modules.addons.reports.program.sections import missing_hours, sections
from modules.addons.reports.program.settings import ProgramSettings

NOW: Final = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)

SETTINGS: Final = ProgramSettings(
    environment="prod",
    cluster="prod",
    region="eu-west-1",
    time_zone="Europe/Dublin",
    teams={"shop": ["shop", "shop-jobs"], "payments": ["payments"], "search": ["search"]},
    controller="nginx",
    left_out={},
    prometheus="",
    alertmanager="",
    grafana="",
    panels=[],
    severity="info",
    s3="https://s3.eu-west-1.amazonaws.com",
    sts="https://sts.eu-west-1.amazonaws.com",
    console="https://eu-west-1.console.aws.amazon.com/s3/object/prod-reports?region=eu-west-1",
    bucket="prod-reports-123456789012-eu-west-1",
    prefix="prod",
)

# Name, workloads, CPU and memory (GiB) requested, volumes (GiB), and the share that is used.
NAMESPACES: Final = (
    ("shop", 9, 14.0, 28.0, 40, 0.62),
    ("shop-jobs", 2, 4.0, 10.0, 0, 0.35),
    ("payments", 6, 8.0, 16.0, 100, 0.48),
    ("search", 4, 12.0, 48.0, 600, 0.81),
    ("logging", 4, 6.5, 26.0, 900, 0.66),
    ("monitoring", 6, 3.2, 13.0, 230, 0.71),
    ("kube-system", 8, 2.9, 5.5, 0, 0.30),
    ("ingress", 2, 1.0, 2.0, 0, 0.55),
    ("argocd", 6, 1.2, 3.0, 0, 0.40),
    ("velero", 1, 0.5, 0.5, 0, 0.20),
)

NODES: Final = 11

# Alert, namespace, severity, first five minutes of the period and their number.
FIRED: Final = (
    ("NginxErrors", "shop", "critical", (700, 7), (1310, 4)),
    ("PodUnschedulable", "search", "warning", (90, 25), (420, 31), (1500, 12)),
    ("ContainerRestarting", "shop-jobs", "warning", (300, 64)),
    ("VolumeFillingUp", "logging", "warning", (1200, 610)),
    ("CPUThrottlingHigh", "payments", "info", (50, 400)),
)

OUTAGE: Final = range(58, 61)
"""Hours in which two workloads lack pods, and requests fail."""


def sample(kind: str = "weekly") -> Report:
    """The report."""
    period = last_period(kind, NOW, ZoneInfo(SETTINGS.time_zone))
    read = reader(period)
    return Report(
        environment=SETTINGS.environment,
        cluster=SETTINGS.cluster,
        region=SETTINGS.region,
        period=period,
        made=NOW,
        sections=tuple(sections(read, SETTINGS)),
        missing_hours=missing_hours(read, period),
        left_out=SETTINGS.left_out,
        pictures={},
    )


def reader(period: Period) -> Reader:
    """Reads the answers without HTTP."""
    return lambda name: [
        Series(each["metric"], {int(at): float(value) for at, value in each["values"]})
        for each in answer(name, period)
    ]


def answer(name: str, period: Period) -> list[dict[str, Any]]:
    """The series of a query as Prometheus answers them."""
    start = int(period.start.timestamp())
    if name == "alerts":
        return list(_alerts(start))
    times = range(start + HOUR, int(period.end.timestamp()) + 1, HOUR)
    return [
        {
            "metric": dict(labels),
            "values": [
                [at, f"{value:.6f}"]
                for hour, at in enumerate(times)
                if (value := course(hour)) is not None
            ],
        }
        for labels, course in _series(name)
    ]


Course = Callable[[int], float | None]


def _series(name: str) -> Iterator[tuple[Mapping[str, str], Course]]:
    """Labels and values by hour."""
    match name:
        case "targets":
            for job, weak in (("kubelet", 0.0), ("node-exporter", 0.004), ("nginx-ingress", 0.02)):
                yield {"job": job}, _dips(job, weak)
        case "nodes_ready":
            yield {}, _dips("nodes", 0.003)
        case "deployments":
            yield from _by_namespace(lambda each: _flat(each[1]))
        case "deployments_short":
            for space, workload, left in (
                ("shop", "checkout", 0.25),
                ("search", "indexer", 0.5),
                ("payments", "ledger", 0.66),
            ):
                yield {"namespace": space, "deployment": workload}, _only(OUTAGE, left)
        case "statefulsets":
            yield {"namespace": "logging"}, _flat(2)
            yield {"namespace": "monitoring"}, _flat(2)
        case "statefulsets_short":
            labels = {"namespace": "logging", "statefulset": "elasticsearch-es-default"}
            yield labels, _only(range(20, 32), 0.83)
        case "api_requests":
            yield {}, _wave("api", 260_000, 0.2)
        case "api_errors":
            yield {}, _wave("api-errors", 6, 0.9)
        case "pods":
            yield {}, lambda hour: float(round(196 + 22 * _day(hour)))
        case "cost_load_balancers":
            yield {"namespace": "ingress"}, _flat(0.0252)
        case "nodes" | "cost_nodes" | "cpu_allocatable" | "memory_allocatable":
            yield from _nodes(name)
        case _ if name.startswith("backups_"):
            yield from _backups(name)
        case _ if name.endswith(("_requests", "_errors")):
            yield from _requests(name)
        case _:
            yield from _amounts(name)


def _nodes(name: str) -> Iterator[tuple[Mapping[str, str], Course]]:
    """What there is of nodes: the more of them the busier the hour."""
    per_node = {
        "nodes": 1.0,
        "cpu_allocatable": 8.0,
        "memory_allocatable": 29.5 * 1024**3,
        "cost_nodes": 0.246,
    }
    yield {}, lambda hour: per_node[name] * round(NODES + 2 * _day(hour))


def _amounts(name: str) -> Iterator[tuple[Mapping[str, str], Course]]:
    """What namespaces request, use and cost."""
    gib = 1024**3
    of: Mapping[str, Callable[[tuple[str, int, float, float, int, float]], float]] = {
        "cpu_requested": lambda each: each[2],
        "cpu_used": lambda each: each[2] * each[5] * 0.7,
        "memory_requested": lambda each: each[3] * gib,
        "memory_used": lambda each: each[3] * each[5] * gib,
        "volumes_capacity": lambda each: each[4] * gib,
        "volumes_used": lambda each: each[4] * each[5] * gib,
        "cost_cpu": lambda each: each[2] * 0.0185,
        "cost_memory": lambda each: each[3] * 0.0024,
        "cost_volumes": lambda each: each[4] * 0.000121,
    }
    if name in of:
        swing = 0.25 if name.endswith("_used") else 0.06
        for each in NAMESPACES:
            if of[name](each):
                yield {"namespace": each[0]}, _wave(each[0] + name, of[name](each), swing)


def _requests(name: str) -> Iterator[tuple[Mapping[str, str], Course]]:
    rates = {"shop": 310_000, "payments": 42_000, "search": 120_000, "argocd": 900}
    for space, rate in rates.items():
        labels = {"resource_namespace": space}
        if not name.startswith("nginx"):
            continue
        if name.endswith("_requests"):
            yield labels, _wave(space, rate, 0.6)
        else:
            few = _wave(space + "errors", rate / 25_000, 0.9)
            many = rate / 18 if space == "shop" else 0.0

            def failed(hour: int, few: Course = few, many: float = many) -> float:
                return (few(hour) or 0) + (many if hour in OUTAGE else 0)

            yield labels, failed


def _backups(name: str) -> Iterator[tuple[Mapping[str, str], Course]]:
    last = NOW.timestamp() - 27 * HOUR
    match name:
        case "backups_made":
            yield {"schedule": "velero-daily"}, lambda hour: 1.0 if hour % 24 == 3 else 0.0
            yield {"schedule": "velero-shop"}, lambda hour: 1.0 if hour != 59 else 0.0
        case "backups_failed":
            yield {"schedule": "velero-daily"}, _flat(0)
            yield {"schedule": "velero-shop"}, lambda hour: 1.0 if hour == 59 else 0.0
        case _:
            yield {"schedule": "velero-daily"}, _flat(last)
            yield {"schedule": "velero-shop"}, _flat(last + 20 * HOUR)


def _alerts(start: int) -> Iterator[dict[str, Any]]:
    for alert, space, severity, *stretches in FIRED:
        steps = [first + each for first, number in stretches for each in range(number)]
        yield {
            "metric": {"alertname": alert, "namespace": space, "severity": severity},
            "values": [[start + step * ALERT_STEP, "1"] for step in steps],
        }


def _by_namespace(
    course: Callable[[tuple[str, int, float, float, int, float]], Course],
) -> Iterator[tuple[Mapping[str, str], Course]]:
    for each in NAMESPACES:
        yield {"namespace": each[0]}, course(each)


def _flat(value: float) -> Course:
    return lambda _: float(value)


def _only(hours: range, value: float) -> Course:
    return lambda hour: value if hour in hours else None


def _dips(name: str, depth: float) -> Course:
    return lambda hour: 1 - depth * (_noise(name, hour) > 0.93) * _noise(name, hour + 1)


def _wave(name: str, mean: float, swing: float) -> Course:
    """Busy by day, and never quite the same."""
    return lambda hour: max(mean * (1 + swing * _day(hour) + 0.1 * (_noise(name, hour) - 0.5)), 0)


def _day(hour: int) -> float:
    """-1 at four at night, 1 at four in the afternoon, less at the weekend."""
    weekend = 0.4 if hour // 24 % 7 > 4 else 1.0
    return weekend * sin(tau * (hour % 24 - 10) / 24)


def _noise(name: str, hour: int) -> float:
    """A number from 0 to 1, always the same for a name and an hour."""
    return crc32(f"{name}{hour}".encode()) / 2**32


def main() -> None:
    """Writes the files of the report."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, (content, _) in files(sample()).items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
