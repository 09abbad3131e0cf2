"""The namespaces of add-ons, with their Pod Security labels."""

from collections.abc import Sequence
from typing import Final

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_kubernetes.namespace_v1 import NamespaceV1, NamespaceV1Metadata
from constructs import Construct

from modules.helm.default_account import without_token
from modules.helm.pod_security import PLATFORM_LABEL, pod_security, pod_security_labels
from modules.helm.releases import PlannedRelease

CONTROLLER: Final = "elbv2.k8s.aws/"
AUTO_MODE: Final = "eks.amazonaws.com/"
"""https://docs.aws.amazon.com/eks/latest/userguide/migrate-auto.html"""


class AddonNamespaces:
    """The namespaces of add-ons.

    Attributes:
        made: the namespaces by name.
    """

    def __init__(
        self, scope: Construct, releases: Sequence[PlannedRelease], *, auto_mode: bool = False
    ) -> None:
        """Makes them.

        Args:
            auto_mode: whether EKS Auto Mode does what the AWS Load Balancer Controller does
                elsewhere; its labels have another prefix.
        """
        self.made = {
            name: NamespaceV1(
                scope,
                f"namespace_{name.replace('-', '_')}",
                metadata=NamespaceV1Metadata(
                    name=name,
                    labels={
                        **_additional_labels(releases, name, auto_mode=auto_mode),
                        **PLATFORM_LABEL,
                        **pod_security_labels(level),
                    },
                ),
            )
            for name, level in pod_security(releases).items()
        }

        self._accounts = {
            name: without_token(scope, f"default_account_{name.replace('-', '_')}", namespace)
            for name, namespace in self.made.items()
        }

    def ready(self, name: str) -> list[ITerraformDependable]:
        """The dependencies of a release in a namespace."""
        return [self.made[name], self._accounts[name]] if name in self.made else []


def _additional_labels(
    releases: Sequence[PlannedRelease], namespace: str, *, auto_mode: bool
) -> dict[str, str]:
    labels: dict[str, str] = {}
    for release in releases:
        if release.namespace == namespace:
            labels |= release.addon.namespace_labels
    if auto_mode:
        return {key.replace(CONTROLLER, AUTO_MODE): value for key, value in labels.items()}
    return labels
