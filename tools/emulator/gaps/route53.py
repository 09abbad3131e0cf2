"""Route 53: zones of a chosen id, private zones, records of one set identifier but other names."""

from __future__ import annotations

import re
from typing import Any

from moto.route53.models import Route53Backend
from moto.route53.responses import Route53

from tools.emulator.environment import ZONE_REFERENCE
from tools.emulator.gaps.moto_hooks import replace

_CHOSEN = re.compile(rf"{ZONE_REFERENCE}([A-Z0-9]{{1,32}})")


def install() -> None:
    """Lets a caller reference choose the id of a zone, and deletes only the named records."""
    _install_chosen_ids()
    _install_private_zones()
    _install_deletes()


def _install_deletes() -> None:
    """Keeps records of other names with the set identifier of a deleted one, which moto deletes."""
    original = Route53Backend.change_resource_record_sets
    if hasattr(original, "emulator"):
        return

    def change(self: Route53Backend, zoneid: str, change_list: list[dict[str, Any]]) -> None:
        zone = self.get_hosted_zone(zoneid)
        before = list(zone.rrsets)
        deleted = [
            _identity(value["ResourceRecordSet"])
            for value in change_list
            if value["Action"] == "DELETE"
        ]
        original(self, zoneid, change_list)
        remaining = {id(record) for record in zone.rrsets}
        present = {(record.name, record.type, record.set_identifier) for record in zone.rrsets}
        zone.rrsets += [
            record
            for record in before
            if id(record) not in remaining
            and (key := (record.name, record.type, record.set_identifier)) not in deleted
            and key not in present
        ]

    vars(change)["emulator"] = True
    replace(Route53Backend, "change_resource_record_sets", change)


def _install_private_zones() -> None:
    """Makes a zone private where the request names a VPC; moto waits for a flag that AWS returns.

    Source: https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html
    """
    original = Route53._get_bool_param
    if hasattr(original, "emulator"):
        return

    def flag(self: Route53, name: str, default: bool | None = None) -> Any:
        if name == "HostedZoneConfig.PrivateZone" and self._get_param("VPC.VPCId"):
            return True
        return original(self, name, default)

    vars(flag)["emulator"] = True
    replace(Route53, "_get_bool_param", flag)


def _identity(record: dict[str, Any]) -> tuple[str, str, str | None]:
    name: str = record["Name"]
    return f"{name.rstrip('.')}.", record["Type"], record.get("SetIdentifier")


def _install_chosen_ids() -> None:
    original = Route53Backend.create_hosted_zone
    if hasattr(original, "emulator"):
        return

    def create_hosted_zone(self: Route53Backend, *arguments: Any, **named: Any) -> Any:
        zone = original(self, *arguments, **named)
        if chosen := _CHOSEN.fullmatch(zone.caller_reference or ""):
            del self.zones[zone.resource_id]
            zone.resource_id = chosen[1]
            self.zones[zone.resource_id] = zone
        return zone

    vars(create_hosted_zone)["emulator"] = True
    replace(Route53Backend, "create_hosted_zone", create_hosted_zone)
