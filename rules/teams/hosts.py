"""Rules of `teams.<team>.hosts` and `teams.<team>.issuers`."""

from collections.abc import Iterator

from config.derived.front_doors import chosen
from config.derived.hosts import EVERY_HOST, covers, platform_hosts, team_hosts
from config.environment import Environment
from config.problem import Path, Problem
from config.reading.nearest import nearest
from modules.addons.cert_manager.issuers import issuer_names
from rules.duplicates import repeated
from rules.registration import rule


@rule("teams")
def hosts_of_a_team_are_named_once(environment: Environment) -> Iterator[Problem]:
    """A host name appears once in a team."""
    for team, settings in environment.teams.items():
        yield from repeated(("teams", team, "hosts"), settings.hosts or [])


@rule("edge", "platform", "teams")
def hosts_belong_to_one_team(environment: Environment) -> Iterator[Problem]:
    """No host name of a team is one of another team or of the platform."""
    platform = {host: _text(path) for path, host in platform_hosts(environment)}
    earlier: list[tuple[str, str]] = []
    for team in environment.teams:
        hosts = [host for host in team_hosts(environment, team) if host != EVERY_HOST]
        for host in hosts:
            path = _path(environment, team, host)
            if host in platform:
                yield Problem(path, f"is the host of {platform[host]}", host)
            for other, its in earlier:
                if covers(its, host) or covers(host, its):
                    yield Problem(path, f"overlaps with {its} of team {other}", host)
                    break
        earlier += [(team, host) for host in hosts]


@rule("edge", "teams")
def load_balancers_of_teams_exist(environment: Environment) -> Iterator[Problem]:
    """A team is limited to load balancers that there are."""
    for team, settings in environment.teams.items():
        path = ("teams", team, "load_balancers")
        yield from repeated(path, settings.load_balancers or [])
        for index, scheme in enumerate(settings.load_balancers or []):
            door = chosen(environment, scheme)
            if not door.has_controller:
                of = ".".join(map(str, door.path))
                yield Problem((*path, index), f"needs {of}.enabled: true", scheme)


@rule("teams", severity="warning")
def every_host_is_allowed(environment: Environment) -> Iterator[Problem]:
    """`*` lets a team use the host names of other teams."""
    for team in environment.teams:
        if EVERY_HOST in (environment.teams[team].hosts or []):
            message = "lets it use every host, also those of other teams"
            yield Problem(_path(environment, team, EVERY_HOST), message, EVERY_HOST)


@rule("edge", "teams", severity="warning")
def teams_have_hosts(environment: Environment) -> Iterator[Problem]:
    """Without a domain a team has no host names by default."""
    for team, settings in environment.teams.items():
        if settings.hosts is None and not team_hosts(environment, team):
            message = (
                "is missing: edge.domain_names has no domain for its names, so that Kubernetes "
                "refuses its Ingresses"
            )
            allowed = "names, `*.` and a domain, or `*` for every name; [] for none"
            yield Problem(("teams", team, "hosts"), message, allowed=allowed)


@rule("name", "edge", "platform", "teams")
def issuers_of_teams_exist(environment: Environment) -> Iterator[Problem]:
    """Issuers of a team are ClusterIssuers of the platform."""
    on, names = environment.platform.cert_manager.enabled, issuer_names(environment)
    for team, settings in environment.teams.items():
        path: Path = ("teams", team, "issuers")
        if settings.issuers and not on:
            yield Problem(path, "has no effect: platform.cert_manager is switched off")
            continue
        for index, issuer in enumerate(settings.issuers or []):
            if issuer not in names:
                message = "is not an issuer of the platform"
                yield Problem(
                    (*path, index), message, issuer, ", ".join(names), nearest(issuer, names)
                )


def _path(environment: Environment, team: str, host: str) -> Path:
    """Where a host is written; the setting itself where it is the default."""
    written, path = environment.teams[team].hosts, ("teams", team, "hosts")
    return (*path, written.index(host)) if written else path


def _text(path: Path) -> str:
    return ".".join(map(str, path))
