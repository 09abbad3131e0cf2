"""The Kubernetes versions that the emulated EKS offers, and the question about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult

from config import versions
from tools.emulator.eks.base import EksBase, invalid_parameter

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class KubernetesVersion:
    """One version.

    Attributes:
        minor: The version as EKS names it.
        support: ``STANDARD_SUPPORT`` or ``EXTENDED_SUPPORT``.
        ends: The last days of standard and of extended support, where they are known.
        default: Whether a cluster gets it when a request names none.
    """

    minor: str
    support: str = "STANDARD_SUPPORT"
    ends: tuple[date, date] | None = None
    default: bool = False


def _offered() -> Iterator[KubernetesVersion]:
    """The minors of config/versions.yaml, the oldest first, and one more on either side.

    So a step too far is refused for the right reason and not because the target is unknown.
    """
    table = versions.table()
    minors = versions.minors()
    yield KubernetesVersion(_beside(minors[0], -1), "EXTENDED_SUPPORT")
    for minor in minors:
        entry = table.kubernetes[minor]
        extended = table.as_of > entry.standard_support_ends
        yield KubernetesVersion(
            minor,
            "EXTENDED_SUPPORT" if extended else "STANDARD_SUPPORT",
            (entry.standard_support_ends, entry.extended_support_ends),
            default=minor == minors[-1],
        )
    yield KubernetesVersion(_beside(minors[-1], 1))


def _beside(minor: str, step: int) -> str:
    major, number = versions.number(minor)
    return f"{major}.{number + step}"


VERSIONS = tuple(_offered())
DEFAULT_VERSION = next(version.minor for version in VERSIONS if version.default)
PLATFORM_VERSION = "eks.1"


def ordinal(version: str) -> int:
    """Returns the place of a version in the row of versions.

    Raises:
        AwsError: EKS does not offer the version.
    """
    minors = [known.minor for known in VERSIONS]
    if version not in minors:
        invalid_parameter(f"unsupported Kubernetes version {version}")
    return minors.index(version)


class KubernetesVersions(EksBase):
    """DescribeClusterVersions.

    Source: https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeClusterVersions.html
    """

    def describe_cluster_versions(self) -> ActionResult:
        """Answers DescribeClusterVersions, newest first."""
        wanted = self._get_param("clusterVersions") or [version.minor for version in VERSIONS]
        default_only = self._get_param("defaultOnly")
        support = self._get_param("versionStatus")
        chosen = [
            _described(version)
            for version in reversed(VERSIONS)
            if version.minor in wanted
            and (version.default or not default_only)
            and support in {None, version.support}
        ]
        return self.page("clusterVersions", chosen)


def _described(version: KubernetesVersion) -> dict[str, Any]:
    keys = ("endOfStandardSupportDate", "endOfExtendedSupportDate")
    ends = [datetime.combine(day, time(), UTC) for day in version.ends or ()]
    return {
        "clusterVersion": version.minor,
        "clusterType": "eks",
        "defaultVersion": version.default,
        "defaultPlatformVersion": PLATFORM_VERSION,
        "status": version.support.replace("_", "-").lower(),
        "versionStatus": version.support,
        **dict(zip(keys, ends, strict=False)),
    }
