"""The shared file system: encrypted, backed up, with a mount target in every zone."""

from typing import Final

from cdktf_cdktf_provider_aws.efs_backup_policy import (
    EfsBackupPolicy,
    EfsBackupPolicyBackupPolicy,
)
from cdktf_cdktf_provider_aws.efs_file_system import EfsFileSystem, EfsFileSystemLifecyclePolicy
from cdktf_cdktf_provider_aws.efs_mount_target import EfsMountTarget
from constructs import Construct

from config import limits
from config.environment import Environment
from modules.identity.kms import EncryptionKey
from modules.network.remote import RemoteNetwork

CREATION_TOKEN: Final = 64
"""Characters. https://docs.aws.amazon.com/efs/latest/ug/API_CreateFileSystem.html"""


class SharedFileSystem:
    """An EFS file system (requirements H2 and J1).

    Attributes:
        id: the file system's id.
        key: the key that encrypts it.
    """

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        network: RemoteNetwork,
        security_group_id: str,
    ) -> None:
        """Makes key, file system, mount targets and backup policy.

        Args:
            scope: the stack.
            environment: gives names and settings.
            network: the subnets of the mount targets.
            security_group_id: the group of the mount targets.
        """
        settings, name = environment.cluster.efs, f"{environment.cluster_name}-efs"
        self.key = EncryptionKey(
            scope,
            "efs_key",
            environment,
            alias=f"alias/{name}",
            description=f"Shared file system of {environment.cluster_name}",
        )
        days = settings.infrequent_access_days
        unit = "DAY" if days == 1 else "DAYS"
        file_system = EfsFileSystem(
            scope,
            "efs",
            # The same token gives the same file system: a second try makes no second one.
            creation_token=limits.shorten(name, CREATION_TOKEN),
            encrypted=True,
            kms_key_id=self.key.arn,
            throughput_mode="elastic",
            lifecycle_policy=[EfsFileSystemLifecyclePolicy(transition_to_ia=f"AFTER_{days}_{unit}")]
            if days
            else None,
            tags={"Name": name},
        )
        self.id = file_system.id
        for zone, subnet_id in network.private_subnet_ids.items():
            EfsMountTarget(
                scope,
                f"efs_mount_target_{zone}",
                file_system_id=self.id,
                subnet_id=subnet_id,
                security_groups=[security_group_id],
            )
        EfsBackupPolicy(
            scope,
            "efs_backup_policy",
            file_system_id=self.id,
            backup_policy=EfsBackupPolicyBackupPolicy(
                status="ENABLED" if settings.backup else "DISABLED"
            ),
        )
