"""Which add-on versions EKS offers for which Kubernetes version, after config/versions.yaml."""

from __future__ import annotations

import re

from config import versions

_VERSION = re.compile(r"v\d+\.\d+\.\d+-eksbuild\.\d+")

# Add-on: Kubernetes minor: the version that the project pins, which here is EKS's default.
PINNED: dict[str, dict[str, str]] = {}
for _minor, _entry in versions.table().kubernetes.items():
    for _name, _pin in _entry.addons.items():
        PINNED.setdefault(_name, {})[_minor] = _pin.version

# EKS keeps versions of the last year on offer: a minor version of an add-on a month.
_OLDER_MINORS = 12

# Add-ons of which only the name is known: any version of the right form will do, and there is no
# default to fall back on.
UNPINNED = frozenset(
    {
        "adot",
        "amazon-cloudwatch-observability",
        "aws-guardduty-agent",
        "aws-mountpoint-s3-csi-driver",
        "aws-network-flow-monitoring-agent",
        "aws-secrets-store-csi-driver-provider",
        "cert-manager",
        "external-dns",
        "fluent-bit",
        "kube-state-metrics",
        "prometheus-node-exporter",
    }
)

# Where an add-on runs, if not in kube-system.
NAMESPACES = {
    "amazon-cloudwatch-observability": "amazon-cloudwatch",
    "aws-guardduty-agent": "amazon-guardduty",
    "aws-network-flow-monitoring-agent": "amazon-network-flow-monitor",
    "cert-manager": "cert-manager",
    "external-dns": "external-dns",
}


def is_known(addon: str) -> bool:
    """Whether EKS has an add-on of this name."""
    return addon in PINNED or addon in UNPINNED


def default_version(addon: str, kubernetes: str) -> str | None:
    """Returns the version that an add-on has on a Kubernetes version if a request names none."""
    return PINNED.get(addon, {}).get(kubernetes)


def is_supported(addon: str, version: str, kubernetes: str) -> bool:
    """Whether a version of an add-on can run on a Kubernetes version.

    EKS has a list. Here any version of the right form will do that is not far older than those
    of the table; kube-proxy is not newer than Kubernetes.

    Source: https://kubernetes.io/releases/version-skew-policy/#kube-proxy
    """
    if not _VERSION.fullmatch(version):
        return False
    wanted = versions.number(version)[:2]
    if addon == "kube-proxy" and wanted > versions.number(kubernetes):
        return False
    pinned = [versions.number(pin)[:2] for pin in PINNED.get(addon, {}).values()]
    if not pinned:
        return True
    major, minor = min(pinned)
    return wanted >= (major, max(minor - _OLDER_MINORS, 1))
