"""The VolumeSnapshotClass, whose CRD the EKS add-on `snapshot-controller` installs."""

from collections.abc import Sequence
from typing import Final

from cdktf import ITerraformDependable
from constructs import Construct

from config.environment import Environment
from modules.addons.storage_classes.storage_classes import volume_driver
from modules.helm.contract import Manifest
from modules.helm.helm_release import objects_release

NAMESPACE: Final = "kube-system"
"""Where Helm stores the release; the class itself is cluster-scoped."""

DEFAULT: Final = {"snapshot.storage.kubernetes.io/is-default-class": "true"}

VELERO: Final = {"velero.io/csi-volumesnapshot-class": "true"}
"""Label of the class that Velero uses. https://velero.io/docs/v1.18/csi/"""


def snapshot_class(
    scope: Construct,
    environment: Environment,
    chart: str,
    depends_on: Sequence[ITerraformDependable] = (),
) -> None:
    """Makes the VolumeSnapshotClass of EBS volumes (H1), where snapshots are enabled.

    Args:
        chart: path of our chart of custom resources.
        depends_on: what brings its CRD, if this stack does.
    """
    controller = environment.cluster.addon("snapshot-controller")
    if not environment.platform.storage_classes.enabled or not controller.enabled:
        return
    objects_release(
        scope,
        name="storage-classes",
        namespace=NAMESPACE,
        chart=chart,
        objects=[snapshot_class_manifest(environment)],
        depends_on=depends_on,
    )


def snapshot_class_manifest(environment: Environment) -> Manifest:
    """Source: https://kubernetes.io/docs/concepts/storage/volume-snapshot-classes/."""
    settings = environment.platform.storage_classes
    labels = {"labels": VELERO} if environment.platform.velero.enabled else {}
    return {
        "apiVersion": "snapshot.storage.k8s.io/v1",
        "kind": "VolumeSnapshotClass",
        "metadata": {"name": settings.snapshots, "annotations": DEFAULT, **labels},
        "driver": volume_driver(environment),
        "deletionPolicy": settings.snapshot_deletion_policy,
    }
