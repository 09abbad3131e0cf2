"""Route 53: a hosted zone whose id is chosen, so that an environment file can name it."""

from __future__ import annotations

import re
from typing import Any

from moto.route53.models import Route53Backend

from tools.emulator.environment import ZONE_REFERENCE
from tools.emulator.gaps.moto_hooks import replace

_CHOSEN = re.compile(rf"{ZONE_REFERENCE}([A-Z0-9]{{1,32}})")


def install() -> None:
    """Lets a caller reference choose the id of a zone."""
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
