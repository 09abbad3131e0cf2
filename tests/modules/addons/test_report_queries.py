"""The queries of reports: metrics that are documented, and what Prometheus makes of them."""

from pathlib import Path

import pytest
import yaml

from modules.addons.reports.program.queries import QUERIES
from support.alert_cases import run
from support.prometheus_tools import promtool
from support.promql import selectors
from tools.docs.runbook import components

METRICS = Path(__file__).parents[3] / "modules" / "addons" / "reports" / "metrics.yaml"
TARGET_LABELS = {"job", "instance", "namespace", "service", "endpoint", "pod", "container"}


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
