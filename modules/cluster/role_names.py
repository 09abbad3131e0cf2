"""The names of roles of service accounts in the cluster stack, in `identity.roles.addons`.

Data, without CDKTF.
"""

from typing import Final

from config.environment import Environment
from modules.cluster.addon_catalog import EKS_ADDONS

EFS_MOUNT: Final = "efs-mount"
"""The role with which the EFS CSI driver mounts volumes."""


def has_mount_role(environment: Environment) -> bool:
    """Whether the EFS CSI driver mounts volumes with a role."""
    efs = environment.cluster.efs
    return efs.enabled and efs.iam != "off"


def eks_service_account_roles(environment: Environment) -> list[str]:
    """Those of EKS add-ons, and that with which the EFS CSI driver mounts volumes."""
    cluster = environment.cluster
    found = [spec.name for spec in EKS_ADDONS if spec.service_account and spec.installed(cluster)]
    return [*found, EFS_MOUNT] if has_mount_role(environment) else found
