"""What add-ons there are: DescribeAddonVersions and DescribeAddonConfiguration."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from moto.core.responses import ActionResult

from config.versions import number
from tools.emulator.eks.addon_versions import PINNED, is_known, is_supported
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
    fitting = _fitting(name)
    minors = [minor for minor in fitting if kubernetes in {None, minor}]
    versions = sorted({version for minor in minors for version in fitting[minor]})
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
                        "defaultVersion": version == PINNED[name][minor],
                    }
                    for minor in minors
                    if version in fitting[minor]
                ],
            }
            for version in versions
        ],
    }


def _fitting(name: str) -> dict[str, set[str]]:
    """The builds for each minor: the pinned one, and those of earlier minors that still run."""
    pinned = PINNED[name]
    return {
        minor: {
            build
            for earlier, build in pinned.items()
            if number(earlier) <= number(minor) and is_supported(name, build, minor)
        }
        for minor in pinned
    }
