"""The class of volume snapshots, whose kind the EKS add-on `snapshot-controller` brings."""

from typing import Final

from constructs import Construct

from config.environment import Environment
from modules.addons.storage_classes.storage_classes import EBS
from modules.helm.contract import Manifest
from modules.helm.helm_release import objects_release

NAMESPACE: Final = "kube-system"
"""Helm keeps its record of the release there; the class itself belongs to the whole cluster."""

DEFAULT: Final = {"snapshot.storage.kubernetes.io/is-default-class": "true"}

VELERO: Final = {"velero.io/csi-volumesnapshot-class": "true"}
"""Label of the class that Velero takes. https://velero.io/docs/v1.18/csi/"""


def snapshot_class(environment: Environment) -> Manifest:
    """The class, as an object.

    Args:
        environment: names it.

    Source: https://kubernetes.io/docs/concepts/storage/volume-snapshot-classes/
    """
    settings = environment.platform.storage_classes
    labels = {"labels": VELERO} if environment.platform.velero.enabled else {}
    return {
        "apiVersion": "snapshot.storage.k8s.io/v1",
        "kind": "VolumeSnapshotClass",
        "metadata": {"name": settings.snapshots, "annotations": DEFAULT, **labels},
        "driver": EBS,
        "deletionPolicy": settings.snapshot_deletion_policy,
    }


class SnapshotClass:
    """The class of snapshots of EBS volumes (requirement H1)."""

    def __init__(self, scope: Construct, environment: Environment, chart: str) -> None:
        """Makes it, unless the snapshot controller is switched off.

        Args:
            scope: the stack.
            environment: names it.
            chart: path of our own chart of custom resources.
        """
        controller = environment.cluster.addon("snapshot-controller")
        if not environment.platform.storage_classes.enabled or not controller.enabled:
            return
        objects_release(
            scope,
            name="storage-classes",
            namespace=NAMESPACE,
            chart=chart,
            objects=[snapshot_class(environment)],
        )
