"""The Kubernetes versions that the emulated EKS offers, and the question about them."""

from __future__ import annotations

from dataclasses import dataclass

from moto.core.responses import ActionResult

from tools.emulator.eks.base import EksBase, invalid_parameter


@dataclass(frozen=True)
class KubernetesVersion:
    """One version.

    Attributes:
        minor: The version as EKS names it.
        support: ``STANDARD_SUPPORT`` or ``EXTENDED_SUPPORT``.
        default: Whether a cluster gets it when a request names none.
    """

    minor: str
    support: str = "STANDARD_SUPPORT"
    default: bool = False


# One more on either side than the project uses, so that steps too far are refused for the right
# reason and not because the target is unknown.
VERSIONS = (
    KubernetesVersion("1.32", "EXTENDED_SUPPORT"),
    KubernetesVersion("1.33"),
    KubernetesVersion("1.34"),
    KubernetesVersion("1.35", default=True),
    KubernetesVersion("1.36"),
)
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
            {
                "clusterVersion": version.minor,
                "clusterType": "eks",
                "defaultVersion": version.default,
                "defaultPlatformVersion": PLATFORM_VERSION,
                "status": version.support.replace("_", "-").lower(),
                "versionStatus": version.support,
            }
            for version in reversed(VERSIONS)
            if version.minor in wanted
            and (version.default or not default_only)
            and support in {None, version.support}
        ]
        return self.page("clusterVersions", chosen)
