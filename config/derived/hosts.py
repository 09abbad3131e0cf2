"""Host names of the platform's own Ingresses, and those that teams may use."""

from collections.abc import Iterator
from typing import Final

from config.derived.front_doors import internal, public
from config.environment import Environment
from config.problem import Path
from config.types.edge import Scheme

EVERY_HOST: Final = "*"
"""In `teams.<team>.hosts`: every name."""

BELOW: Final = "*."
"""Before a domain: all names below it."""


def platform_hosts(environment: Environment) -> Iterator[tuple[Path, str]]:
    """The host names of the platform's own Ingresses, with their settings."""
    platform = environment.platform
    kibana, elasticsearch = platform.elasticsearch.kibana, platform.elasticsearch.enabled
    logs = platform.fluent_bit.sends_to("elasticsearch")
    named = (
        (("argo_cd", "host"), platform.argo_cd.host, platform.argo_cd.enabled),
        (
            ("monitoring", "grafana", "host"),
            platform.monitoring.grafana.host,
            platform.monitoring.enabled,
        ),
        (
            ("elasticsearch", "kibana", "host"),
            kibana.host,
            logs and elasticsearch and kibana.enabled,
        ),
    )
    for path, host, used in named:
        if host is not None and used:
            yield ("platform", *path), host


def team_hosts(environment: Environment, team: str) -> tuple[str, ...]:
    """What a team may use: `hosts`, or its name and all names below it in each domain."""
    given = environment.teams[team].hosts
    if given is not None:
        return tuple(given)
    names = (
        name
        for door in (public(environment), internal(environment))
        if door.has_controller and door.scheme in team_load_balancers(environment, team)
        for name in door.settings.domain_names
    )
    domains = dict.fromkeys(name.removeprefix(BELOW) for name in names)
    return tuple(f"{prefix}{team}.{domain}" for domain in domains for prefix in ("", BELOW))


def team_load_balancers(environment: Environment, team: str) -> tuple[Scheme, ...]:
    """The load balancers that a team may use: `load_balancers`, or all."""
    given = environment.teams[team].load_balancers
    return ("public", "internal") if given is None else tuple(given)


def covers(hosts: str, host: str) -> bool:
    """Whether an entry of `hosts` allows a name, or all that another entry allows."""
    if hosts in {EVERY_HOST, host}:
        return True
    return hosts.startswith(BELOW) and host.endswith(hosts.removeprefix(EVERY_HOST))
