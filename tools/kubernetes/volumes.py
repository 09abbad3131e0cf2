"""Plays the EBS CSI driver: gives each claim of a scheduled pod a volume in its node's zone."""

import contextlib
from collections.abc import Mapping
from typing import Any, Final

from tools.kubernetes.client import KubernetesError, Object
from tools.kubernetes.controller import Controller

SELECTED_NODE: Final = "volume.kubernetes.io/selected-node"
"""Set by the scheduler where a storage class waits for the first consumer:
https://kubernetes.io/docs/concepts/storage/storage-classes/#volume-binding-mode"""

PROVISIONED_BY: Final = "pv.kubernetes.io/provisioned-by"
ZONE: Final = "topology.kubernetes.io/zone"


class Provisioner(Controller):
    """Provisions volumes as storage classes with `WaitForFirstConsumer` ask for."""

    def reconcile(self) -> None:
        """Makes the volumes that are claimed, deletes those that no longer are."""
        self._provision()
        self._release()

    def _provision(self) -> None:
        pending = [
            claim
            for claim in self.client.objects("v1", "PersistentVolumeClaim")
            if not claim["spec"].get("volumeName")
            and (claim["metadata"].get("annotations") or {}).get(SELECTED_NODE)
        ]
        for claim in pending:
            with contextlib.suppress(KubernetesError):
                self.client.create(self._volume(claim))

    def _release(self) -> None:
        """Deletes the volumes whose claims are gone, as the driver does where the class says so."""
        for volume in self.client.objects("v1", "PersistentVolume"):
            spec, metadata = volume["spec"], volume["metadata"]
            released = volume.get("status", {}).get("phase") == "Released"
            if released and spec["persistentVolumeReclaimPolicy"] == "Delete":
                named = {"name": metadata["name"]}
                self.client.delete(
                    {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": named}
                )

    def _volume(self, claim: Mapping[str, Any]) -> Object:
        metadata, spec = claim["metadata"], claim["spec"]
        class_ = self.client.get("storage.k8s.io/v1", "StorageClass", spec["storageClassName"])
        node = self.client.get("v1", "Node", metadata["annotations"][SELECTED_NODE])
        zone = (node or {"metadata": {"labels": {}}})["metadata"]["labels"].get(ZONE)
        provisioner = (class_ or {})["provisioner"]
        in_zone = {"key": ZONE, "operator": "In", "values": [zone]}
        affinity = {"required": {"nodeSelectorTerms": [{"matchExpressions": [in_zone]}]}}
        return {
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {
                "name": f"pvc-{metadata['uid']}",
                "annotations": {PROVISIONED_BY: provisioner},
            },
            "spec": {
                "accessModes": spec["accessModes"],
                "capacity": {"storage": spec["resources"]["requests"]["storage"]},
                "persistentVolumeReclaimPolicy": (class_ or {}).get("reclaimPolicy", "Delete"),
                "storageClassName": spec["storageClassName"],
                "volumeMode": spec.get("volumeMode", "Filesystem"),
                "claimRef": {
                    "apiVersion": "v1",
                    "kind": "PersistentVolumeClaim",
                    "name": metadata["name"],
                    "namespace": metadata["namespace"],
                    "uid": metadata["uid"],
                },
                "csi": {"driver": provisioner, "volumeHandle": f"vol-{metadata['uid']}"},
                # A volume of EBS is in one zone, and so is every pod that uses it from then on.
                **({"nodeAffinity": affinity} if zone else {}),
            },
        }
