"""Rules of `cluster.addons`: the EKS add-ons.

EKS checks their values by a schema of each version, which only `aws eks
describe-addon-configuration` returns. So only EKS can check an unknown key; a
misspelling of a known key, or a value of a type that no schema had, is an error.
"""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any, Final

from config import versions
from config.environment import Environment
from config.problem import Path, Problem
from config.types.kubernetes import AddonName
from modules.addons.catalog import enabled_addons
from rules.registration import rule

INDISPENSABLE: Final = ("vpc-cni", "kube-proxy", "coredns")
"""Without one of them pods have no address, Services or DNS."""

SYSTEM_ADDONS: Final = ("aws-efs-csi-driver", "eks-pod-identity-agent")
"""Add-ons that another setting enables."""

KEYS: Final[Mapping[AddonName, tuple[str, ...]]] = {
    "vpc-cni": (
        *("affinity", "enableNetworkPolicy", "enableWindowsIpam", "eniConfig", "env", "init"),
        *("livenessProbeTimeoutSeconds", "nodeAgent", "originalMatchLabels", "podAnnotations"),
        *("podLabels", "readinessProbeTimeoutSeconds", "resources", "tolerations"),
        "enableWindowsPrefixDelegation",
    ),
    "kube-proxy": ("ipvs", "mode", "podAnnotations", "podLabels", "resources"),
    "coredns": (
        *("affinity", "autoScaling", "computeType", "corefile", "nodeSelector", "podAnnotations"),
        *("podDisruptionBudget", "podLabels", "replicaCount", "resources", "tolerations"),
        "topologySpreadConstraints",
    ),
}
"""https://github.com/aws/amazon-vpc-cni-k8s/issues/3059,
https://github.com/terraform-aws-modules/terraform-aws-eks/issues/2785"""

TEXTS: Final[Mapping[AddonName, tuple[tuple[str, ...], ...]]] = {
    "vpc-cni": (
        ("env", "*"),
        ("init", "env", "*"),
        ("enableNetworkPolicy",),
        ("enableWindowsIpam",),
        ("enableWindowsPrefixDelegation",),
    )
}
"""Paths whose values must be text, also numbers and booleans; same sources."""

_NEARLY: Final = 0.85
"""Minimum similarity at which a key counts as a misspelling of another."""


@rule("cluster")
def addons_fit(environment: Environment) -> Iterator[Problem]:
    """Add-ons that the cluster needs are enabled; kube-proxy is not newer than the API server.

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


@rule("cluster")
def shared_files_are_mounted_with_a_role(environment: Environment) -> Iterator[Problem]:
    """The mount role of the shared file system is given by EKS Pod Identity.

    With IRSA, EKS annotates both service accounts of the EFS add-on with one role.
    """
    cluster = environment.cluster
    if cluster.efs.enabled and cluster.efs.iam != "off" and cluster.identity != "pod_identity":
        yield Problem(
            ("cluster", "efs", "iam"),
            f"needs cluster.identity: pod_identity, which is {cluster.identity}",
            cluster.efs.iam,
            "off",
            involved=(("cluster", "identity"),),
        )


@rule("cluster", severity="warning")
def root_mounts_are_for_a_role(environment: Environment) -> Iterator[Problem]:
    """Root mounts without a role are open to every pod that reaches the file system's port."""
    efs = environment.cluster.efs
    if efs.enabled and efs.root_mounts and efs.iam == "off":
        message = (
            "lets every pod that reaches port 2049 be root in the volumes of all teams, since "
            "cluster.efs.iam is off"
        )
        yield Problem(("cluster", "efs", "root_mounts"), message, value=True)


@rule("cluster")
def directories_of_volumes_can_be_deleted(environment: Environment) -> Iterator[Problem]:
    """The EFS CSI driver's controller deletes directories only where any client mounts the root.

    https://github.com/kubernetes-sigs/aws-efs-csi-driver/blob/master/docs/README.md
    """
    efs, key = environment.cluster.efs, "deleteAccessPointRootDir"
    controller = environment.cluster.addon("aws-efs-csi-driver").values.get("controller", {})
    if not efs.enabled or not isinstance(controller, Mapping) or not controller.get(key):
        return
    if not efs.root_mounts or efs.iam != "off":
        message = (
            "mounts the file system's root with the controller's role, which its policy refuses: "
            "volumes could not be deleted"
        )
        path = (*_path("aws-efs-csi-driver", "values"), "controller", key)
        yield Problem(path, message, value=True, allowed="false")


@rule("cluster", "platform")
def required_addons_are_enabled(environment: Environment) -> Iterator[Problem]:
    """Add-ons that others need are enabled: for PersistentVolumeClaims and HPAs."""
    for name, addon in environment.cluster.addons.items():
        needing = [] if addon.enabled else list(_needing(environment, name))
        if needing:
            message = f"must not be false: {', '.join(sorted(needing))} need it"
            yield Problem(_path(name, "enabled"), message, value=False)


@rule("cluster")
def addon_values_are_possible(environment: Environment) -> Iterator[Problem]:
    """Values of an add-on have possible names and types."""
    for name, addon in environment.cluster.addons.items():
        yield from slips(name, addon.values, _path(name, "values"))


@rule("cluster", severity="warning")
def versions_have_no_known_vulnerability(environment: Environment) -> Iterator[Problem]:
    """An add-on's version has no vulnerability that the version table knows."""
    known = versions.table().security.addons
    for name, addon in environment.cluster.addons.items():
        fixed = known.get(name)
        if fixed is None or addon.version is None or not addon.enabled:
            continue
        if versions.number(addon.version) < versions.number(fixed.version):
            message = f"has a known vulnerability, {fixed.source}; fixed in {fixed.version}"
            yield Problem(_path(name, "version"), message, addon.version)


def _needing(environment: Environment, name: AddonName) -> Iterator[str]:
    if name == "aws-ebs-csi-driver" and environment.platform.storage_classes.enabled:
        yield f"claims of class {environment.platform.storage_classes.volumes}"
    for addon in enabled_addons(environment):
        if name in addon.eks_addons and addon.installed(environment):
            yield addon.name


def _path(name: AddonName, key: str) -> Path:
    return ("cluster", "addons", name, key)


def slips(name: AddonName, values: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    """The problems of an add-on's values that can be found without AWS.

    Args:
        name: the add-on.
        values: its values.
        path: their path.
    """
    known = KEYS.get(name, ())
    for key in values:
        meant = next((each for each in known if _nearly(key, each)), "")
        if key not in known and meant:
            yield Problem((*path, key), "is not a setting of this add-on", key, suggestion=meant)
    for pattern in TEXTS.get(name, ()):
        for place, value in _at(pattern, values):
            if not isinstance(value, str):
                message = "is not text, which EKS requires here"
                yield Problem((*path, *place), message, value, "text in quotes", _quoted(value))


def _nearly(key: str, known: str) -> bool:
    return SequenceMatcher(None, key.lower(), known.lower()).ratio() >= _NEARLY


def _at(pattern: tuple[str, ...], values: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The values that match a pattern, with their paths."""
    if not pattern:
        yield (), values
    elif isinstance(values, Mapping):
        for key in values if pattern[0] == "*" else [pattern[0]] if pattern[0] in values else []:
            for place, value in _at(pattern[1:], values[key]):
                yield (key, *place), value


def _quoted(value: Any) -> str:
    """A number or a boolean as text; empty for other types."""
    if isinstance(value, bool):
        return f'"{str(value).lower()}"'
    return f'"{value}"' if isinstance(value, int | float) else ""
