"""Plays the controllers that make the API server trust webhooks, and opens what nothing answers."""

from typing import Any, Final

from tools.kubernetes.client import Client
from tools.kubernetes.controller import Controller

GROUP: Final = "admissionregistration.k8s.io/v1"
KINDS: Final = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")


class Webhooks(Controller):
    """Writes the certificates of the server that answers into every webhook of a Service.

    Charts leave that to a controller: cert-manager's cainjector, or one of their own. A cluster of
    kind cannot connect to a server on this machine: there webhooks fail open.
    """

    def __init__(self, client: Client, ca_bundle: str) -> None:
        """Names what is to be watched.

        Args:
            ca_bundle: the certificates; empty where nothing answers.
        """
        super().__init__(client)
        self._ca_bundle = ca_bundle

    def reconcile(self) -> None:
        """Changes the webhooks that do not have them yet."""
        for kind in KINDS:
            for found in self.client.objects(GROUP, kind):
                webhooks = found.get("webhooks") or []
                wanted = [self._answered(each) for each in webhooks]
                if wanted != webhooks:
                    version = {"resourceVersion": found["metadata"]["resourceVersion"]}
                    self.client.patch(
                        {"apiVersion": GROUP, "kind": kind, **found},
                        {"metadata": version, "webhooks": wanted},
                    )

    def _answered(self, webhook: dict[str, Any]) -> dict[str, Any]:
        client = webhook["clientConfig"]
        if "service" not in client:
            return webhook
        if not self._ca_bundle:
            return {**webhook, "failurePolicy": "Ignore", "timeoutSeconds": 1}
        return {**webhook, "clientConfig": {**client, "caBundle": self._ca_bundle}}
