"""Plays the controllers that take their finalizers off objects which are being deleted.

A custom resource with the finalizer of a controller stays until the controller has tidied up. Here
no controller runs, so this does it in its place: while a pod of the controller's namespace is
ready, and not after it is gone. So the order in which releases are destroyed matters as on EKS.
"""

import contextlib
import threading
from types import TracebackType
from typing import Any, Final, Self

from tools.kubernetes.client import Client, KubernetesError

FINALIZERS: Final = {
    "resources-finalizer.argocd.argoproj.io": ("argoproj.io/v1alpha1", "AppProject"),
}
"""By finalizer, the objects that have it. Their controller is in their own namespace."""

_POLL_SECONDS: Final = 0.3


class Finalizers:
    """Runs in a thread of its own while the context lasts."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, name="finalizers", daemon=True)

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
            for finalizer, (api_version, kind) in FINALIZERS.items():
                # The CRD may be missing, and objects vanish while they are read.
                with contextlib.suppress(KubernetesError, OSError):
                    for each in self._client.objects(api_version, kind):
                        named = {"apiVersion": api_version, "kind": kind, **each}
                        self._take_off(finalizer, named)

    def _take_off(self, finalizer: str, found: dict[str, Any]) -> None:
        metadata = found["metadata"]
        finalizers: list[str] = metadata.get("finalizers") or []
        if finalizer not in finalizers or not metadata.get("deletionTimestamp"):
            return
        if self._controller_runs(metadata["namespace"]):
            kept = [each for each in finalizers if each != finalizer]
            self._client.patch(found, {"metadata": {"finalizers": kept}})

    def _controller_runs(self, namespace: str) -> bool:
        return any(
            condition["type"] == "Ready" and condition["status"] == "True"
            for pod in self._client.objects("v1", "Pod", namespace)
            for condition in pod["status"].get("conditions") or ()
        )
