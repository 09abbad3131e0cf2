"""Rules of host names that several add-ons have."""

from collections.abc import Iterator

from config.environment import Environment
from config.problem import Path, Problem
from rules.registration import rule


@rule("platform")
def hosts_are_unique(environment: Environment) -> Iterator[Problem]:
    """A host name is used by one add-on only."""
    taken: dict[str, str] = {}
    for path, host in _hosts(environment):
        if host in taken:
            yield Problem(path, f"is already used by {taken[host]}", host)
        else:
            taken[host] = ".".join(map(str, path))


def _hosts(environment: Environment) -> Iterator[tuple[Path, str]]:
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
    if platform.istio_gateway.enabled:
        for number, host in enumerate(platform.istio_gateway.hosts):
            yield ("platform", "istio_gateway", "hosts", number), host
