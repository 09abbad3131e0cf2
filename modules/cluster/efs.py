"""The shared EFS file system: encrypted, backed up, with a mount target in every zone."""

from dataclasses import dataclass, replace
from typing import Final

from cdktf_cdktf_provider_aws.efs_backup_policy import (
    EfsBackupPolicy,
    EfsBackupPolicyBackupPolicy,
)
from cdktf_cdktf_provider_aws.efs_file_system import (
    EfsFileSystem,
    EfsFileSystemLifecyclePolicy,
    EfsFileSystemProtection,
)
from cdktf_cdktf_provider_aws.efs_file_system_policy import EfsFileSystemPolicy
from cdktf_cdktf_provider_aws.efs_mount_target import EfsMountTarget
from constructs import Construct

from config.derived import limits, replication
from config.environment import Environment
from modules.identity.kms import EncryptionKey
from modules.identity.policy import Statement, policy_document
from modules.lifecycle import protection
from modules.network.remote import RemoteNetwork

CREATION_TOKEN: Final = 64
"""Characters. https://docs.aws.amazon.com/efs/latest/ug/API_CreateFileSystem.html"""

UNPRIVILEGED_ACTIONS: Final = ("elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite")
"""To read and to write."""

CLIENT_ACTIONS: Final = (*UNPRIVILEGED_ACTIONS, "elasticfilesystem:ClientRootAccess")
"""All client actions of a file system."""


@dataclass(frozen=True)
class MountRole:
    """The role with which the CSI driver mounts a file system.

    Attributes:
        exists: whether it is made before the policy, which may name existing roles only; if not,
            a condition names it.
    """

    arn: str
    exists: bool


class SharedFileSystem:
    """An EFS file system (H2, J1).

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
        mounting: MountRole | None = None,
    ) -> None:
        """Makes it.

        Args:
            mounting: the role with which the CSI driver mounts; None where it has none.
        """
        settings, name = environment.cluster.efs, f"{environment.cluster_name}-efs"
        protected = not settings.force_destroy
        replicated = replication.file_partner(environment) is not None
        self.key = EncryptionKey(
            scope,
            "efs_key",
            environment,
            alias=f"alias/{name}",
            description=f"Shared file system of {environment.cluster_name}",
            prevent_destroy=protected,
        )
        days = settings.infrequent_access_days
        unit = "DAY" if days == 1 else "DAYS"
        file_system = EfsFileSystem(
            scope,
            "efs",
            # With the same token EFS returns the existing file system, so that a retry makes no
            # second one.
            creation_token=limits.shorten(name, CREATION_TOKEN),
            encrypted=True,
            kms_key_id=self.key.arn,
            throughput_mode="elastic",
            lifecycle_policy=[EfsFileSystemLifecyclePolicy(transition_to_ia=f"AFTER_{days}_{unit}")]
            if days
            else None,
            tags={"Name": name},
            protection=(
                EfsFileSystemProtection(replication_overwrite="DISABLED")
                if replicated and replication.is_destination(environment)
                else None
            ),
            lifecycle=protection(
                when=protected,
                # A new destination may be overwritten. Later EFS protects what was written after a
                # failover, and `make efs-overwrite` alone gives that up.
                ignore_changes=["protection"] if replicated else None,
            ),
        )
        self.id = file_system.id
        EfsFileSystemPolicy(
            scope,
            "efs_policy",
            file_system_id=self.id,
            policy=file_system_policy(environment, file_system.arn, mounting),
        )
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


def file_system_policy(environment: Environment, arn: str, mounting: MountRole | None) -> str:
    """Allows clients of the mount targets with TLS, through an access point and not as root.

    The CSI driver mounts with TLS and through the access point of the claim; with its IAM role only
    volumes that have the mount option `iam`. It mounts the root only to delete directories of
    volumes, an option of its controller that is off.

    Args:
        mounting: the driver's role, the only one that mounts where `iam` is `required`. With
            `root_mounts`, the only one that mounts the root and is root; without a role all
            clients are.

    Sources:
        https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
        https://docs.aws.amazon.com/efs/latest/ug/access-points-iam-policy.html
        https://github.com/kubernetes-sigs/aws-efs-csi-driver/blob/master/examples/kubernetes/encryption_in_transit/README.md
    """
    settings, any_principal = environment.cluster.efs, {"AWS": ["*"]}
    required = settings.iam == "required"
    driver = {"AWS": [mounting.arn]} if mounting and mounting.exists else any_principal
    # A principal has to exist; a condition may name a role that is made later.
    named: dict[str, dict[str, str]] = {}
    if mounting and not mounting.exists:
        named = {"ArnEquals": {"aws:PrincipalArn": mounting.arn}}
    via_target = {"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}}
    access_points = (
        f"arn:{environment.partition}:elasticfilesystem:{environment.region}"
        f":{environment.account}:access-point/*"
    )
    via_access_point = {"ArnLike": {"elasticfilesystem:AccessPointArn": access_points}}
    unprivileged = Statement(
        "MountTargets",
        UNPRIVILEGED_ACTIONS,
        [arn],
        principals=driver if required else any_principal,
        conditions={**(named if required else {}), **via_target, **via_access_point},
    )
    root = Statement(
        "RootMounts", CLIENT_ACTIONS, [arn], principals=driver, conditions={**named, **via_target}
    )
    allowed = [unprivileged]
    if settings.root_mounts:
        # Root mounts include those through access points.
        one = required or mounting is None
        allowed = [replace(root, sid="MountTargets")] if one else [unprivileged, root]
    return policy_document(
        *allowed,
        Statement(
            "DenyWithoutTLS",
            CLIENT_ACTIONS,
            [arn],
            principals=any_principal,
            conditions={"Bool": {"aws:SecureTransport": "false"}},
            effect="Deny",
        ),
    )
