"""Pod Security Standards of the add-ons' namespaces."""

from collections.abc import Sequence
from typing import Final, get_args

from config.derived.names import MANAGED_BY
from modules.helm.contract import PodSecurity
from modules.helm.releases import PlannedRelease

KUBERNETES_NAMESPACES: Final = frozenset(
    {"default", "kube-system", "kube-public", "kube-node-lease"}
)
"""Namespaces that Kubernetes makes."""

PLATFORM_LABEL: Final = {"app.kubernetes.io/part-of": MANAGED_BY}
"""Label of the add-ons' namespaces, which policies for applications exclude."""

LEVELS: Final = get_args(PodSecurity)
"""From the least to the most restrictive."""


def pod_security_labels(level: PodSecurity) -> dict[str, str]:
    """Labels by which Kubernetes refuses pods that violate a Pod Security Standard.

    Source: https://kubernetes.io/docs/concepts/security/pod-security-admission/
    """
    return {f"pod-security.kubernetes.io/{mode}": level for mode in ("audit", "enforce", "warn")}


def pod_security(releases: Sequence[PlannedRelease]) -> dict[str, PodSecurity]:
    """The namespaces of releases, each with the strictest standard that all its pods meet."""
    levels: dict[str, PodSecurity] = {}
    for release in releases:
        name, level = release.namespace, release.addon.pod_security
        known = levels.get(name, level)
        levels[name] = level if LEVELS.index(level) < LEVELS.index(known) else known
    return {name: levels[name] for name in sorted(levels) if name not in KUBERNETES_NAMESPACES}
