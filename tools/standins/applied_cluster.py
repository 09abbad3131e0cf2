"""Resources of both providers, applied to a real Kubernetes API."""

import json
import os
import threading
from typing import Any

from tools.kubernetes.client import Access, Client
from tools.standins import applied_objects, applied_releases
from tools.standins.target import Target
from tools.standins.variables import CLUSTER

State = dict[str, Any]


class Cluster(Target):
    """The cluster that resources are applied to."""

    def __init__(self) -> None:
        self._access = Access(**json.loads(os.environ[CLUSTER]))
        # Terraform works on ten resources at a time, and a client has one connection.
        self._threads = threading.local()

    def create(self, type_: str, planned: State) -> None:
        if type_ == "helm_release":
            applied_releases.create(planned)
        else:
            applied_objects.create(self._client(), type_, planned)

    def read(self, type_: str, current: State) -> State | None:
        if type_ == "helm_release":
            return applied_releases.read(current)
        return applied_objects.read(self._client(), type_, current)

    def update(self, type_: str, planned: State) -> None:
        if type_ == "helm_release":
            applied_releases.update(planned)
        else:
            applied_objects.update(self._client(), type_, planned)

    def delete(self, type_: str, current: State) -> None:
        if type_ == "helm_release":
            applied_releases.delete(current)
        else:
            applied_objects.delete(self._client(), type_, current)

    def _client(self) -> Client:
        if not hasattr(self._threads, "client"):
            self._threads.client = Client(self._access)
        return self._threads.client
