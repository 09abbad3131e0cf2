"""What the namespaces of add-ons let pods do."""

from collections.abc import Sequence
from typing import Final, get_args

from config.derived.names import MANAGED_BY
from modules.helm.contract import PodSecurity
from modules.helm.releases import PlannedRelease

KUBERNETES_NAMESPACES: Final = frozenset(
    {"default", "kube-system", "kube-public", "kube-node-lease"}
)
"""Kubernetes makes these; what has no business in them is not installed there."""

PLATFORM_LABEL: Final = {"app.kubernetes.io/part-of": MANAGED_BY}
"""Marks the namespaces of add-ons, which policies for applications leave alone."""

LEVELS: Final = get_args(PodSecurity)
"""The least restrictive first."""


def pod_security_labels(level: PodSecurity) -> dict[str, str]:
    """Labels that make Kubernetes refuse pods that ask for more.

    Source: https://kubernetes.io/docs/concepts/security/pod-security-admission/
    """
    return {f"pod-security.kubernetes.io/{mode}": level for mode in ("audit", "enforce", "warn")}


def pod_security(releases: Sequence[PlannedRelease]) -> dict[str, PodSecurity]:
    """The namespaces that releases need, each with the least that all its pods can do with."""
    levels: dict[str, PodSecurity] = {}
    for release in releases:
        name, level = release.namespace, release.addon.pod_security
        known = levels.get(name, level)
        levels[name] = level if LEVELS.index(level) < LEVELS.index(known) else known
    return {name: levels[name] for name in sorted(levels) if name not in KUBERNETES_NAMESPACES}
