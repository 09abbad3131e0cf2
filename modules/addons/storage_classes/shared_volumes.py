"""The PersistentVolumes of `cluster.efs.volumes`."""

from collections.abc import Iterator
from typing import Final

from cdktf_cdktf_provider_kubernetes.persistent_volume_v1 import (
    PersistentVolumeV1,
    PersistentVolumeV1Metadata,
    PersistentVolumeV1Spec,
    PersistentVolumeV1SpecClaimRef,
    PersistentVolumeV1SpecPersistentVolumeSource,
    PersistentVolumeV1SpecPersistentVolumeSourceCsi,
)
from constructs import Construct

from config.environment import Environment
from modules.addons.storage_classes.storage_classes import EFS, mount_options
from modules.remote_state import RemoteOutputs

CAPACITY: Final = "1Pi"
"""A claim may request at most this; EFS has no limit. It counts in no quota, unlike the request."""


def shared_volumes(
    scope: Construct, environment: Environment, outputs: RemoteOutputs
) -> Iterator[PersistentVolumeV1]:
    """Makes a volume for each claim, and for no other one.

    A region whose file system is read-only has the same volumes: the file system refuses to write.
    So nothing of them changes with a failover.

    https://github.com/kubernetes-sigs/aws-efs-csi-driver/blob/master/examples/kubernetes/access_points/README.md
    """
    efs = environment.cluster.efs
    file_system = outputs.get(f"{efs.stack}.efs_file_system_id")
    for name, volume in efs.volumes.items():
        access_point = outputs.get(f"{efs.stack}.access_point_ids.{name}")
        yield PersistentVolumeV1(
            scope,
            f"volume_{name.replace('-', '_')}",
            metadata=PersistentVolumeV1Metadata(name=f"efs-{name}"),
            spec=[
                PersistentVolumeV1Spec(
                    access_modes=["ReadWriteMany", "ReadOnlyMany"],
                    capacity={"storage": CAPACITY},
                    claim_ref=PersistentVolumeV1SpecClaimRef(
                        name=volume.claim or name, namespace=volume.namespace
                    ),
                    mount_options=mount_options(iam=efs.iam != "off"),
                    persistent_volume_reclaim_policy="Retain",
                    persistent_volume_source=PersistentVolumeV1SpecPersistentVolumeSource(
                        csi=PersistentVolumeV1SpecPersistentVolumeSourceCsi(
                            driver=EFS, volume_handle=f"{file_system}::{access_point}"
                        )
                    ),
                )
            ],
        )
