"""Endpoint groups of listeners: where an accelerator leads requests in a region."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.elbv2.models import elbv2_backends
from moto.moto_api._internal import mock_random

from tools.emulator.gaps.globalaccelerator.base import refuse
from tools.emulator.gaps.globalaccelerator.listeners import Listeners, accelerator_of

_SETTINGS = (
    "TrafficDialPercentage",
    "HealthCheckPort",
    "HealthCheckProtocol",
    "HealthCheckPath",
    "HealthCheckIntervalSeconds",
    "ThresholdCount",
    "PortOverrides",
)
_DEFAULT_WEIGHT = 128


class GlobalAccelerator(Listeners):
    """Endpoint groups, one for each region of a listener."""

    def create_endpoint_group(self) -> ActionResult:
        """Answers CreateEndpointGroup."""
        listener, region = self.listener(), self._get_param("EndpointGroupRegion")
        owner: str = listener["ListenerArn"]
        if any(group["EndpointGroupRegion"] == region for group in self._groups(owner)):
            refuse("EndpointGroupAlreadyExistsException", f"{owner} has one for {region}")
        endpoints = self._endpoints(region)
        arn = f"{owner}/endpoint-group/{mock_random.get_random_hex(12)}"
        self.backend.groups[arn] = {
            "EndpointGroupArn": arn,
            "EndpointGroupRegion": region,
            "EndpointDescriptions": endpoints or [],
            "TrafficDialPercentage": 100.0,
            "HealthCheckPort": listener["PortRanges"][0]["FromPort"],
            "HealthCheckProtocol": "TCP",
            "HealthCheckIntervalSeconds": 30,
            "ThresholdCount": 3,
            "PortOverrides": [],
            **self.given(*_SETTINGS),
        }
        self.backend.tags[arn] = {}
        self.changes(accelerator_of(arn))
        return ActionResult({"EndpointGroup": self.backend.groups[arn]})

    def describe_endpoint_group(self) -> ActionResult:
        """Answers DescribeEndpointGroup."""
        return ActionResult({"EndpointGroup": self._group()})

    def list_endpoint_groups(self) -> ActionResult:
        """Answers ListEndpointGroups."""
        return ActionResult({"EndpointGroups": self._groups(self.listener()["ListenerArn"])})

    def update_endpoint_group(self) -> ActionResult:
        """Answers UpdateEndpointGroup: endpoints that are given replace all that there were."""
        group = self._group()
        endpoints = self._endpoints(group["EndpointGroupRegion"])
        if endpoints is not None:
            group["EndpointDescriptions"] = endpoints
        group |= self.given(*_SETTINGS)
        self.changes(accelerator_of(group["EndpointGroupArn"]))
        return ActionResult({"EndpointGroup": group})

    def delete_endpoint_group(self) -> EmptyResult:
        """Answers DeleteEndpointGroup."""
        arn: str = self._group()["EndpointGroupArn"]
        del self.backend.groups[arn], self.backend.tags[arn]
        self.changes(accelerator_of(arn))
        return EmptyResult()

    def list_cross_account_resources(self) -> ActionResult:
        """Answers ListCrossAccountResources: all endpoints are of this account."""
        return ActionResult({"CrossAccountResources": []})

    def _group(self) -> dict[str, Any]:
        arn = self._get_param("EndpointGroupArn")
        if arn not in self.backend.groups:
            refuse("EndpointGroupNotFoundException", f"There is no endpoint group {arn}")
        return self.backend.groups[arn]

    def _groups(self, listener: str) -> list[dict[str, Any]]:
        known = self.backend.groups
        return [known[arn] for arn in known if arn.startswith(f"{listener}/")]

    def _endpoints(self, region: str) -> list[dict[str, Any]] | None:
        """The endpoints of the request, each a load balancer of the region; None without any."""
        given: list[dict[str, Any]] | None = self._get_param("EndpointConfigurations")
        if given is None:
            return None
        known = elbv2_backends[self.current_account][region].load_balancers
        for endpoint in given:
            if endpoint["EndpointId"] not in known:
                message = f"The endpoint {endpoint['EndpointId']} doesn't exist in {region}"
                refuse("InvalidArgumentException", message)
        return [
            {
                "Weight": _DEFAULT_WEIGHT,
                "ClientIPPreservationEnabled": True,
                **endpoint,
                "HealthState": "HEALTHY",
            }
            for endpoint in given
        ]
