"""Whether the hosted zones exist, and the internet is led to them."""

from collections.abc import Iterator
from dataclasses import dataclass

from config.environment import Environment
from modules.addons.cert_manager.issuers import dns_zones
from modules.addons.external_dns.addon import zones
from runner.check.checks.zone_records import plain
from runner.check.context import CheckContext
from runner.check.finding import Finding, NotCheckedError, each


@dataclass(frozen=True)
class Zone:
    """A zone that a setting names."""

    id: str
    name: str
    private: bool | None

    def __str__(self) -> str:
        return f"hosted zone {self.name} ({self.id})"


def find(context: CheckContext) -> Iterator[Finding]:
    """Looks at each zone."""
    yield from each(_zones(context.environment), str, lambda zone: _zone(context, zone))


def _zones(environment: Environment) -> list[Zone]:
    own = environment.edge.hosted_zone
    found = [Zone(own.id, own.name, own.private)] if own else []
    inside = environment.edge.internal
    if inside.enabled and inside.hosted_zone and inside.hosted_zone.id:
        found.append(Zone(inside.hosted_zone.id, inside.hosted_zone.name, private=True))
    if inside.enabled and inside.validation_zone:
        found.append(Zone(inside.validation_zone.id, inside.validation_zone.name, private=False))
    platform = environment.platform
    others = [
        *(dns_zones(environment) if platform.cert_manager.enabled else ()),
        *(zones(environment) if platform.external_dns.enabled else ()),
    ]
    known = {zone.id for zone in found}
    extra = {zone.id: Zone(zone.id, zone.name, None) for zone in others if zone.id not in known}
    return [*found, *extra.values()]


def _zone(context: CheckContext, zone: Zone) -> Iterator[Finding]:
    answer = context.aws.find("route53", "get_hosted_zone", Id=zone.id)
    if answer is None:
        action = "Name the id of an existing zone: `aws route53 list-hosted-zones` lists them."
        yield Finding("error", str(zone), "does not exist", "exists", action)
        return
    found = answer["HostedZone"]
    name, private = plain(found["Name"]), bool(found.get("Config", {}).get("PrivateZone"))
    if name != plain(zone.name):
        action = f"Set its name to {name}, or name the id of {zone.name}."
        yield Finding("error", str(zone), f"is the zone {name}", zone.name, action)
        return
    if zone.private is not None and private != zone.private:
        says = {True: "private", False: "public"}
        action = "Name another zone."
        if (
            context.environment.edge.hosted_zone
            and zone.id == context.environment.edge.hosted_zone.id
        ):
            private_ = str(private).lower()
            action = f"Set `edge.hosted_zone.private: {private_}`, or name another zone."
        yield Finding("error", str(zone), f"is {says[private]}", says[zone.private], action)
        return
    yield Finding("ok", str(zone), "exists", "exists")
    if not private:
        servers = {plain(server) for server in answer["DelegationSet"]["NameServers"]}
        yield _delegation(context, zone, servers)


def _delegation(context: CheckContext, zone: Zone, servers: set[str]) -> Finding:
    """Compares the name servers that resolvers find with those of the zone."""
    subject = f"delegation of {zone.name}"
    needed = ", ".join(sorted(servers))
    try:
        found = {plain(server) for server in context.resolver.records(zone.name, "NS")}
    except NotCheckedError as error:
        return error.finding(subject)
    if found & servers:
        return Finding("ok", subject, "leads to the zone", needed)
    action = (
        f"Set the name servers of {zone.name} at its registrar, or in the zone above it, to "
        f"{needed}. Until then no certificate is issued and no name resolves."
    )
    return Finding("error", subject, ", ".join(sorted(found)) or "no name servers", needed, action)
