"""What is known of the configuration schemas of EKS add-ons, against slips of the pen.

EKS checks values by a schema of each version, which only `aws eks describe-addon-configuration`
tells. So what is unknown here is left to EKS; what is nearly known, or of a type that the schemas
never had, is a slip.
"""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any, Final

from config.problem import Path, Problem
from config.types.kubernetes import AddonName

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
"""Where values are text, those that look like numbers or switches included; same sources."""

_NEARLY: Final = 0.85
"""Share of letters in common from which on a key is taken for another one."""


def slips(name: AddonName, values: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    """What is wrong with the values of an add-on, as far as one can know without AWS.

    Args:
        name: the add-on.
        values: its values.
        path: where they stand.
    """
    known = KEYS.get(name, ())
    for key in values:
        meant = next((each for each in known if _nearly(key, each)), "")
        if key not in known and meant:
            yield Problem((*path, key), "is no setting of this add-on", key, suggestion=meant)
    for pattern in TEXTS.get(name, ()):
        for place, value in _at(pattern, values):
            if not isinstance(value, str):
                message = "is not text, and EKS takes nothing else here"
                yield Problem((*path, *place), message, value, "text in quotes", _quoted(value))


def _nearly(key: str, known: str) -> bool:
    return SequenceMatcher(None, key.lower(), known.lower()).ratio() >= _NEARLY


def _at(pattern: tuple[str, ...], values: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The values that a pattern leads to, with their places."""
    if not pattern:
        yield (), values
    elif isinstance(values, Mapping):
        for key in values if pattern[0] == "*" else [pattern[0]] if pattern[0] in values else []:
            for place, value in _at(pattern[1:], values[key]):
                yield (key, *place), value


def _quoted(value: Any) -> str:
    """A number or a switch as text; empty for what text cannot stand for."""
    if isinstance(value, bool):
        return f'"{str(value).lower()}"'
    return f'"{value}"' if isinstance(value, int | float) else ""
