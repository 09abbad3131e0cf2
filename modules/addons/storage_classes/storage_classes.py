"""StorageClasses: encrypted EBS volumes as the default, and shared EFS volumes."""

from typing import Final

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_kubernetes.storage_class_v1 import StorageClassV1, StorageClassV1Metadata
from constructs import Construct

from config.environment import Environment
from modules.identity.volume_key import volume_key_arn
from modules.remote_state import RemoteOutputs

DEFAULT: Final = {"storageclass.kubernetes.io/is-default-class": "true"}
"""https://kubernetes.io/docs/concepts/storage/storage-classes/#default-storageclass"""

EBS: Final = "ebs.csi.aws.com"
AUTO_EBS: Final = "ebs.csi.eks.amazonaws.com"
"""The driver of EKS Auto Mode. https://docs.aws.amazon.com/eks/latest/userguide/create-storage-class.html"""

EFS: Final = "efs.csi.aws.com"


class StorageClasses:
    """The StorageClasses (H1, H2).

    Attributes:
        ready: what users of volumes must depend on.
    """

    def __init__(self, scope: Construct, environment: Environment, outputs: RemoteOutputs) -> None:
        self.ready: list[ITerraformDependable] = []
        settings = environment.platform.storage_classes
        if settings.enabled:
            key = settings.kms_key or volume_key_arn(
                environment, lambda output: outputs.get(f"cluster.{output}")
            )
            self.ready.append(_volumes(scope, environment, key))
        if settings.enabled and environment.cluster.efs.enabled:
            file_system = outputs.get(f"{environment.cluster.efs.stack}.efs_file_system_id")
            iam = environment.cluster.efs.iam != "off"
            self.ready.append(_shared(scope, settings.shared, file_system, iam=iam))
        if environment.cluster.efs.enabled and environment.cluster.efs.volumes:
            # Imported here, because other environments do not need its bindings.
            from modules.addons.storage_classes.shared_volumes import (  # noqa: PLC0415
                shared_volumes,
            )

            self.ready += shared_volumes(scope, environment, outputs)


def volume_driver(environment: Environment) -> str:
    """The CSI driver of EBS volumes and their snapshots."""
    return AUTO_EBS if environment.cluster.auto_mode else EBS


def _volumes(scope: Construct, environment: Environment, key: str | None) -> StorageClassV1:
    """https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/parameters.md."""
    settings = environment.platform.storage_classes
    own = {"kmsKeyId": key} if key else {}
    return StorageClassV1(
        scope,
        "storage_class_volumes",
        metadata=StorageClassV1Metadata(name=settings.volumes, annotations=DEFAULT),
        storage_provisioner=volume_driver(environment),
        parameters={"type": "gp3", "encrypted": "true", "csi.storage.k8s.io/fstype": "ext4"} | own,
        reclaim_policy=settings.reclaim_policy,
        # A volume is in one zone, so that it is made after the pod is scheduled.
        volume_binding_mode="WaitForFirstConsumer",
        allow_volume_expansion=True,
    )


def _shared(scope: Construct, name: str, file_system: str, *, iam: bool) -> StorageClassV1:
    """Each claim gets an EFS access point with its own directory and user.

    Args:
        iam: mount with the driver's role.

    https://github.com/kubernetes-sigs/aws-efs-csi-driver/blob/master/docs/README.md
    """
    return StorageClassV1(
        scope,
        "storage_class_shared",
        metadata=StorageClassV1Metadata(name=name),
        storage_provisioner=EFS,
        parameters={
            "provisioningMode": "efs-ap",
            "fileSystemId": file_system,
            "directoryPerms": "700",
            "basePath": "/volumes",
        },
        mount_options=mount_options(iam=iam),
        # Data shared by several pods is not deleted with one claim.
        reclaim_policy="Retain",
        volume_binding_mode="Immediate",
    )


def mount_options(*, iam: bool) -> list[str]:
    """How volumes of EFS are mounted: encrypted, and with the driver's role where it has one."""
    return ["tls", "iam"] if iam else ["tls"]
