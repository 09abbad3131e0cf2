"""Environments in which, together, every add-on is installed, for every supported minor."""

import json
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from config import versions
from config.addons.ingress import Controller
from config.environment import Environment
from modules.addons.catalog import rendered
from modules.helm.releases import PlannedRelease
from modules.merge import merged
from rules.load import EXAMPLES, load

MINORS: Final = versions.minors()
"""The Kubernetes minors that the version table has."""


def _ingress(controller: Controller, **settings: Any) -> dict[str, Any]:
    """The settings of an ingress controller."""
    return {"platform": {"ingress": {"controller": controller, **settings}}}


def _log_store(**settings: Any) -> dict[str, Any]:
    """The settings of logs that go to a store outside the cluster."""
    return {"platform": {"fluent_bit": {"destination": "existing", "existing": settings}}}


VARIANTS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "dev": ("dev", {}),
    "prod": ("prod", {}),
    "full": ("full", {}),
    "isolated": ("isolated", {}),
    "tracing": ("tracing", {}),
    "traefik": ("prod", _ingress("traefik")),
    "traefik-acme": (
        "prod",
        {
            **_ingress("traefik", traefik_acme={"enabled": True, "email": "a@example.com"}),
            "edge": {"load_balancer": "nlb"},
        },
    ),
    "haproxy": ("prod", _ingress("haproxy")),
    "ingress-nginx": ("prod", _ingress("ingress-nginx")),
    "cilium": (
        "prod",
        {"platform": {"cilium": {"enabled": True, "hubble": True}, "istio": {"enabled": True}}},
    ),
    "opensearch": (
        "prod",
        _log_store(
            product="opensearch",
            host="logs.eu-west-1.es.amazonaws.com",
            port=443,
            aws_domain="arn:aws:es:eu-west-1:123456789012:domain/logs",
        ),
    ),
    "log-store": (
        "prod",
        _log_store(
            product="elasticsearch",
            host="logs.example.com",
            credentials={"secret": "log-store"},
            ca_secret="log-store-ca",  # noqa: S106 -- the name of one
        ),
    ),
    "traces": ("prod", {"platform": {"tracing": {"enabled": True}}}),
    "cluster-autoscaler": (
        "prod",
        {"cluster": {"autoscaler": "cluster_autoscaler", "node_groups": {"workloads": {}}}},
    ),
}
"""By name, what each has besides an example: choices that the examples do not make."""

BY_MINOR: Final = ("dev", "isolated", "cluster-autoscaler")
"""Variants with every chart whose version or values depend on the minor; a test holds this."""

COMBINATIONS: Final = [
    *((name, MINORS[-1]) for name in VARIANTS),
    *((name, minor) for name in BY_MINOR for minor in MINORS[:-1]),
]
"""Variants and minors that cover each chart with each of its versions and values."""


def combined(names: Sequence[str], **settings: Any) -> Environment:
    """Some of VARIANTS in one.

    Args:
        names: their names; all of them change the same file of examples/environments.
        settings: what it has besides.
    """
    (base,) = {VARIANTS[name][0] for name in names}
    for name in names:
        settings = merged(settings, VARIANTS[name][1])
    with TemporaryDirectory() as folder:
        file = Path(folder, f"{base}.yaml")
        extends = os.path.relpath(EXAMPLES / file.name, folder)
        file.write_text(json.dumps(merged({"extends": extends, "name": base}, settings)))
        (environment,) = load([file])
    return environment


@cache
def variant(name: str, minor: str) -> Environment:
    """One of VARIANTS on a Kubernetes minor, in no upgrade: the first minor has none before it.

    Args:
        name: its name.
        minor: the minor.
    """
    return combined([name], cluster={"version": minor, "upgrade": {"nodes": "together"}})


@cache
def releases(name: str, minor: str) -> dict[str, PlannedRelease]:
    """The releases of one of VARIANTS on a Kubernetes minor, in order.

    Args:
        name: its name.
        minor: the minor.
    """
    return rendered(variant(name, minor))
