"""The accelerators of an account."""

from __future__ import annotations

from typing import Any

from moto.core.base_backend import BaseBackend


class AcceleratorBackend(BaseBackend):
    """What there is, by ARN, in the form of the API.

    Attributes:
        accelerators: all accelerators.
        attributes: the flow logs of each accelerator.
        listeners: all listeners; the ARN begins with that of the accelerator.
        groups: all endpoint groups; the ARN begins with that of the listener.
        tags: tags of each resource.
    """

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.accelerators: dict[str, dict[str, Any]] = {}
        self.attributes: dict[str, dict[str, Any]] = {}
        self.listeners: dict[str, dict[str, Any]] = {}
        self.groups: dict[str, dict[str, Any]] = {}
        self.tags: dict[str, dict[str, str]] = {}
