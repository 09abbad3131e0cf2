"""Which add-on versions EKS offers for which Kubernetes version, as data."""

from __future__ import annotations

import re

_VERSION = re.compile(r"v\d+\.\d+\.\d+-eksbuild\.\d+")

# Add-on: Kubernetes minor: versions on offer, the default first. A minor that is not listed here
# takes any version of the right form.
PINNED: dict[str, dict[str, tuple[str, ...]]] = {
    "vpc-cni": {
        "1.33": ("v1.20.4-eksbuild.2",),
        "1.34": ("v1.20.4-eksbuild.2",),
        "1.35": ("v1.21.1-eksbuild.1",),
    },
    "coredns": {
        "1.33": ("v1.12.1-eksbuild.2",),
        "1.34": ("v1.12.3-eksbuild.1",),
        "1.35": ("v1.13.2-eksbuild.3",),
    },
    "kube-proxy": {
        "1.33": ("v1.33.3-eksbuild.4",),
        "1.34": ("v1.34.0-eksbuild.2",),
        "1.35": ("v1.35.0-eksbuild.2",),
    },
    "aws-ebs-csi-driver": {
        "1.33": ("v1.56.0-eksbuild.1",),
        "1.34": ("v1.56.0-eksbuild.1",),
        "1.35": ("v1.57.1-eksbuild.1",),
    },
    "eks-pod-identity-agent": {
        "1.33": ("v1.3.10-eksbuild.2",),
        "1.34": ("v1.3.10-eksbuild.2",),
        "1.35": ("v1.3.10-eksbuild.2",),
    },
}

# Add-ons of which only the name is known: any version of the right form will do, and there is no
# default to fall back on.
UNPINNED = frozenset(
    {
        "adot",
        "amazon-cloudwatch-observability",
        "aws-efs-csi-driver",
        "aws-guardduty-agent",
        "aws-mountpoint-s3-csi-driver",
        "aws-network-flow-monitoring-agent",
        "aws-secrets-store-csi-driver-provider",
        "cert-manager",
        "eks-node-monitoring-agent",
        "external-dns",
        "fluent-bit",
        "kube-state-metrics",
        "metrics-server",
        "prometheus-node-exporter",
        "snapshot-controller",
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
    """Tells whether EKS has an add-on of this name."""
    return addon in PINNED or addon in UNPINNED


def offered(addon: str, kubernetes: str) -> tuple[str, ...]:
    """Gives the versions of an add-on for a Kubernetes version, the default first.

    Returns:
        Nothing where any version of the right form is taken.
    """
    return PINNED.get(addon, {}).get(kubernetes, ())


def is_supported(addon: str, version: str, kubernetes: str) -> bool:
    """Tells whether a version of an add-on can run on a Kubernetes version."""
    versions = offered(addon, kubernetes)
    return version in versions if versions else bool(_VERSION.fullmatch(version))
