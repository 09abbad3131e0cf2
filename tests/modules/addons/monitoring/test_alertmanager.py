"""Alertmanager (I3): who is notified, what inhibits an alert, and how often one is repeated."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from modules.addons.catalog import rendered
from support.environments import environment
from support.prometheus_tools import amtool

SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
TEAMS = {"shop": {"namespaces": {"shop": {}, "shop-test": {}}}}


def receiver(name: str) -> dict[str, Any]:
    return {"pagerduty": [{"routing_key": f"{name}:key"}]}


def configuration(**settings: Any) -> dict[str, Any]:
    alertmanager = {
        "receivers": {name: receiver(name) for name in ("platform", "shop", "on-call", "pulse")},
        "default_receiver": "platform",
        "routes": [
            {"receiver": "shop", "team": "shop", "continue_matching": True},
            {"receiver": "on-call", "severities": ["critical"]},
        ],
        **settings,
    }
    made = environment(platform={"monitoring": {"alertmanager": alertmanager}}, teams=TEAMS)
    return rendered(made)["kube-prometheus-stack"].values["alertmanager"]["config"]


def told(folder: Path, **labels: str) -> list[str]:
    """The receivers of an alert, according to amtool."""
    file = folder / "alertmanager.yaml"
    file.write_text(json.dumps(configuration(heartbeat_receiver="pulse")))
    pairs = [f"{key}={value}" for key, value in labels.items()]
    command = [str(amtool()), "config", "routes", "test", f"--config.file={file}", *pairs]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.strip().split(",")


def finding(namespace: str, rule: str, severity: str) -> dict[str, str]:
    """An alert as Falcosidekick sends it."""
    priority = {"critical": "Critical", "warning": "Warning", "info": "Notice"}[severity]
    return {
        "alertname": "FalcoFinding",
        "namespace": namespace,
        "source": "falco",
        "rule": rule,
        "priority": priority,
        "severity": severity,
        "k8s_ns_name": namespace,
    }


def muted(target: dict[str, str], *firing: dict[str, str]) -> bool:
    """Whether other alerts silence one: https://prometheus.io/docs/alerting/latest/configuration/."""
    return any(
        _matches(rule["target_matchers"], target)
        and _matches(rule["source_matchers"], source)
        and all(source.get(label, "") == target.get(label, "") for label in rule["equal"])
        for rule in configuration()["inhibit_rules"]
        for source in firing
    )


def _matches(matchers: list[str], labels: dict[str, str]) -> bool:
    for matcher in matchers:
        label, operator, value = re.fullmatch(r'(\w+) (=~?) "(.*)"', matcher).groups()  # pyright: ignore[reportOptionalMemberAccess]
        pattern = value if operator == "=~" else re.escape(value)
        if not re.fullmatch(pattern, labels.get(label, "")):
            return False
    return True


@pytest.mark.parametrize(
    ("labels", "receivers"),
    [
        (finding("shop", "Terminal shell in container", "warning"), ["shop"]),
        (finding("shop", "Drop and execute", "critical"), ["shop", "on-call"]),
        (finding("falco", "Read sensitive file", "warning"), ["platform"]),
        ({"alertname": "PodPending", "namespace": "shop-test"}, ["shop"]),
        ({"alertname": "Watchdog", "severity": "none"}, ["pulse"]),
        ({"alertname": "InfoInhibitor", "namespace": "shop"}, ["null"]),
    ],
)
def test_an_alert_reaches_the_receivers_of_its_route(
    labels: dict[str, str], receivers: list[str], tmp_path: Path
) -> None:
    assert told(tmp_path, **labels) == receivers


def test_a_critical_alert_of_falco_inhibits_no_other_one() -> None:
    critical = finding("shop", "Drop and execute new binary in container", "critical")
    for namespace in ("shop", "reports"):
        assert not muted(finding(namespace, "Terminal shell in container", "warning"), critical)
        assert not muted(finding(namespace, "Contact K8S API", "info"), critical)


def test_a_higher_severity_inhibits_lower_ones_of_the_same_object() -> None:
    def alert(name: str, severity: str, namespace: str = "shop") -> dict[str, str]:
        return {"alertname": name, "severity": severity, "namespace": namespace}

    critical = alert("VolumeFull", "critical")
    assert muted(alert("VolumeFull", "warning"), critical)
    assert not muted(alert("VolumeFull", "warning", "reports"), critical)
    assert not muted(alert("PodPending", "warning"), critical)
    assert not muted(critical, alert("VolumeFull", "warning"))


@pytest.mark.parametrize("interval", ["30s", "5m", "1h", "1s"])
def test_the_heartbeat_comes_in_every_interval(interval: str) -> None:
    """A repetition as long as the group's interval would be due a moment after every look."""
    made = configuration(heartbeat_receiver="pulse", heartbeat_interval=interval)
    beat = made["route"]["routes"][0]
    assert beat["matchers"] == ['alertname = "Watchdog"']
    assert beat["group_interval"] == interval
    assert 0 < _seconds(beat["repeat_interval"]) < _seconds(interval)


def test_without_a_receiver_the_heartbeat_is_not_sent() -> None:
    beat = configuration()["route"]["routes"][0]
    assert beat == {"receiver": "null", "matchers": ['alertname = "Watchdog"']}


def test_alertmanager_accepts_its_configuration(tmp_path: Path) -> None:
    file = tmp_path / "alertmanager.yaml"
    times = {"nights": {"times": [{"start": "00:00", "end": "06:00"}]}}
    routes = [{"receiver": "shop", "team": "shop", "mute_times": ["nights"]}]
    made = configuration(heartbeat_receiver="pulse", times=times, routes=routes)
    file.write_text(json.dumps(made))
    command = [str(amtool()), "check-config", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _seconds(duration: str) -> float:
    number, unit = re.fullmatch(r"([0-9]+)(ms|s|m|h|d)", duration).groups()  # pyright: ignore[reportOptionalMemberAccess]
    return int(number) * SECONDS[unit]
