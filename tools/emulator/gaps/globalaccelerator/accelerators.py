"""Accelerators: made, changed, disabled, deleted."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

from tools.emulator.gaps.globalaccelerator.base import (
    DEPLOYED,
    IN_PROGRESS,
    AcceleratorBase,
    refuse,
)


class Accelerators(AcceleratorBase):
    """Accelerators, whose changes are in progress until they are described once."""

    def create_accelerator(self) -> ActionResult:
        """Answers CreateAccelerator."""
        arn = f"arn:aws:globalaccelerator::{self.current_account}:accelerator/{mock_random.uuid4()}"
        name = mock_random.get_random_hex(16)
        defaults = {"IpAddressType": "IPV4", "Enabled": True}
        given = self.given("Name", "IpAddressType", "Enabled")
        self.backend.accelerators[arn] = {
            "AcceleratorArn": arn,
            **defaults,
            **given,
            "IpSets": [
                {
                    "IpFamily": "IPv4",
                    "IpAddressFamily": "IPv4",
                    "IpAddresses": self._get_param("IpAddresses") or ["192.0.2.1", "198.51.100.1"],
                }
            ],
            "DnsName": f"a{name}.awsglobalaccelerator.com",
            "Status": IN_PROGRESS,
            "CreatedTime": utcnow(),
            "LastModifiedTime": utcnow(),
        }
        self.backend.attributes[arn] = {"FlowLogsEnabled": False}
        self.keep_tags(arn)
        return ActionResult({"Accelerator": self.backend.accelerators[arn]})

    def describe_accelerator(self) -> ActionResult:
        """Answers DescribeAccelerator; the change is complete at the next one."""
        accelerator = self.accelerator()
        answer = dict(accelerator)
        accelerator["Status"] = DEPLOYED
        return ActionResult({"Accelerator": answer})

    def list_accelerators(self) -> ActionResult:
        """Answers ListAccelerators."""
        return ActionResult({"Accelerators": list(self.backend.accelerators.values())})

    def update_accelerator(self) -> ActionResult:
        """Answers UpdateAccelerator."""
        accelerator = self.accelerator()
        accelerator |= self.given("Name", "IpAddressType", "Enabled")
        self.changes(accelerator["AcceleratorArn"])
        return ActionResult({"Accelerator": accelerator})

    def describe_accelerator_attributes(self) -> ActionResult:
        """Answers DescribeAcceleratorAttributes."""
        arn = self.accelerator()["AcceleratorArn"]
        return ActionResult({"AcceleratorAttributes": self.backend.attributes[arn]})

    def update_accelerator_attributes(self) -> ActionResult:
        """Answers UpdateAcceleratorAttributes."""
        attributes = self.backend.attributes[self.accelerator()["AcceleratorArn"]]
        attributes |= self.given("FlowLogsEnabled", "FlowLogsS3Bucket", "FlowLogsS3Prefix")
        return ActionResult({"AcceleratorAttributes": attributes})

    def delete_accelerator(self) -> EmptyResult:
        """Answers DeleteAccelerator, which AWS refuses before it is disabled and empty."""
        accelerator = self.accelerator()
        arn: str = accelerator["AcceleratorArn"]
        if accelerator["Enabled"]:
            refuse("AcceleratorNotDisabledException", f"{arn} must be disabled first")
        if any(listener.startswith(f"{arn}/") for listener in self.backend.listeners):
            refuse("AssociatedListenerFoundException", f"{arn} has listeners")
        for known in (self.backend.accelerators, self.backend.attributes, self.backend.tags):
            del known[arn]
        return EmptyResult()

    def accelerator(self) -> dict[str, Any]:
        """Returns the accelerator that the request names, or refuses the request."""
        arn = self._get_param("AcceleratorArn")
        if arn not in self.backend.accelerators:
            refuse("AcceleratorNotFoundException", f"There is no accelerator {arn}")
        return self.backend.accelerators[arn]
