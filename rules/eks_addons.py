"""Rules of `cluster.addons`: the EKS add-ons, which have others depend on them."""

from collections.abc import Iterator
from typing import Final

from config import versions
from config.environment import Environment
from config.problem import Path, Problem
from config.types.kubernetes import AddonName
from modules.addons.catalog import enabled_addons
from rules.eks_addon_values import slips

INDISPENSABLE: Final = ("vpc-cni", "kube-proxy", "coredns")
"""Without one of them no pod has an address, a Service or a name."""

SYSTEM_ADDONS: Final = ("aws-efs-csi-driver", "eks-pod-identity-agent")
"""Add-ons that another setting switches."""


def addons_fit(environment: Environment) -> Iterator[Problem]:
    """Add-ons that the cluster needs stay; kube-proxy is not newer than the API server.

    https://kubernetes.io/releases/version-skew-policy/#kube-proxy
    """
    cluster = environment.cluster
    for name, addon in cluster.addons.items():
        path = ("cluster", "addons", name)
        if not addon.enabled and name in INDISPENSABLE:
            yield Problem((*path, "enabled"), "must stay: no pod works without it", value=False)
        elif "enabled" in addon.model_fields_set and name in SYSTEM_ADDONS:
            other = "cluster.efs.enabled" if "efs" in name else "cluster.identity"
            yield Problem((*path, "enabled"), f"is decided by {other}", addon.enabled)
    proxy = cluster.addon("kube-proxy").version
    if proxy is None or cluster.version not in versions.minors():
        return
    minor, newest = versions.number(proxy)[:2], versions.number(cluster.version)
    if not newest[1] - 3 <= minor[1] <= newest[1]:
        yield Problem(
            ("cluster", "addons", "kube-proxy", "version"),
            f"does not fit Kubernetes {cluster.version}",
            proxy,
            "the same minor, or up to three older",
            versions.addon("kube-proxy", cluster.version),
        )


def needed_addons_stay(environment: Environment) -> Iterator[Problem]:
    """Nobody waits for an EKS add-on that is not there: claims for volumes, autoscalers of pods."""
    for name, addon in environment.cluster.addons.items():
        needing = [] if addon.enabled else list(_needing(environment, name))
        if needing:
            message = f"must not be false: {', '.join(sorted(needing))} would wait for it for ever"
            yield Problem(_path(name, "enabled"), message, value=False)


def addon_values_are_possible(environment: Environment) -> Iterator[Problem]:
    """Values of an add-on have names and types that its schema may have."""
    for name, addon in environment.cluster.addons.items():
        yield from slips(name, addon.values, _path(name, "values"))


def _needing(environment: Environment, name: AddonName) -> Iterator[str]:
    if name == "aws-ebs-csi-driver" and environment.platform.storage_classes.enabled:
        yield f"claims of class {environment.platform.storage_classes.volumes}"
    for addon in enabled_addons(environment):
        if name in addon.eks_addons and addon.installed(environment):
            yield addon.name


def _path(name: AddonName, key: str) -> Path:
    return ("cluster", "addons", name, key)
