"""What add-ons there are: DescribeAddonVersions and DescribeAddonConfiguration."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from moto.core.responses import ActionResult

from tools.emulator.eks.addon_versions import PINNED, is_known
from tools.emulator.eks.base import EksBase, invalid_parameter

if TYPE_CHECKING:
    from tools.emulator.eks.state import Record

_NEED_PERMISSIONS = frozenset({"aws-ebs-csi-driver", "vpc-cni"})


class AddonCatalog(EksBase):
    """The two calls that ask about add-ons in general.

    Source: https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAddonVersions.html
    """

    def describe_addon_versions(self) -> ActionResult:
        """Answers DescribeAddonVersions, for the add-ons whose versions are known here."""
        wanted = self._get_param("addonName")
        kubernetes = self._get_param("kubernetesVersion")
        return self.page(
            "addons",
            [_info(name, kubernetes) for name in PINNED if wanted in {None, name}],
        )

    def describe_addon_configuration(self) -> ActionResult:
        """Answers DescribeAddonConfiguration with a schema that allows every object."""
        name = self._get_param("addonName")
        if not is_known(name):
            invalid_parameter(f"Addon {name} specified is not supported")
        return ActionResult(
            {
                "addonName": name,
                "addonVersion": self._get_param("addonVersion"),
                "configurationSchema": json.dumps({"type": "object"}),
                "podIdentityConfiguration": [],
            }
        )


def _info(name: str, kubernetes: str | None) -> Record:
    minors = [minor for minor in PINNED[name] if kubernetes in {None, minor}]
    versions = sorted({PINNED[name][minor] for minor in minors})
    return {
        "addonName": name,
        "type": "networking" if name in {"coredns", "kube-proxy", "vpc-cni"} else "storage",
        "publisher": "eks",
        "owner": "aws",
        "addonVersions": [
            {
                "addonVersion": version,
                "architecture": ["amd64", "arm64"],
                "computeTypes": ["ec2"],
                "requiresConfiguration": False,
                "requiresIamPermissions": name in _NEED_PERMISSIONS,
                "compatibilities": [
                    {
                        "clusterVersion": minor,
                        "platformVersions": ["*"],
                        "defaultVersion": True,
                    }
                    for minor in minors
                    if version == PINNED[name][minor]
                ],
            }
            for version in versions
        ],
    }
