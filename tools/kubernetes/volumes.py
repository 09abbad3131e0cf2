"""Plays the EBS CSI driver: gives each claim of a scheduled pod a volume in its node's zone."""

import contextlib
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, Self

from tools.kubernetes.client import Client, KubernetesError, Object

SELECTED_NODE: Final = "volume.kubernetes.io/selected-node"
"""Set by the scheduler where a storage class waits for the first consumer:
https://kubernetes.io/docs/concepts/storage/storage-classes/#volume-binding-mode"""

PROVISIONED_BY: Final = "pv.kubernetes.io/provisioned-by"
ZONE: Final = "topology.kubernetes.io/zone"

_POLL_SECONDS: Final = 0.3


class Provisioner:
    """Runs in a thread of its own while the context lasts."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, name="provisioner", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ends.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ends.wait(_POLL_SECONDS):
            # Objects change and vanish while they are read: the next round sees what is then.
            with contextlib.suppress(KubernetesError, OSError):
                self._provision()
                self._release()

    def _provision(self) -> None:
        pending = [
            claim
            for claim in self._client.objects("v1", "PersistentVolumeClaim")
            if not claim["spec"].get("volumeName")
            and (claim["metadata"].get("annotations") or {}).get(SELECTED_NODE)
        ]
        for claim in pending:
            with contextlib.suppress(KubernetesError):
                self._client.create(self._volume(claim))

    def _release(self) -> None:
        """Deletes the volumes whose claims are gone, as the driver does where the class says so."""
        for volume in self._client.objects("v1", "PersistentVolume"):
            spec, metadata = volume["spec"], volume["metadata"]
            released = volume.get("status", {}).get("phase") == "Released"
            if released and spec["persistentVolumeReclaimPolicy"] == "Delete":
                named = {"name": metadata["name"]}
                self._client.delete(
                    {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": named}
                )

    def _volume(self, claim: Mapping[str, Any]) -> Object:
        metadata, spec = claim["metadata"], claim["spec"]
        class_ = self._client.get("storage.k8s.io/v1", "StorageClass", spec["storageClassName"])
        node = self._client.get("v1", "Node", metadata["annotations"][SELECTED_NODE])
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
