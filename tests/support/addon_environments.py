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


_EXAMPLES: Final = (
    "cluster-autoscaler",
    "corporate",
    "dev",
    "envoy-gateway",
    "full",
    "gateway-api",
    "gitops",
    "gpu",
    "haproxy",
    "intranet",
    "irsa",
    "isolated",
    "opensearch",
    "prod",
    "spot-batch",
    "tracing",
    "traefik-acme",
)
"""The examples whose platforms differ."""

VARIANTS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    **{name: (name, {}) for name in _EXAMPLES},
    "cilium": (
        "cilium",
        {
            "platform": {"istio": {"enabled": True}},
            "cluster": {"system_nodes": {"desired_size": 4}},
        },
    ),
    "corporate-envoy-gateway": (
        "corporate",
        _ingress("envoy-gateway", gateway_api={"enabled": True}),
    ),
    "ingress-nginx": ("prod", _ingress("ingress-nginx")),
    "intranet-gateway-api": (
        "intranet",
        _ingress("traefik", gateway_api={"enabled": True}),
    ),
    "intranet-haproxy": ("intranet", _ingress("haproxy")),
    "intranet-ingress-nginx": ("intranet", _ingress("ingress-nginx")),
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
    "traefik": ("prod", _ingress("traefik")),
}
"""By name, an example and what a variant has besides: choices that no example makes."""

BY_MINOR: Final = ("dev", "prod", "gitops", "irsa", "isolated", "cluster-autoscaler")
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
