"""Alerts and dashboards of the installed add-ons, as PrometheusRules and ConfigMaps.

Each lies beside its add-on: `modules/addons/<key>/alerts.yaml` is a Prometheus rule file,
`dashboard.json` a dashboard as Grafana exports it. Where a key configures several releases,
`<release>.alerts.yaml` and `<release>.dashboard.json` belong to one of them. `alert_rules.py` of
the folder, where there is one, has a function `rules`, which makes the rules of an environment from
those of the file. The files in this folder are about nodes, pods and volumes, which every
environment has.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import yaml

from config.environment import Environment
from modules.addons.catalog import enabled_addons
from modules.helm.contract import Addon, Context, Manifest
from modules.helm.manifests import manifest
from modules.helm.metrics import DASHBOARD_FOLDER, DASHBOARD_LABELS

ADDONS_DIR: Final = Path(__file__).parents[1]

PREFIX: Final = "platform-"
"""What names of rule groups and uids of dashboards begin with; the chart's own do not."""

DASHBOARD_ANNOTATIONS: Final = {DASHBOARD_FOLDER: "Platform"}

Rule = dict[str, Any]
"""https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/"""


@dataclass(frozen=True)
class ComponentFiles:
    """The files about an add-on; some or all of them may not exist.

    Attributes:
        key: the key in the `platform` section.
        release: one of its releases, if the files are about this one only.
    """

    key: str
    release: str = ""

    def path(self, name: str) -> Path:
        """The path of `alerts.yaml`, `dashboard.json` or `runbook.yaml`."""
        return ADDONS_DIR / self.key / (f"{self.release}.{name}" if self.release else name)

    def groups(self) -> dict[str, list[Rule]]:
        """The rules of `alerts.yaml` by group."""
        file = self.path("alerts.yaml")
        return _groups(file) if file.is_file() else {}

    def dashboard(self) -> dict[str, Any] | None:
        """The content of `dashboard.json`."""
        file = self.path("dashboard.json")
        return _dashboard(file) if file.is_file() else None

    def rules(self, environment: Environment, rules: list[Rule]) -> list[Rule]:
        """The rules of a group as an environment has them."""
        if self.path("alert_rules.py").is_file():
            return import_module(f"modules.addons.{self.key}.alert_rules").rules(environment, rules)
        return rules


PLATFORM_WIDE: Final = ComponentFiles("monitoring")

FIRST_KEYS: Final = (
    "karpenter",
    "cert_manager",
    "ingress",
    "argo_cd",
    "external_secrets",
    "fluent_bit",
    "velero",
)
"""The keys that come first in the release and in docs/alerts.md, from nodes to what runs on them.
Others follow in the order of the `platform` section; a new one has no need to be here."""


def component_files(addons: Iterable[Addon]) -> tuple[ComponentFiles, ...]:
    """The files about add-ons, after those about every platform."""
    found = [PLATFORM_WIDE]
    for addon in sorted(addons, key=_place):
        key = addon.settings_field
        found += [ComponentFiles(key), ComponentFiles(key, addon.copy_of or addon.name)]
    return tuple(dict.fromkeys(found))


def _place(addon: Addon) -> int:
    key = addon.settings_field
    return FIRST_KEYS.index(key) if key in FIRST_KEYS else len(FIRST_KEYS)


def resources(context: Context) -> tuple[Manifest, ...]:
    """A PrometheusRule for each group of rules and a ConfigMap for each dashboard.

    A dashboard has a few kilobytes, so that all of them together stay far below the 1 MiB that
    the Secret of a Helm release may have.
    """
    environment = context.environment
    installed = (addon for addon in enabled_addons(environment) if addon.installed(environment))
    return tuple(
        each for files in component_files(installed) for each in _manifests(files, context)
    )


def _manifests(files: ComponentFiles, context: Context) -> Iterator[Manifest]:
    for name, rules in files.groups().items():
        group = {"name": name, "rules": files.rules(context.environment, rules)}
        yield manifest(
            "monitoring.coreos.com/v1",
            "PrometheusRule",
            name,
            {"groups": [group]},
            namespace=context.namespace,
        )
    dashboard = files.dashboard()
    if dashboard is not None:
        uid: str = dashboard["uid"]
        text = json.dumps(dashboard, separators=(",", ":"), sort_keys=True)
        yield {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": f"dashboard-{uid.removeprefix(PREFIX)}",
                "namespace": context.namespace,
                "labels": dict(DASHBOARD_LABELS),
                "annotations": dict(DASHBOARD_ANNOTATIONS),
            },
            "data": {f"{uid}.json": text},
        }


@cache
def _groups(file: Path) -> dict[str, list[Rule]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    read = yaml.load(file.read_bytes(), loader)  # noqa: S506 -- one of the two safe loaders
    return {group["name"]: group["rules"] for group in read["groups"]}


@cache
def _dashboard(file: Path) -> dict[str, Any]:
    return json.loads(file.read_bytes())
