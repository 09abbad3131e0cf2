"""Plays the controllers that take their finalizers off objects which are being deleted.

A custom resource with the finalizer of a controller stays until the controller has tidied up. Here
no controller runs, so this does it in its place: while a pod of the controller's namespace is
ready, and not after it is gone. So the order in which releases are destroyed matters as on EKS.
"""

import contextlib
from typing import Any, Final

from tools.kubernetes.client import KubernetesError
from tools.kubernetes.controller import Controller

FINALIZERS: Final = {
    "resources-finalizer.argocd.argoproj.io": ("argoproj.io/v1alpha1", "AppProject"),
}
"""By finalizer, the objects that have it. Their controller is in their own namespace."""


class Finalizers(Controller):
    """Ends deletions that wait for a controller."""

    def reconcile(self) -> None:
        """Takes them off all objects that are being deleted."""
        for finalizer, (api_version, kind) in FINALIZERS.items():
            # The CRD may be missing.
            with contextlib.suppress(KubernetesError):
                for each in self.client.objects(api_version, kind):
                    self._take_off(finalizer, {"apiVersion": api_version, "kind": kind, **each})

    def _take_off(self, finalizer: str, found: dict[str, Any]) -> None:
        metadata = found["metadata"]
        finalizers: list[str] = metadata.get("finalizers") or []
        if finalizer not in finalizers or not metadata.get("deletionTimestamp"):
            return
        if self._controller_runs(metadata["namespace"]):
            kept = [each for each in finalizers if each != finalizer]
            self.client.patch(found, {"metadata": {"finalizers": kept}})

    def _controller_runs(self, namespace: str) -> bool:
        return any(
            condition["type"] == "Ready" and condition["status"] == "True"
            for pod in self.client.objects("v1", "Pod", namespace)
            for condition in pod["status"].get("conditions") or ()
        )
