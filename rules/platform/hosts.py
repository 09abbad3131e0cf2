"""Rules of host names that several add-ons have."""

from collections.abc import Iterator

from config.derived.hosts import platform_hosts
from config.environment import Environment
from config.problem import Path, Problem
from rules.registration import rule


@rule("platform")
def hosts_are_unique(environment: Environment) -> Iterator[Problem]:
    """A host name is used by one add-on only."""
    taken: dict[str, str] = {}
    for path, host in (*platform_hosts(environment), *_of_gateway(environment)):
        if host in taken:
            yield Problem(path, f"is already used by {taken[host]}", host)
        else:
            taken[host] = ".".join(map(str, path))


def _of_gateway(environment: Environment) -> Iterator[tuple[Path, str]]:
    """Names that the gateway of the mesh serves for applications."""
    gateway = environment.platform.istio_gateway
    if gateway.enabled:
        for number, host in enumerate(gateway.hosts):
            yield ("platform", "istio_gateway", "hosts", number), host
