"""Rules of external-dns."""

from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from config.problem import Problem
from modules.addons.external_dns.addon import private_zone, zones
from rules.registration import rule

ZONES: Final = ("platform", "external_dns", "zones")


@rule("edge", "platform")
def external_dns_has_zones(environment: Environment) -> Iterator[Problem]:
    """Zones are listed, because it would otherwise change every zone of the account."""
    settings = environment.platform.external_dns
    if not settings.enabled:
        return
    if not zones(environment) and private_zone(environment) is None:
        message = "names no zone, and there is no edge.hosted_zone"
        yield Problem(ZONES, message, allowed="zones with `id` and `name`")
    seen: set[str] = set()
    for index, zone in enumerate(settings.zones):
        if zone.id in seen:
            yield Problem((*ZONES, index, "id"), "is a duplicate", zone.id)
        seen.add(zone.id)
