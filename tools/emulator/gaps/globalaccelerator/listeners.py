"""Listeners of accelerators."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.moto_api._internal import mock_random

from tools.emulator.gaps.globalaccelerator.accelerators import Accelerators
from tools.emulator.gaps.globalaccelerator.base import refuse

_SETTINGS = ("PortRanges", "Protocol", "ClientAffinity")


class Listeners(Accelerators):
    """Listeners, which belong to an accelerator."""

    def create_listener(self) -> ActionResult:
        """Answers CreateListener."""
        owner = self.accelerator()["AcceleratorArn"]
        arn = f"{owner}/listener/{mock_random.get_random_hex(8)}"
        defaults = {"Protocol": "TCP", "ClientAffinity": "NONE"}
        self.backend.listeners[arn] = {"ListenerArn": arn, **defaults, **self.given(*_SETTINGS)}
        self.backend.tags[arn] = {}
        self.changes(owner)
        return ActionResult({"Listener": self.backend.listeners[arn]})

    def describe_listener(self) -> ActionResult:
        """Answers DescribeListener."""
        return ActionResult({"Listener": self.listener()})

    def list_listeners(self) -> ActionResult:
        """Answers ListListeners."""
        prefix = f"{self.accelerator()['AcceleratorArn']}/"
        known = self.backend.listeners
        return ActionResult({"Listeners": [known[arn] for arn in known if arn.startswith(prefix)]})

    def update_listener(self) -> ActionResult:
        """Answers UpdateListener."""
        listener = self.listener()
        listener |= self.given(*_SETTINGS)
        self.changes(accelerator_of(listener["ListenerArn"]))
        return ActionResult({"Listener": listener})

    def delete_listener(self) -> EmptyResult:
        """Answers DeleteListener, which AWS refuses while it has endpoint groups."""
        arn: str = self.listener()["ListenerArn"]
        if any(group.startswith(f"{arn}/") for group in self.backend.groups):
            refuse("AssociatedEndpointGroupFoundException", f"{arn} has endpoint groups")
        del self.backend.listeners[arn], self.backend.tags[arn]
        self.changes(accelerator_of(arn))
        return EmptyResult()

    def listener(self) -> dict[str, Any]:
        """Returns the listener that the request names, or refuses the request."""
        arn = self._get_param("ListenerArn")
        if arn not in self.backend.listeners:
            refuse("ListenerNotFoundException", f"There is no listener {arn}")
        return self.backend.listeners[arn]


def accelerator_of(arn: str) -> str:
    """Returns the ARN of the accelerator of a listener or an endpoint group."""
    return arn.partition("/listener/")[0]
