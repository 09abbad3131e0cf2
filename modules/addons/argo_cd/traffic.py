"""What Argo CD's pods serve and call."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from config.derived import fleet
from config.derived.fleet import CONTROLLER, SERVER
from config.environment import Environment
from modules.addons.argo_cd.hub import manages_others
from modules.addons.argo_cd.redis import (
    PROXIES_METRICS_PORT,
    REDIS_PORT,
    SENTINEL_PORT,
    SERVERS_METRICS_PORT,
)
from modules.addons.argo_cd.values import highly_available
from modules.helm.contract import Context
from modules.helm.traffic import HTTPS, Call, PodTraffic, tcp

NAME: Final = "argo-cd"

LABEL: Final = "app.kubernetes.io/name"

REPOSITORIES: Final = Call(NAME, "repo-server", tcp(8081))
DEX: Final = Call(NAME, "dex", tcp(5556, 5557))

PORTS: Final = {"http": 80, "https": 443, "ssh": 22, "oci": 443}
"""Ports of repositories by the scheme of their address; without one it is SSH."""

LDAP_PORT: Final = 636
"""Dex's default. https://dexidp.io/docs/connectors/ldap/"""


def traffic(context: Context) -> Iterator[PodTraffic]:
    """The traffic of all components.

    Source: https://argo-cd.readthedocs.io/en/stable/operator-manual/architecture/
    """
    environment = context.environment
    settings = environment.platform.argo_cd
    several, manages = highly_available(environment), manages_others(environment)
    redis = Call(NAME, "redis-proxies" if several else "redis", tcp(REDIS_PORT))
    # EKS serves the APIs of spokes on 443.
    ports = {443} if fleet.spokes(environment) else set()
    others = tcp(*sorted(ports | {_port(each.server) for each in settings.clusters.values()}))
    yield PodTraffic(
        "controller",
        {LABEL: CONTROLLER},
        api=True,
        aws=manages,
        outside=others,
        calls=(REPOSITORIES, redis),
        metrics=(8082,),
    )
    yield PodTraffic(
        "server",
        {LABEL: SERVER},
        api=True,
        aws=manages,
        # For an OpenID Connect provider without Dex.
        outside=tuple(dict.fromkeys((*HTTPS, *others))),
        calls=(REPOSITORIES, redis, *((DEX,) if settings.connectors else ())),
        metrics=(8083,),
        backends=(8080,) if settings.host else (),
    )
    yield PodTraffic(
        "repo-server",
        {LABEL: "argocd-repo-server"},
        outside=tcp(*_repository_ports(environment)),
        calls=(redis,),
        metrics=(8084,),
    )
    yield PodTraffic(
        "applicationset",
        {LABEL: "argocd-applicationset-controller"},
        api=True,
        outside=HTTPS,
        calls=(REPOSITORIES,),
        metrics=(8080,),
    )
    yield PodTraffic(
        "notifications",
        {LABEL: "argocd-notifications-controller"},
        api=True,
        outside=HTTPS,
        calls=(REPOSITORIES,),
        metrics=(9001,),
    )
    yield PodTraffic("redis-secret-init", {LABEL: "argocd-redis-secret-init"}, api=True)
    if settings.connectors:
        outside = tcp(*_connector_ports(environment))
        yield PodTraffic(
            "dex", {LABEL: "argocd-dex-server"}, api=True, outside=outside, metrics=(5558,)
        )
    yield from _redis_ha() if several else _redis()


def _redis() -> Iterator[PodTraffic]:
    yield PodTraffic("redis", {LABEL: "argocd-redis"}, metrics=(SERVERS_METRICS_PORT,))


def _redis_ha() -> Iterator[PodTraffic]:
    """Servers and proxies, by the labels of their Services' selectors."""
    servers = Call(NAME, "redis-servers", tcp(REDIS_PORT, SENTINEL_PORT))
    yield PodTraffic(
        "redis-servers", {"app": "redis-ha"}, calls=(servers,), metrics=(SERVERS_METRICS_PORT,)
    )
    yield PodTraffic(
        "redis-proxies",
        {"app": "redis-ha-haproxy"},
        calls=(servers,),
        metrics=(PROXIES_METRICS_PORT,),
    )


def _repository_ports(environment: Environment) -> list[int]:
    """Ports of repositories: those of Git by HTTPS and SSH, and those in configured addresses."""
    settings = environment.platform.argo_cd
    addresses = [each.url for each in settings.repositories.values()]
    addresses += [settings.root.repository] if settings.root else []
    addresses += [each.repository for each in environment.fleet.applications.values()]
    addresses += [
        team.applications.repository for team in environment.teams.values() if team.applications
    ]
    return sorted({443, 22, *map(_port, addresses)})


def _port(address: str) -> int:
    if "://" not in address:
        return PORTS["ssh"] if "@" in address else PORTS["https"]
    parts = urlsplit(address)
    # In ssh://git@host:path there is no port after the colon.
    named = re.search(r":(\d+)$", parts.netloc)
    return int(named[1]) if named else PORTS[parts.scheme]


def _connector_ports(environment: Environment) -> list[int]:
    """Ports of identity providers: HTTPS, and those of LDAP servers."""
    ports = {443}
    for connector in environment.platform.argo_cd.connectors.values():
        if connector.type == "ldap":
            named = re.search(r":(\d+)$", str(connector.config.get("host", "")))
            ports.add(int(named[1]) if named else LDAP_PORT)
    return sorted(ports)
